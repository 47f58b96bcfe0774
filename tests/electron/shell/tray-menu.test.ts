import { describe, expect, it } from 'vitest';
import { type TrayItem, trayMenu, trayTooltip } from '../../../electron/shell/tray-menu.ts';
import { GPU_SAMPLE, NO_GPU } from '../../fixtures/gpu/sample.ts';
import { engineView, type SnapshotChanges, snapshotOf } from '../../support/snapshots.ts';

/** `[x] label`, `label ▸ …`, `(label)` when it can't be chosen. */
function text(items: readonly TrayItem[]): string[] {
  return items.map((item) => {
    if (item.type === 'separator') return '—';
    if (item.type === 'submenu') return `${item.label} ▸ ${text(item.items).join(' | ')}`;
    const label = item.type === 'checkbox' ? `[${item.checked ? 'x' : ' '}] ${item.label}` : item.label;
    return item.enabled ? label : `(${label})`;
  });
}

const menu = (changes: SnapshotChanges) => text(trayMenu(snapshotOf(changes)));
const find = (items: readonly TrayItem[], label: string): TrayItem | undefined =>
  items
    .flatMap((item) => [item, ...(item.type === 'submenu' ? item.items : [])])
    .find((item) => item.type !== 'separator' && item.label === label);

const MODELS = [{ id: 'm', origin: 'entry', alias_of: null, targets: [] }] as const;

const cause = (message: string) => ({ code: 'exited', message, hint: null }) as const;

describe('the graphics cards', () => {
  const labels = (items: ReturnType<typeof trayMenu>) => items.map((one) => ('label' in one ? one.label : '-'));

  it('are a line each, and a card above a limit leads to the overview', () => {
    const warnings = [
      { gpu: GPU_SAMPLE.gpus[0]?.uuid ?? '', engine: null, kind: 'temperature' as const, message: 'It is at 91 °C.' },
    ];
    const items = trayMenu(snapshotOf({}), { gpus: { ...GPU_SAMPLE, warnings } });
    expect(labels(items)).toEqual(
      expect.arrayContaining(['GPU 0: 18 of 26 GB used', 'GPU 1: 1 of 13 GB used', 'It is at 91 °C.']),
    );
    const [card] = GPU_SAMPLE.gpus;
    if (card === undefined) throw new Error('no card');
    const one = trayMenu(snapshotOf({}), {
      gpus: { ...GPU_SAMPLE, gpus: [{ ...card, memory_used: null }] },
    });
    expect(labels(one)).toContain('GPU: – of 26 GB used');
  });

  it('are said to be none where there are none, and nothing is said before the first look', () => {
    const [first, second] = [trayMenu(snapshotOf({})), trayMenu(snapshotOf({}), { gpus: NO_GPU })];
    expect(text(second).filter((line) => !text(first).includes(line))).toEqual(['(No graphics card)']);
  });

  it('that can’t be read lead to the reason', () => {
    const sources = [
      { vendor: 'nvidia' as const, state: 'broken' as const, reason: 'nvidia-smi fails: no driver.' },
      { vendor: 'amd' as const, state: 'no_tool' as const, reason: 'Install it.' },
    ];
    const items = trayMenu(snapshotOf({}), { gpus: { ...NO_GPU, sources } });
    for (const label of ['NVIDIA can’t be read…', 'AMD has no tool…'])
      expect(find(items, label)).toMatchObject({ action: { do: 'open', page: 'overview' } });
    expect(text(items)).not.toContain('(No graphics card)');
  });
});

