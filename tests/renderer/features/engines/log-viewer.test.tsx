// @vitest-environment happy-dom
import { afterEach, describe, expect, it } from 'vitest';
import { LogViewer } from '../../../../renderer/features/engines/log-viewer.tsx';
import { MAX_MOUNTED } from '../../../../renderer/ui/window-rows.ts';
import { logLines } from '../../support/recorded.ts';
import { hide, settle, show } from '../../support/render.tsx';
import { scriptedBridge } from '../../support/scripted-bridge.ts';

afterEach(hide);
const viewer = <LogViewer engine="llama" level="all" onLevel={() => {}} external={false} />;
const rows = () => [...document.querySelectorAll('.log-line')];

describe('LogViewer', () => {
  it('watches while it is shown, and no longer', async () => {
    const script = scriptedBridge();
    await show(viewer, script);
    await settle();
    await hide();
    expect(script.calls.filter((c) => c.name === 'logs.watch').map((c) => c.input)).toEqual([
      { engine: 'llama', on: true },
      { engine: 'llama', on: false },
    ]);
  });

  it('mounts few of many lines, and tells how many there are', async () => {
    const lines = logLines(5000);
    await show(viewer, scriptedBridge({ 'logs.read': () => ({ ok: true, value: { lines, path: 'x' } }) }));
    await settle();
    expect(rows().length).toBeGreaterThan(0);
    expect(rows().length).toBeLessThanOrEqual(MAX_MOUNTED);
    expect(document.querySelector('.log-count')?.textContent).toContain('5,000');
  });

  it('takes live lines of its engine only, each once', async () => {
    const script = scriptedBridge({ 'logs.read': () => ({ ok: true, value: { lines: logLines(3), path: 'x' } }) });
    await show(viewer, script);
    await settle();
    // lines are taken in by a timer of the viewer's own, so the page is watched instead of driven
    Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: false });
    script.emit('log', { engine: 'other', lines: logLines(3, 10) });
    script.emit('log', { engine: 'llama', lines: logLines(4) });
    await expect.poll(() => rows().length, { timeout: 5000 }).toBe(4);
    Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
    expect(rows()[0]?.className).toContain('ours');
  });

  it('filters by text and marks what it found', async () => {
    const { type, text } = await show(viewer);
    await settle();
    await type('Filter the log', 'flashattention');
    expect(rows().every((row) => row.textContent?.includes('FlashAttention'))).toBe(true);
    expect(document.querySelector('mark')?.textContent).toBe('FlashAttention');
    await type('Filter the log', 'nowhere to be found');
    expect(text()).toContain('No line passes the filter.');
  });

  it('says why a log can’t be read', async () => {
    const error = { code: 'unknown_engine', message: 'No engine llama.', hint: null } as const;
    const { text } = await show(viewer, scriptedBridge({ 'logs.read': () => ({ ok: false, error }) }));
    await settle();
    expect(text()).toContain('The log can’t be read. No engine llama.');
  });
});
