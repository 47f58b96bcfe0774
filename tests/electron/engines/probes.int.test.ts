/** Looking does nothing: every probe of a kind, again and again, against servers whose models sleep, are not loaded, or leave. */
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { llamaCpp } from '../../../electron/engines/llama-cpp.ts';
import { llamaCppPython } from '../../../electron/engines/llama-cpp-python.ts';
import { ollama } from '../../../electron/engines/ollama.ts';
import type { EngineProfile, ReportedModel } from '../../../electron/engines/profile.ts';
import { vllm } from '../../../electron/engines/vllm.ts';
import { ask } from '../../../electron/host/ask.ts';
import { type Llama, startLlama } from '../../support/llama.ts';
import { startStandIn } from '../../support/stand-ins.ts';
import { tempFolder } from '../../support/tmp.ts';
import { describeNeeding, need, tinyModel } from '../../support/tools.ts';
import { until } from '../../support/until.ts';

/** Every question of the profile, so many times. */
async function lookAt(url: string, profile: EngineProfile, times = 20): Promise<void> {
  for (let n = 0; n < times; n += 1) {
    await Promise.all(Object.values(profile.probes).map((spec) => spec && ask(url, spec)));
    await work(url, profile);
  }
}

/** What it tells of its work, model by model. */
async function work(url: string, profile: EngineProfile): Promise<readonly unknown[]> {
  const questions = profile.work?.ask(await modelsOf(url, profile)) ?? [];
  return Promise.all(questions.map(async (spec) => profile.work?.read(await ask(url, spec))));
}

const modelsOf = async (url: string, { probes, reported }: EngineProfile): Promise<readonly ReportedModel[]> => {
  const list = probes.models && (await ask(url, probes.models));
  const loaded = probes.loaded && (await ask(url, probes.loaded));
  return (list && reported(list, loaded)) ?? [];
};

const phases = async (url: string, profile: EngineProfile) =>
  Object.fromEntries((await modelsOf(url, profile)).map(({ id, phase }) => [id, phase]));

describeNeeding(['llama-server'], 'a real llama-server as a router', () => {
  async function router(args: string[] = []): Promise<Llama> {
    const folder = tempFolder();
    for (const name of ['a', 'b']) copyFileSync(need(tinyModel), join(folder, `${name}.gguf`));
    return startLlama({ model: null, args: ['--models-dir', folder, '--metrics', ...args] });
  }

  it('loads nothing for being looked at', async () => {
    const llama = await router();
    try {
      await lookAt(llama.url, llamaCpp);
      expect(await phases(llama.url, llamaCpp)).toEqual({ a: 'not_loaded', b: 'not_loaded' });
    } finally {
      await llama.stop();
    }
  });

  it('lets a model fall asleep while it is looked at, and sleep on', async () => {
    const llama = await router(['--sleep-idle-seconds', '1']);
    try {
      await ask(llama.url, { method: 'POST', path: '/models/load', body: { model: 'a' } });
      await until('loaded', async () => (await phases(llama.url, llamaCpp)).a === 'ready');
      await until('asleep', async () => {
        await lookAt(llama.url, llamaCpp, 1);
        return (await phases(llama.url, llamaCpp)).a === 'sleeping';
      });
      await lookAt(llama.url, llamaCpp);
      expect(await phases(llama.url, llamaCpp)).toEqual({ a: 'sleeping', b: 'not_loaded' });
    } finally {
      await llama.stop();
    }
  });
});

describeNeeding(['llama-server'], 'a real llama-server with one model', () => {
  it('falls asleep while it is looked at, and has its numbers to show', async () => {
    const llama = await startLlama({ args: ['--metrics', '--sleep-idle-seconds', '1'] });
    try {
      const asleep = async () => {
        const props = await ask(llama.url, { method: 'GET', path: '/props' });
        return props.status === 200 && (props.json as { is_sleeping?: boolean }).is_sleeping === true;
      };
      expect(await work(llama.url, llamaCpp)).toMatchObject([{ running: 0, waiting: 0 }]);
      await until('asleep', async () => {
        await lookAt(llama.url, llamaCpp, 1);
        return asleep();
      });
      await lookAt(llama.url, llamaCpp);
      expect(await asleep()).toBe(true);
    } finally {
      await llama.stop();
    }
  });
});

describeNeeding(['posix'], 'a stand-in', () => {
  it('for Ollama: loads nothing for being looked at, and lets go of a model in time', async () => {
    const one = await startStandIn('ollama');
    try {
      await lookAt(one.url, ollama);
      expect(await phases(one.url, ollama)).toEqual({
        'tiny:latest': 'not_loaded',
        'tiny-embed:latest': 'not_loaded',
      });
      const body = { model: 'tiny', keep_alive: '300ms', stream: false };
      await ask(one.url, { method: 'POST', path: '/api/generate', body });
      expect((await phases(one.url, ollama))['tiny:latest']).toBe('ready');
      await until('it has left', async () => {
        await lookAt(one.url, ollama, 1);
        return (await phases(one.url, ollama))['tiny:latest'] === 'not_loaded';
      });
      expect((await one.state()).generations).toBe(1);
    } finally {
      await one.stop();
    }
  });

  it('for vLLM: is not put to work, and has its numbers to show, with a key too', async () => {
    const one = await startStandIn('vllm', { env: { VLLM_API_KEY: 'quite-secret' } });
    try {
      await lookAt(one.url, vllm);
      expect(await work(one.url, vllm)).toMatchObject([{ running: 0, waiting: 0, cache: 0 }]);
      expect((await one.state()).generations).toBe(0);
    } finally {
      await one.stop();
    }
  });

  it('for llama-cpp-python: finishes the stream it is giving, though it would let a second request cut it', async () => {
    const one = await startStandIn('llama-cpp-python', { faults: 'pace=20,tokens=30' });
    try {
      const body = JSON.stringify({ messages: [], stream: true });
      const stream = await fetch(`${one.url}/v1/chat/completions`, { method: 'POST', body });
      const { models: _, ...polled } = llamaCppPython.probes;
      await lookAt(one.url, { ...llamaCppPython, probes: { ...polled, models: null } }, 5);
      expect(await stream.text()).toContain('"finish_reason":"stop"');
    } finally {
      await one.stop();
    }
  });
});
