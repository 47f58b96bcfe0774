// @vitest-environment happy-dom
import { act } from 'react';
import { afterEach, describe, expect, it } from 'vitest';
import { ModelsPage } from '../../../../renderer/features/models/page.tsx';
import { acceptJobs, jobs } from '../../../../renderer/jobs.ts';
import { notices } from '../../../../renderer/notices.ts';
import { acceptTraffic, traffic } from '../../../../renderer/traffic.ts';
import { acceptProofs, proofs } from '../../../../renderer/verify.ts';
import { ENGINES, JOBS, SNAPSHOT } from '../../support/recorded.ts';
import { FITS, FOOTPRINTS } from '../../support/recorded-fits.ts';
import { PROOFS } from '../../support/recorded-proofs.ts';
import { trafficAt } from '../../support/recorded-traffic.ts';
import { hide, settle, show } from '../../support/render.tsx';
import { scriptedBridge } from '../../support/scripted-bridge.ts';

afterEach(async () => {
  await hide();
  jobs.setState({ list: null });
  proofs.setState({ view: null });
  traffic.setState(traffic.getInitialState(), true);
});

const page = <ModelsPage notices={null} />;

describe('getting a model', () => {
  it('sends the engine and what was typed, and closes', async () => {
    const script = scriptedBridge();
    const { click, type, find, text } = await show(page, script);
    await click('button', 'Get a model');
    expect((find('button', 'Get model') as HTMLButtonElement).disabled).toBe(true);
    await type('Model', 'qwen2.5:7b');
    await click('button', 'Get model');
    await settle();
    expect(script.calls.at(-1)).toEqual({
      name: 'model.pull',
      input: { engine: 'ollama', model: 'qwen2.5:7b', sha256: null },
    });
    expect(text()).not.toContain('For the engine');
  });

  it('shows why the host refuses, and stays open', async () => {
    const error = { code: 'pull_unsupported', message: 'No model can be pulled.', hint: 'Do this instead.' } as const;
    const { click, type, text } = await show(page, scriptedBridge({ 'model.pull': () => ({ ok: false, error }) }));
    await click('button', 'Get a model');
    await type('Model', 'tiny');
    await click('button', 'Get model');
    await settle();
    expect(text()).toContain('No model can be pulled. Do this instead.');
  });

  it('says what to do when there is no engine for it', async () => {
    const engines = ENGINES.filter((engine) => engine.pulls === null);
    const { click, text } = await show(page, scriptedBridge(), { ...SNAPSHOT, engines });
    await click('button', 'Get a model');
    expect(text()).toContain('No engine can be given a model here.');
  });

  it('is offered where there is no model yet', async () => {
    const { click, find } = await show(page, scriptedBridge(), { ...SNAPSHOT, models: [] });
    await click('button', 'Get a model');
    find('label', 'Model');
  });
});

describe('verifying', () => {
  // Few enough to be all in view.
  const few = { ...SNAPSHOT, models: SNAPSHOT.models.slice(0, 2) };

  it('asks for all, shows how far it is, and what came of each beside it', async () => {
    const script = scriptedBridge();
    const { click, find, text } = await show(page, script, few);
    await click('button', 'Verify all');
    expect(script.calls.at(-1)).toEqual({ name: 'verify.run', input: { models: [], via: null, wake: false } });
    await act(async () => acceptProofs({ running: { done: 3, total: 9 }, models: [] }));
    expect((find('button', 'Verifying 3 of 9') as HTMLButtonElement).disabled).toBe(true);
    await act(async () => acceptProofs(PROOFS));
    expect(text()).toMatch(/Passed 2.min ago/);
    expect(text()).toContain('Failed: The GPU has not enough memory for the model.');
  });

  it('asks for one model in its inspector, which shows every way with what belongs to a failure', async () => {
    const script = scriptedBridge();
    const { click, text } = await show(page, script, few);
    await click('button.row-name', 'qwen-coder');
    expect(text()).toContain('Not verified yet');
    await click('button', 'Verify');
    expect(script.calls.at(-1)).toMatchObject({ name: 'verify.run', input: { models: ['qwen-coder'] } });
    await act(async () => acceptProofs(PROOFS));
    expect(text()).toContain('Directly at qwen-vllm');
    expect(text()).toContain('Config, line 12: qwen-vllm:');
    expect(text()).toContain('CUDA out of memory');
    expect(text()).toContain('Through the gateway, fallback llama3.1');
  });

  it('says why the host refuses', async () => {
    const error = { code: 'unknown_model', message: 'There is no such model.', hint: null } as const;
    const { click } = await show(page, scriptedBridge({ 'verify.run': () => ({ ok: false, error }) }));
    await click('button', 'Verify all');
    expect(notices.getState().at(-1)).toMatchObject({ cause: error });
  });
});

