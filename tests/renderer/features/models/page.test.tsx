// @vitest-environment happy-dom
import { act } from 'react';
import { afterEach, describe, expect, it } from 'vitest';
import { ModelsPage } from '../../../../renderer/features/models/page.tsx';
import { acceptJobs, jobs } from '../../../../renderer/jobs.ts';
import { ENGINES, JOBS, SNAPSHOT } from '../../support/recorded.ts';
import { hide, settle, show } from '../../support/render.tsx';
import { scriptedBridge } from '../../support/scripted-bridge.ts';

afterEach(async () => {
  await hide();
  jobs.setState({ list: null });
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
