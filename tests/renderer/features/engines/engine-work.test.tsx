// @vitest-environment happy-dom
import { act } from 'react';
import { afterEach, expect, it } from 'vitest';
import { EngineWork } from '../../../../renderer/features/engines/engine-work.tsx';
import type { EngineWork as Work, WorkPoint } from '../../../../shared/engine-work.ts';
import { hide, settle, show } from '../../support/render.tsx';
import { scriptedBridge } from '../../support/scripted-bridge.ts';

afterEach(hide);

const POINT: WorkPoint = {
  at: 1_000,
  running: 2,
  waiting: 0,
  cache: null,
  prompt_rate: 900,
  generation_rate: 38.2,
  prefix_hits: 0.25,
};
const work = (change: Partial<Work> = {}): Work => ({ engine: 'llama', ...POINT, loaded: null, ...change });

it('shows what the engine tells, the last speed that is known, and unknown as a dash', async () => {
  const script = scriptedBridge({ 'work.history': () => ({ ok: true, value: [POINT] }) });
  const { text, root } = await show(<EngineWork engine="llama" ready />, script);
  expect(text()).toBe('');
  await settle();
  const later = { at: 2_000, running: 1, generation_rate: null, prompt_rate: null, prefix_hits: null };
  await act(async () => script.emit('work', [work({ engine: 'other' }), work(later)]));
  expect(text()).toContain('Working on1Queued0Writes38 tok/sReads900 tok/sKV cache–Prefix hits25 %');
  expect(root.querySelector('[title="This engine does not tell"]')?.textContent).toBe('–');
  await act(async () => script.emit('work', []));
  expect(text()).toBe('');
  expect(script.calls.map(({ name }) => name)).toEqual(['work.history', 'work.watch']);
  await hide();
  expect(script.calls.at(-1)).toEqual({ name: 'work.watch', input: { on: false } });
});

it('shows models in memory where only those are told', async () => {
  const none = { running: null, waiting: null, prompt_rate: null, generation_rate: null };
  const loaded = [
    { id: 'llama3.1:latest', bytes: 6e9, gpu_bytes: 3e9, context: 4096, until: null },
    { id: 'nomic', bytes: 3e8, gpu_bytes: 0, context: null, until: null },
  ];
  const script = scriptedBridge();
  const { text } = await show(<EngineWork engine="llama" ready />, script);
  await act(async () => script.emit('work', [work({ ...none, loaded })]));
  expect(text()).toContain('llama3.1:latest6.0 GB, 50 % of it on a card');
  expect(text()).toContain('nomic300 MB, none of it on a card');
  expect(text()).not.toContain('Working on');
  await act(async () => script.emit('work', [work({ ...none, loaded: [] })]));
  expect(text()).toContain('No model is in memory.');
});
