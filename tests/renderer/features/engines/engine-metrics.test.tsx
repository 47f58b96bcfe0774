// @vitest-environment happy-dom
import { act, useState } from 'react';
import { afterEach, expect, it } from 'vitest';
import { EngineMetrics } from '../../../../renderer/features/engines/engine-metrics.tsx';
import { EngineWork } from '../../../../renderer/features/engines/engine-work.tsx';
import type { WorkPoint } from '../../../../shared/engine-work.ts';
import { hide, show } from '../../support/render.tsx';
import { scriptedBridge } from '../../support/scripted-bridge.ts';

afterEach(hide);

const NOW = Date.parse('2026-01-01T12:00:00.000Z');
const point = (ago: number, change: Partial<WorkPoint> = {}): WorkPoint => ({
  at: NOW - ago,
  running: 2,
  waiting: 1,
  cache: null,
  prompt_rate: null,
  generation_rate: 38.2,
  prefix_hits: null,
  ...change,
});

it('draws what the engine tells and leaves out what it does not, with the latest figures beside', async () => {
  const script = scriptedBridge();
  const { text } = await show(<EngineMetrics engine="llama" ready />, script);
  expect(text()).toContain('has told nothing of its requests and tokens yet');
  const tell = (one: WorkPoint) => act(async () => script.emit('work', [{ engine: 'llama', ...one, loaded: null }]));
  await tell(point(2_000));
  await tell(point(0, { running: 3 }));
  const names = [...document.querySelectorAll('[role=img]')].map((el) => el.getAttribute('aria-label'));
  expect(names).toEqual(['Requests in the engine over the last ten minutes', 'Writes over the last ten minutes']);
  expect(text()).toContain('Working on3Queued1');
  expect(text()).toContain('Writes38 tok/s');
});

it('shares the host’s news with the figures beside it', async () => {
  const script = scriptedBridge();
  const watches = () => script.calls.filter(({ name }) => name === 'work.watch').map(({ input }) => input);
  function Both() {
    const [shown, setShown] = useState(true);
    return (
      <>
        <EngineWork engine="llama" ready />
        {shown && <EngineMetrics engine="llama" ready />}
        <button type="button" onClick={() => setShown(false)}>
          Away
        </button>
      </>
    );
  }
  const { click } = await show(<Both />, script);
  expect(watches()).toEqual([{ on: true }]);
  await click('button', 'Away');
  expect(watches()).toEqual([{ on: true }]);
  await hide();
  expect(watches()).toEqual([{ on: true }, { on: false }]);
});
