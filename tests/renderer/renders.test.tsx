// @vitest-environment happy-dom
/** What a change renders, counted: the thing that changed, not its page. */
import './support/renders.ts'; // ahead of React
import { act } from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { App } from '../../renderer/app.tsx';
import { accept, held } from '../../renderer/store.ts';
import { MAX_MOUNTED } from '../../renderer/ui/window-rows.ts';
import type { RequestRecord } from '../../shared/contract/router.ts';
import type { EngineView, ModelView, StackSnapshot } from '../../shared/model.ts';
import { record } from '../support/request-record.ts';
import { ENGINES, logLines, SNAPSHOT } from './support/recorded.ts';
import { hide, settle, show } from './support/render.tsx';
import { rendersOf } from './support/renders.ts';
import { scriptedBridge } from './support/scripted-bridge.ts';

// happy-dom lays nothing out: a screen that is taller than any
beforeEach(() => void vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(50_000));
afterEach(async () => {
  await hide();
  vi.restoreAllMocks();
  window.location.hash = '';
});

const model = (n: number, over: Partial<ModelView['targets'][number]> = {}): ModelView => ({
  id: `model-${n}`,
  origin: 'discovered',
  alias_of: null,
  targets: [
    {
      engine: 'ollama',
      model: `model-${n}`,
      phase: 'loading',
      progress: 0.1,
      slots: null,
      cooling_until: null,
      cause: null,
      context_length: null,
      bytes: null,
      ...over,
    } as ModelView['targets'][number],
  ],
});
const MANY: StackSnapshot = { ...SNAPSHOT, models: Array.from({ length: 5000 }, (_, n) => model(n)) };

const open = async (page: string, script = scriptedBridge(), snapshot: StackSnapshot = SNAPSHOT) => {
  window.location.hash = `#/${page}`;
  const shown = await show(<App />, script, snapshot);
  await settle();
  return shown;
};

/** The host tells of a change, as it does: everything anew. */
const tell = (change: (now: StackSnapshot) => Partial<StackSnapshot>) =>
  rendersOf(() =>
    act(async () => {
      const now = held.getState().snapshot ?? SNAPSHOT;
      accept(structuredClone({ ...now, ...change(now), revision: now.revision + 1 }));
    }),
  );
const changed = <T,>(list: readonly T[], at: number, over: Partial<T>): readonly T[] =>
  list.map((one, i) => (i === at ? { ...one, ...over } : one));
const busier = (engines: readonly EngineView[], at: number) =>
  changed(engines, at, { in_flight: (engines[at]?.in_flight ?? 0) + 1 });

describe('a change renders what changed', () => {
  it('nothing for a snapshot that says the same', async () => {
    await open('overview');
    expect((await tell(() => ({}))).components).toEqual({});
  });

  it('one row of 5,000 models for one model, of which at most 200 are mounted', async () => {
    await open('models', scriptedBridge(), MANY);
    expect(document.querySelectorAll('.row-name')).toHaveLength(MAX_MOUNTED - 1);
    const { components, commits } = await tell(({ models }) => ({
      models: changed(models, 7, model(7, { progress: 0.4 })),
    }));
    expect(components).toMatchObject({ Row: 1, ModelRow: 1 });
    expect(Object.keys(components)).not.toContain('ModelsPage');
    expect(Object.keys(components)).not.toContain('VirtualTable');
    expect(Object.keys(components)).not.toContain('Sidebar');
    expect(commits).toBe(1);
    expect(
      (await tell(({ models }) => ({ models: changed(models, 4000, model(4000, { progress: 0.4 })) }))).components,
    ).toEqual({});
  });

  it('no row of the models for an engine that gets a request', async () => {
    await open('models', scriptedBridge(), MANY);
    const { components } = await tell(({ engines }) => ({ engines: busier(engines, 0) }));
    expect(components).toEqual({});
  });

  it('one card of the overview for an engine that gets a request', async () => {
    await open('overview');
    const { components } = await tell(({ engines, gateway }) => ({
      engines: busier(engines, 0),
      gateway: { ...gateway, in_flight: gateway.in_flight + 1 },
    }));
    expect(components).toMatchObject({ EngineCard: 1, Card: 1, GatewayCard: 1, Many: 1 });
    for (const other of ['App', 'Window', 'OverviewPage', 'Sidebar', 'ModelTable', 'AttentionStrips', 'GpuCards'])
      expect(Object.keys(components)).not.toContain(other);
  });

  it('one row of the engines for an engine that gets a request', async () => {
    await open('engines');
    expect(ENGINES.length).toBeGreaterThan(2);
    const { components } = await tell(({ engines }) => ({ engines: busier(engines, 1) }));
    expect(components).toMatchObject({ EngineRow: 1, Row: 1 });
    expect(Object.keys(components)).not.toContain('EnginesPage');
  });

  it('nothing of a page that is not shown', async () => {
    await open('config', scriptedBridge(), MANY);
    const { components } = await tell(({ models, engines }) => ({
      models: changed(models, 0, model(0, { progress: 0.9 })),
      engines: busier(engines, 0),
    }));
    expect(components).toEqual({});
  });
});

