// @vitest-environment happy-dom
import { act } from 'react';
import { afterEach, describe, expect, it } from 'vitest';
import { OverviewPage } from '../../../../renderer/features/overview/page.tsx';
import { acceptGpu } from '../../../../renderer/gpu.ts';
import { Notices } from '../../../../renderer/notice-list.tsx';
import { system } from '../../../../renderer/system.ts';
import { acceptTraffic, traffic } from '../../../../renderer/traffic.ts';
import type { GpuSample, GpuSource } from '../../../../shared/gpu.ts';
import { NO_GPU } from '../../../fixtures/gpu/sample.ts';
import { SYSTEM_SAMPLE } from '../../../fixtures/system/sample.ts';
import { SNAPSHOT } from '../../support/recorded.ts';
import { trafficAt } from '../../support/recorded-traffic.ts';
import { hide, settle, show } from '../../support/render.tsx';
import { scriptedBridge } from '../../support/scripted-bridge.ts';

afterEach(hide);
const page = <OverviewPage notices={<Notices />} />;

describe('OverviewPage', () => {
  it('shows the gateway, every engine in words, and what failed first', async () => {
    const { find, text } = await show(page);
    expect(find('section', 'Gateway').textContent).toContain('http://127.0.0.1:4000/v1');
    expect(find('article', 'big').textContent).toContain('Loading 43');
    expect(find('article', 'ollama').textContent).toContain('External');
    expect(find('article', 'ollama').querySelectorAll('button')).toHaveLength(0);
    expect(text().indexOf('qwen-vllm failed.')).toBeLessThan(text().indexOf('http://127.0.0.1:4000/v1'));
  });

  it('turns the stack off, stops and starts by name', async () => {
    const script = scriptedBridge();
    const { click } = await show(page, script);
    await click('.switch-label input', /.*/);
    await click('button', 'Stop llama');
    await click('button', 'Start litellm');
    expect(script.calls.filter(({ name }) => name !== 'traffic.watch')).toEqual([
      { name: 'engines.stop', input: { names: [], wait_ms: null } },
      { name: 'engines.stop', input: { names: ['llama'], wait_ms: null } },
      { name: 'engines.start', input: { names: ['litellm'], wait_ms: null } },
    ]);
  });

  it('tells how much goes through the gateway and how much of it fails, and is told of it only while it is shown', async () => {
    traffic.setState(traffic.getInitialState(), true);
    const script = scriptedBridge();
    const { find } = await show(page, script);
    expect(find('section', 'Gateway').textContent).toContain('Requests a second–');
    await act(async () => acceptTraffic(trafficAt(Date.now())));
    const card = () => find('section', 'Gateway').textContent?.replaceAll('\u00a0', ' ');
    expect(card()).toContain('Requests a second2.4');
    expect(card()).toContain('Failed1 %7 of 611 in 5 min');
    await act(async () => acceptTraffic({ ...trafficAt(Date.now()), failed: 1 }));
    expect(card()).toContain('Failed< 1 %');
    await act(async () => acceptTraffic({ ...trafficAt(Date.now()), ended: 0, failed: 0 }));
    expect(card()).toContain('Failed–no request in 5 min');
    await hide();
    expect(script.calls).toEqual([
      { name: 'traffic.watch', input: { on: true } },
      { name: 'traffic.watch', input: { on: false } },
    ]);
  });

  it('keeps a failure on the page until it is dismissed', async () => {
    const script = scriptedBridge({
      'engines.stop': () => ({
        ok: false,
        error: { code: 'external_engine', message: 'It runs elsewhere.', hint: null },
      }),
    });
    const { click, text } = await show(page, script);
    await click('button', 'Stop llama');
    await settle();
    expect(text()).toContain('Stop llama did not work. It runs elsewhere.');
    await click('button', 'Dismiss');
    expect(text()).not.toContain('did not work');
  });

  it('says why there is no card, each of the three states in its own words, and how the machine is', async () => {
    const script = scriptedBridge();
    const { text } = await show(page, script);
    const tell = (sources: GpuSample['sources']) => act(() => acceptGpu({ ...NO_GPU, sources }));
    const of = (state: GpuSource['state'], reason: string | null) => [{ vendor: 'nvidia' as const, state, reason }];
    await tell(of('absent', null));
    expect(text()).toContain('Neither a card nor a tool of NVIDIA is there. Models run on the processor.');
    await tell(of('no_tool', 'There is a card of NVIDIA, but no nvidia-smi: install NVIDIA’s driver.'));
    expect(text()).toContain('NVIDIA has no toolThere is a card of NVIDIA, but no nvidia-smi');
    await tell(of('broken', 'nvidia-smi fails: no driver (exit code 9).'));
    expect(text()).toContain('NVIDIA can’t be readnvidia-smi fails: no driver (exit code 9).');
    expect(text()).not.toContain('No graphics card');
    await act(() => system.setState({ sample: SYSTEM_SAMPLE }));
    expect(text()).toMatch(/CPU23\s%\s*of 16 cores/);
    expect(text()).toMatch(/Model disk228\sGB free/);
  });

  it('has a next step when there is no engine', async () => {
    const { find } = await show(page, scriptedBridge(), { ...SNAPSHOT, engines: [], models: [] });
    expect(find('button', 'Open the config')).toBeTruthy();
  });
});