describe('downloads', () => {
  it('are listed with what can be done about each', async () => {
    const script = scriptedBridge();
    const { click, text } = await show(page, script);
    await act(async () => acceptJobs(JOBS));
    expect(text()).toContain('1.1 GB of 2.5 GB, 23 MB/s, 1:01 left');
    expect(text()).toContain('It is in /home/ada/models/phi-4-mini-Q8_0.gguf.');
    await click('button', `Cancel ${JOBS[0]?.title}`);
    await click('button', `Try ${JOBS[2]?.title} again`);
    await click('button', `Discard ${JOBS[3]?.title}`);
    await click('button', `Dismiss ${JOBS[4]?.title}`);
    await settle();
    expect(script.calls.filter((one) => one.name.startsWith('job.'))).toEqual([
      { name: 'job.cancel', input: { id: 'job-5' } },
      { name: 'job.retry', input: { id: 'job-3' } },
      { name: 'job.dismiss', input: { id: 'job-2' } },
      { name: 'job.dismiss', input: { id: 'job-1' } },
    ]);
  });

  it('take no room when there are none, and leave out what is no download', async () => {
    await show(page);
    await act(async () => acceptJobs(JOBS.map((job) => ({ ...job, kind: 'install' as const }))));
    expect(document.querySelector('.pulls')).toBeNull();
  });
});

describe('how models answer', () => {
  const names = () => [...document.querySelectorAll('.row-name')].map((el) => el.textContent);

  it('stands beside each, and sorts the list within its groups', async () => {
    const models = SNAPSHOT.models.filter(({ origin }) => origin === 'discovered').slice(0, 3);
    const { find, click, text } = await show(page, scriptedBridge(), { ...SNAPSHOT, models });
    // the page's clock is some seconds behind
    await act(async () => acceptTraffic(trafficAt(Date.now() - 30_000)));
    expect(text()).toContain('41 tok/s240 ms4 min ago');
    expect(text()).toContain('––3 h ago');
    expect(names()).toEqual(['llama3.1:latest', 'nomic-embed-text:latest', 'gemma-3-4b-it']);
    await click('button', 'First token');
    expect(find('th', 'First token').getAttribute('aria-sort')).toBe('ascending');
    expect(names()).toEqual(['llama3.1:latest', 'gemma-3-4b-it', 'nomic-embed-text:latest']);
    await click('button', 'First token');
    expect(find('th', 'First token').getAttribute('aria-sort')).toBe('descending');
    expect(names()).toEqual(['gemma-3-4b-it', 'llama3.1:latest', 'nomic-embed-text:latest']);
    await click('button', 'First token');
    expect(names()).toEqual(['llama3.1:latest', 'nomic-embed-text:latest', 'gemma-3-4b-it']);
  });

  it('leads to its requests, and pins the engine that has it in memory', async () => {
    const models = SNAPSHOT.models.filter(({ id }) => id === 'gemma-3-4b-it');
    const script = scriptedBridge();
    const { click } = await show(page, script, { ...SNAPSHOT, models });
    await click('button', 'More for gemma-3-4b-it');
    await click('[role=menuitem]', 'Pin llama, for gemma-3-4b-it');
    expect(script.calls.at(-1)).toEqual({ name: 'engines.pin', input: { name: 'llama', on: true } });
    await click('button', 'More for gemma-3-4b-it');
    await click('[role=menuitem]', 'Requests for gemma-3-4b-it');
    expect(window.location.hash).toBe('#/requests/model%3Agemma-3-4b-it');
  });
});

describe('what models take', () => {
  it('stands beside each, and whether they fit before Load is pressed', async () => {
    const script = scriptedBridge({
      'footprints.list': () => ({ ok: true, value: FOOTPRINTS }),
      'model.fit': () => ({
        ok: true,
        value: FITS.map((fit) => ({ ...fit, footprint: fit.footprint && { ...fit.footprint, slots: 2 } })),
      }),
    });
    const { click, find, text } = await show(page, script, { ...SNAPSHOT, models: SNAPSHOT.models.slice(0, 2) });
    await settle();
    expect(find('td', '5.9 GB').title).toContain('loads in');
    expect(find('td', '~6.5 GB').title).toContain('weights');
    await click('button', 'qwen-coder');
    await settle();
    expect(script.calls).toContainEqual({
      name: 'model.fit',
      input: { model: 'qwen-coder', engine: null, context: null, slots: null },
    });
    for (const words of [
      'Will not fit',
      'Fits after making room',
      'Stopping llama frees 9.6 GB.',
      'Can’t tell',
      'Answers 2 requests at a time',
    ])
      expect(text()).toContain(words);
    expect(document.querySelectorAll('.fit-needs.reckoned')).toHaveLength(1);
    expect(script.calls.filter(({ name }) => name === 'model.load')).toEqual([]);
  });
});