describe('trayMenu', () => {
  it('is the toggle, the state, the engines and the ways on', () => {
    const engines = [
      engineView({ phase: 'ready' }),
      engineView({ name: 'ollama', owner: 'external', phase: 'ready' }),
      engineView({ name: 'qwen', phase: 'loading', progress: 0.43 }),
    ];
    expect(menu({ engines, models: MODELS, gateway: { in_flight: 1 } })).toEqual([
      '[x] Stack on',
      '—',
      '(Gateway on, 127.0.0.1:4000, 1 in flight)',
      '—',
      'llama: ready ▸ (Start) | Stop | Restart | — | Log',
      'ollama: ready, external ▸ (Run by somebody else) | Log',
      'qwen: loading 43 % ▸ (Start) | Stop | Restart | — | Log',
      '—',
      'Free GPU memory',
      'Verify all models',
      'Copy base URL',
      '—',
      'Open Stackyard',
      'Playground',
      '—',
      'Quit Stackyard, stops 2 engines, 1 in flight',
    ]);
  });

  it('switches the whole stack by its first item', () => {
    const actions = { ticked: { do: 'start', engines: [] }, unticked: { do: 'stop', engines: [] } };
    expect(trayMenu(snapshotOf({ stack_on: true }))[0]).toMatchObject({ checked: true, ...actions });
    expect(trayMenu(snapshotOf({ stack_on: false }))[0]).toMatchObject({ checked: false, ...actions });
  });

  it('has nothing to switch, copy or free without a config', () => {
    const items = menu({
      config: { revision: null, path: null, phase: null },
      gateway: { url: null, phase: 'stopped' },
    });
    expect(items).toContain('([x] Stack on)');
    expect(items).toContain('(Gateway off)');
    expect(items).toContain('Set up Stackyard…');
    expect(items).toContain('(Copy base URL)');
    expect(items).toContain('(Free GPU memory)');
    expect(items).toContain('(Verify all models)');
    expect(items.at(-1)).toBe('Quit Stackyard');
  });

  it('copies the base URL with /v1', () => {
    expect(find(trayMenu(snapshotOf()), 'Copy base URL')).toMatchObject({
      action: { do: 'copy', text: 'http://127.0.0.1:4000/v1' },
    });
  });

  it('offers to verify, and says while that goes on', () => {
    expect(find(trayMenu(snapshotOf({ models: MODELS })), 'Verify all models')).toMatchObject({
      enabled: true,
      action: { do: 'verify' },
    });
    expect(text(trayMenu(snapshotOf(), { verifying: true }))).toContain('(Verifying models…)');
  });

  it('names every trouble, and leads to its page', () => {
    const engines = [
      engineView({ phase: 'failed', cause: cause('It ended with exit code 1 & left.') }),
      engineView({ name: 'qwen', phase: 'stopped', cause: cause('old news') }),
    ];
    const items = trayMenu(snapshotOf({ engines, config: { phase: 'invalid' } }));
    expect(find(items, 'llama: It ended with exit code 1 & left.')).toMatchObject({
      enabled: true,
      action: { do: 'open', page: 'engines/llama' },
    });
    expect(find(items, 'Config has errors, the last good one runs…')).toMatchObject({
      action: { do: 'open', page: 'config' },
    });
    expect(text(items).join()).not.toContain('old news');
  });

  it('says why the gateway failed, in a line that is not endless', () => {
    const items = menu({ gateway: { phase: 'failed', cause: cause(`Port 4000 is taken by ${'x'.repeat(100)}`) } });
    expect(items[2]).toMatch(/^\(Gateway failed: Port 4000 is taken by x+…\)$/);
    expect(items[2]?.length).toBeLessThan(70);
  });

  it.each([
    [{ phase: 'stopped' }, 'stopped', 'Start | (Stop) | (Restart)'],
    [{ phase: 'stopped', held: true }, 'stopped by you', 'Start | (Stop) | (Restart)'],
    [{ phase: 'starting' }, 'starting', '(Start) | Stop | Restart'],
    [{ phase: 'loading' }, 'loading', '(Start) | Stop | Restart'],
    [{ phase: 'unhealthy' }, 'unhealthy', '(Start) | Stop | Restart'],
    [{ phase: 'draining', in_flight: 2 }, 'finishing 2 requests', '(Start) | Stop | Restart'],
    [{ phase: 'stopping' }, 'stopping', '(Start) | (Stop) | (Restart)'],
    [{ phase: 'backoff' }, 'restarting soon', 'Start | Stop | Restart'],
    [{ phase: 'failed' }, 'failed', 'Start | (Stop) | (Restart)'],
    [{ phase: null, owner: null }, 'not known', 'Start | (Stop) | (Restart)'],
  ] as const)('offers what makes sense: %j', (view, state, offers) => {
    expect(menu({ engines: [engineView(view)] })).toContain(`llama: ${state} ▸ ${offers} | — | Log`);
  });

  it('puts many engines one level deeper', () => {
    const engines = Array.from({ length: 7 }, (_, i) => engineView({ name: `e${i}` }));
    const items = trayMenu(snapshotOf({ engines }));
    expect(items.filter((item) => item.type === 'submenu').map((item) => item.label)).toEqual(['Engines']);
  });

  it('changes only when something to be seen changes', () => {
    const a = snapshotOf({ engines: [engineView({ memory: 1 })] });
    const b = snapshotOf({ revision: 2, engines: [engineView({ memory: 2 })] });
    expect(trayMenu(a)).toEqual(trayMenu(b));
  });
});

describe('trayTooltip', () => {
  it.each([
    [{}, 'Stackyard: on, no engine running'],
    [{ stack_on: false }, 'Stackyard: off'],
    [{ engines: [engineView({ phase: 'ready' })] }, 'Stackyard: 1 engine ready'],
    [
      { engines: [engineView({ phase: 'ready' }), engineView({ name: 'b', phase: 'ready', owner: 'external' })] },
      'Stackyard: 2 engines ready',
    ],
    [
      { engines: [engineView({ phase: 'ready' }), engineView({ name: 'b', phase: 'loading', progress: 0.5 })] },
      'Stackyard: b loading 50 %',
    ],
    [{ engines: [engineView({ phase: 'failed' })] }, 'Stackyard: llama failed'],
    [{ gateway: { phase: 'failed' } }, 'Stackyard: gateway failed'],
    [{ config: { revision: null } }, 'Stackyard: no config yet'],
    [{ config: { phase: 'invalid' } }, 'Stackyard: the config has errors'],
  ] as [SnapshotChanges, string][])('tells the worst first: %j', (changes, expected) => {
    expect(trayTooltip(snapshotOf(changes))).toBe(expected);
  });
});