const requestAt = (n: number, over: Partial<RequestRecord> = {}): RequestRecord =>
  record({ id: `request-${n}`, at: new Date(Date.UTC(2026, 10, 23) + n * 20).toISOString(), ...over });

describe('requests', () => {
  it('a new one among 10,000 renders its own row, and at most 200 are mounted', async () => {
    const script = scriptedBridge();
    await open('requests', script);
    await act(async () =>
      script.emit('requests', {
        active: [],
        more: 0,
        finished: Array.from({ length: 10_000 }, (_, n) => requestAt(n)),
      }),
    );
    expect(document.querySelectorAll('.row-name')).toHaveLength(MAX_MOUNTED);
    const { components, commits } = await rendersOf(() =>
      act(async () => script.emit('requests', { active: [], more: 0, finished: [requestAt(20_000)] })),
    );
    expect(components.Row).toBe(1);
    expect(commits).toBe(1);
    expect(document.querySelectorAll('.row-name')).toHaveLength(MAX_MOUNTED);
  });

  it('one under way that goes on renders its own row', async () => {
    const script = scriptedBridge();
    await open('requests', script);
    const active = (n: number, total_ms: number) => requestAt(n, { outcome: null, total_ms });
    const finished = Array.from({ length: 50 }, (_, n) => requestAt(n));
    await act(async () => script.emit('requests', { active: [active(60, 10)], more: 0, finished }));
    const { components } = await rendersOf(() =>
      act(async () => script.emit('requests', { active: [active(60, 260)], more: 0, finished: [] })),
    );
    expect(components.Row).toBe(1);
  });
});

describe('a log', () => {
  /** Lines, the last of which says so. */
  const lines = (many: number, from: number, last: string) =>
    logLines(many, from).map((line, i) => (i === many - 1 ? { ...line, text: last } : line));
  /** Lines are taken in together: waits until the newest one is on the page. */
  const takenIn = (last: string) =>
    vi.waitFor(async () => {
      await settle();
      expect(document.body.textContent).toContain(last);
    });

  it('takes 1,000 lines that come at once in with one render, and mounts at most 200 of 100,000', async () => {
    vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(3_000);
    const script = scriptedBridge({ 'logs.read': () => ({ ok: true, value: { path: '/x.log', lines: [] } }) });
    await open('engines/llama', script);
    for (let from = 0; from < 100_000; from += 10_000) {
      script.emit('log', { engine: 'llama', lines: lines(10_000, from, `up to ${from}`) });
      await takenIn(`up to ${from}`);
    }
    const mounted = document.querySelectorAll('.log-line').length;
    expect(mounted).toBeGreaterThanOrEqual(150);
    expect(mounted).toBeLessThanOrEqual(MAX_MOUNTED);
    const { components } = await rendersOf(async () => {
      for (let n = 0; n < 1000; n += 100)
        script.emit('log', { engine: 'llama', lines: lines(100, 100_000 + n, `late ${n}`) });
      await takenIn('late 900');
    });
    expect(components).toMatchObject({ LogViewer: 1, LogRows: 1 });
    expect(components.Row).toBeLessThanOrEqual(MAX_MOUNTED);
    expect(Object.keys(components)).not.toContain('OneEngine');
  });
});
