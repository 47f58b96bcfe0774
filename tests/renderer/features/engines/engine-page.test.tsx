// @vitest-environment happy-dom
import { act } from 'react';
import { afterEach, describe, expect, it } from 'vitest';
import { EnginePage } from '../../../../renderer/features/engines/engine-page.tsx';
import { accept } from '../../../../renderer/store.ts';
import { parseConfig } from '../../../../shared/config/parse.ts';
import type { StackSnapshot } from '../../../../shared/model.ts';
import { CONFIG_FILE, CRASHES, ENGINES, SNAPSHOT } from '../../support/recorded.ts';
import { hide, settle, show } from '../../support/render.tsx';
import { scriptedBridge } from '../../support/scripted-bridge.ts';

afterEach(async () => {
  await hide();
  window.location.hash = '';
});

const open = async (name: string, script = scriptedBridge(), snapshot?: StackSnapshot) => {
  const page = await show(<EnginePage name={name} notices={null} />, script, snapshot);
  await settle();
  return page;
};

describe('the page of a failed engine', () => {
  it('says what happened, how it ended, what it said last, and leads to the line of the config that cures it', async () => {
    const page = await open('qwen-vllm');
    const alert = page.find('[role=alert]', 'Why qwen-vllm is not ready').textContent?.replaceAll('\u00a0', ' ');
    expect(alert).toContain('Not enough memory');
    expect(alert).toContain('Exit code 1 after 38 s');
    const lines = page.find('[role=log]', 'Last lines of qwen-vllm');
    expect(lines.children).toHaveLength(50);
    expect(lines.lastElementChild?.textContent).toContain('Free memory on device');
    await page.click('button', /^Edit its arguments/);
    expect(window.location.hash).toBe('#/config/qwen-vllm/args');
  });

  it('copies a report', async () => {
    const script = scriptedBridge();
    const page = await open('qwen-vllm', script);
    await page.click('button', 'Copy report');
    const copied = script.calls.find(({ name }) => name === 'shell.copy')?.input as { text: string };
    expect(copied.text).toMatch(/^qwen-vllm: vLLM 0\.11\.0\nStackyard 0\.1\.0, 2026-/);
  });

  it('does not lay an older end beside a cause that is another', async () => {
    const engines = ENGINES.map((one) =>
      one.name === 'qwen-vllm' && one.cause
        ? { ...one, cause: { ...one.cause, code: 'ready_timeout' as const } }
        : one,
    );
    const page = await open('qwen-vllm', scriptedBridge(), { ...SNAPSHOT, engines });
    expect(page.text()).not.toContain('Copy report');
    await page.click('button', /^Crashes/);
    expect(page.text()).toContain('The process ended unexpectedly');
    expect(document.querySelectorAll('details')).toHaveLength(CRASHES.length);
  });
});

describe('the details of an engine', () => {
  it('are its command, its environment and its probes with their answers', async () => {
    const page = await open('qwen-vllm');
    await page.click('button', 'Details');
    expect(page.text()).toContain('HF_TOKEN••••••');
    expect(page.text()).toContain('/home/ada/.config/stackyard');
    const rows = [...document.querySelectorAll('table.probes tbody tr')].map((row) => row.textContent);
    expect(rows).toHaveLength(4);
    expect(rows[0]).toContain('Not asked');
  });

  it('of somebody else’s say who runs it, and offer no start or stop', async () => {
    const page = await open('ollama');
    await page.click('button', 'Details');
    expect(page.text()).toContain('Run by ollama.service');
    expect(page.text()).not.toContain('Environment');
    expect([...document.querySelectorAll('button')].map((b) => b.textContent)).not.toContain('Stop');
  });
});

describe('a port that somebody else has', () => {
  const engines = ENGINES.map((one) =>
    one.name === 'qwen-vllm' && one.cause
      ? {
          ...one,
          cause: { ...one.cause, code: 'port_busy' as const, port: { port: 8001, holder: null, free: 8003 } },
        }
      : one,
  );

  it('is changed in the config by one click, and nothing else in the file is', async () => {
    const script = scriptedBridge();
    const page = await open('qwen-vllm', script, { ...SNAPSHOT, engines });
    await page.click('button', /^Use port 8003/);
    await settle();
    const applied = script.calls.find(({ name }) => name === 'config.apply')?.input as { text: string };
    expect(applied).toMatchObject({ if_revision: CONFIG_FILE.revision });
    expect(parseConfig(applied.text).config?.engines['qwen-vllm']?.port).toBe(8003);
    const before = CONFIG_FILE.text.split('\n');
    expect(applied.text.split('\n').filter((line) => !before.includes(line))).toHaveLength(1);
  });
});

describe('taking over', () => {
  it('is asked for only after the person has read whom it ends', async () => {
    const script = scriptedBridge();
    const page = await open('ollama', script);
    await page.click('button', 'Take over');
    expect(page.text()).toContain('systemctl stop ollama.service');
    expect(script.calls.map(({ name }) => name)).not.toContain('engine.takeover');
    await page.click('button', 'End it and take over');
    await settle();
    expect(script.calls.find(({ name }) => name === 'engine.takeover')?.input).toEqual({
      engine: 'ollama',
      pid: 1184,
      wait_ms: null,
    });
  });

  it('is not offered for an engine that the config leaves to others', async () => {
    const left = ENGINES.map((one) => (one.name === 'ollama' ? { ...one, adopted: false } : one));
    const page = await open('ollama', scriptedBridge(), { ...SNAPSHOT, engines: left });
    expect(page.text()).not.toContain('Take over');
  });
});

describe('asking for the details', () => {
  const asked = (script: ReturnType<typeof scriptedBridge>) =>
    script.calls.filter(({ name }) => name === 'engine.detail').length;

  it('is done again when the row changed, and not when another one did', async () => {
    const script = scriptedBridge();
    await open('llama', script);
    expect(asked(script)).toBe(1);
    const change = async (name: string, revision: number) => {
      const engines = ENGINES.map((one) => (one.name === name ? { ...one, memory: revision } : { ...one }));
      await act(async () => accept({ ...SNAPSHOT, revision, engines }));
      await settle();
    };
    await change('ollama', 101);
    expect(asked(script)).toBe(1);
    await change('llama', 102);
    expect(asked(script)).toBe(2);
  });
});
