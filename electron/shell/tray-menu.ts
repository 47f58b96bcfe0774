/** The tray's menu and tooltip as plain data, from one snapshot. States are words, and every failure leads to its page. */
import type { GpuDevice, GpuSample } from '../../shared/gpu.ts';
import { unseenGpus } from '../../shared/gpu-words.ts';
import type { EngineView, StackSnapshot } from '../../shared/model.ts';

/** What an item asks for when it is chosen. */
export type TrayAction =
  | { readonly do: 'start' | 'stop' | 'restart'; readonly engines: readonly string[] }
  | { readonly do: 'free' }
  /** Proves all models; what came of it is told. */
  | { readonly do: 'verify' }
  | { readonly do: 'copy'; readonly text: string }
  /** Shows the window, at that page when one is given. */
  | { readonly do: 'open'; readonly page: string | null }
  | { readonly do: 'quit' };

export type TrayItem =
  | { readonly type: 'separator' }
  /** Without an action it is a line to read. */
  | { readonly type: 'normal'; readonly label: string; readonly enabled: boolean; readonly action: TrayAction | null }
  | {
      readonly type: 'checkbox';
      readonly label: string;
      readonly checked: boolean;
      readonly enabled: boolean;
      /** What ticking it asks for, and what unticking it does. */
      readonly ticked: TrayAction;
      readonly unticked: TrayAction;
    }
  | { readonly type: 'submenu'; readonly label: string; readonly items: readonly TrayItem[] };

/** More engines than this go one level deeper. */
const MANY = 6;
/** More cards than this are for the window. */
const CARDS = 4;
/** Some desktops draw a menu as wide as its longest line. */
const WIDTH = 64;

export interface TrayExtras {
  /** The newest look at the graphics cards. */
  readonly gpus?: GpuSample | null;
  /** Whether models are being verified now. */
  readonly verifying?: boolean;
}

/** The whole menu. The first item is always the toggle. */
export function trayMenu(
  snapshot: StackSnapshot,
  { gpus = null, verifying = false }: TrayExtras = {},
): readonly TrayItem[] {
  const { engines, gateway } = snapshot;
  const menus = engines.map(engineMenu);
  const first = engines.length > MANY ? [submenu('Engines', menus)] : menus;
  return [
    {
      type: 'checkbox',
      label: 'Stack on',
      checked: snapshot.stack_on,
      enabled: snapshot.config.revision !== null,
      ticked: { do: 'start', engines: [] },
      unticked: { do: 'stop', engines: [] },
    },
    SEPARATOR,
    line(gatewayLine(snapshot)),
    ...gpuLines(gpus),
    ...configLines(snapshot),
    ...engines.filter(isInTrouble).map(troubleLine),
    SEPARATOR,
    ...first,
    ...(first.length > 0 ? [SEPARATOR] : []),
    item(
      'Free GPU memory',
      { do: 'free' },
      engines.some((engine) => engine.phase === 'ready'),
    ),
    verifying
      ? line('Verifying models…')
      : item('Verify all models', { do: 'verify' }, snapshot.models.length > 0 && gateway.phase === 'ready'),
    item('Copy base URL', { do: 'copy', text: `${gateway.url ?? ''}/v1` }, gateway.url !== null),
    SEPARATOR,
    item('Open Stackyard', { do: 'open', page: null }),
    item('Playground', { do: 'open', page: 'playground' }),
    SEPARATOR,
    item(quitLabel(snapshot), { do: 'quit' }),
  ];
}

/** One short line: the worst first, else how many engines are ready. */
export function trayTooltip(snapshot: StackSnapshot): string {
  return `Stackyard: ${summary(snapshot)}`;
}

/** `Quit Stackyard`, and what that ends. */
function quitLabel(snapshot: StackSnapshot): string {
  const running = snapshot.engines.filter((engine) => isManaged(engine) && isRunning(engine)).length;
  const parts = ['Quit Stackyard'];
  if (running > 0) parts.push(`stops ${count(running, 'engine')}`);
  if (snapshot.gateway.in_flight > 0) parts.push(`${snapshot.gateway.in_flight} in flight`);
  return parts.join(', ');
}

function summary({ engines, gateway, config, stack_on }: StackSnapshot): string {
  const failed = engines.filter((engine) => engine.phase === 'failed');
  if (gateway.phase === 'failed') return 'gateway failed';
  if (failed.length > 0) return `${failed.map((engine) => engine.name).join(', ')} failed`;
  if (config.phase === 'invalid') return 'the config has errors';
  if (config.revision === null) return 'no config yet';
  const coming = engines.filter(({ phase }) => phase === 'starting' || phase === 'loading' || phase === 'backoff');
  if (coming.length > 0) return coming.map((engine) => `${engine.name} ${stateWords(engine)}`).join(', ');
  const ready = engines.filter((engine) => engine.phase === 'ready').length;
  if (ready > 0) return `${count(ready, 'engine')} ready`;
  return stack_on ? 'on, no engine running' : 'off';
}

function gatewayLine({ gateway }: StackSnapshot): string {
  const where = gateway.url?.replace(/^https?:\/\//, '') ?? '';
  switch (gateway.phase) {
    case 'ready':
      return gateway.in_flight > 0 ? `Gateway on, ${where}, ${gateway.in_flight} in flight` : `Gateway on, ${where}`;
    case 'starting':
      return 'Gateway starting';
    case 'failed':
      return `Gateway failed: ${gateway.cause?.message ?? 'see its log'}`;
    case 'stopped':
      return 'Gateway off';
  }
}

/** A line for each card, and one for what can’t be read, with the reason on its page; one when there is none. Only what changes slowly: a new menu takes an open one away on some desktops. */
function gpuLines(sample: GpuSample | null): TrayItem[] {
  if (sample === null) return [];
  const warned = sample.warnings.map(({ message }) => item(message, { do: 'open', page: 'overview' }));
  const unseen = unseenGpus(sample).map(({ vendor, title }) =>
    vendor === null ? line(title) : item(`${title}…`, { do: 'open', page: 'overview' }),
  );
  return [
    ...sample.gpus.slice(0, CARDS).map((card) => line(gpuLine(card, sample.gpus.length))),
    ...unseen,
    ...warned,
  ];
}

function gpuLine({ index, memory_used, memory_total }: GpuDevice, cards: number): string {
  const name = cards === 1 ? 'GPU' : `GPU ${index}`;
  return `${name}: ${gigabytes(memory_used)} of ${gigabytes(memory_total)} GB used`;
}

/** As the window counts them, in powers of 1000. */
const gigabytes = (bytes: number | null): string => (bytes === null ? '–' : String(Math.round(bytes / 1e9)));

function configLines({ config }: StackSnapshot): TrayItem[] {
  const label =
    config.phase === 'invalid'
      ? `Config has errors${config.revision === null ? '' : ', the last good one runs'}…`
      : config.phase === 'pending'
        ? 'Config changed, waits for you…'
        : null;
  if (label !== null) return [item(label, { do: 'open', page: 'config' })];
  return config.revision === null ? [item('Set up Stackyard…', { do: 'open', page: 'setup' })] : [];
}

const isInTrouble = (engine: EngineView) => engine.cause !== null && engine.phase !== 'stopped';

const troubleLine = (engine: EngineView) =>
  item(`${engine.name}: ${engine.cause?.message ?? ''}`, { do: 'open', page: pageOf(engine) });

function engineMenu(engine: EngineView): TrayItem {
  const log = item('Log', { do: 'open', page: pageOf(engine) });
  const label = `${engine.name}: ${stateWords(engine)}`;
  if (!isManaged(engine)) return submenu(label, [line('Run by somebody else'), log]);
  const engines = [engine.name];
  const running = isRunning(engine);
  const restartable = running && engine.phase !== 'stopping';
  return submenu(label, [
    item('Start', { do: 'start', engines }, !running || engine.phase === 'backoff'),
    item('Stop', { do: 'stop', engines }, running && engine.phase !== 'stopping'),
    item('Restart', { do: 'restart', engines }, restartable),
    SEPARATOR,
    log,
  ]);
}

function stateWords(engine: EngineView): string {
  const own = ownWords(engine);
  return engine.owner === 'external' ? `${own}, external` : own;
}

function ownWords({ phase, held, progress, in_flight }: EngineView): string {
  switch (phase) {
    case null:
      return 'not known';
    case 'stopped':
      return held ? 'stopped by you' : 'stopped';
    case 'loading':
      return progress === null ? 'loading' : `loading ${Math.round(progress * 100)} %`;
    case 'draining':
      return in_flight > 0 ? `finishing ${count(in_flight, 'request')}` : 'finishing';
    case 'backoff':
      return 'restarting soon';
    default:
      return phase;
  }
}

const isManaged = (engine: EngineView) => engine.owner !== 'external';
const isRunning = ({ phase }: EngineView) => phase !== null && phase !== 'stopped' && phase !== 'failed';
const pageOf = (engine: EngineView) => `engines/${engine.name}`;
const count = (n: number, what: string) => `${n} ${what}${n === 1 ? '' : 's'}`;

const SEPARATOR: TrayItem = { type: 'separator' };
const short = (text: string) => (text.length > WIDTH ? `${text.slice(0, WIDTH - 1).trimEnd()}…` : text);
const line = (label: string): TrayItem => ({ type: 'normal', label: short(label), enabled: false, action: null });
const item = (label: string, action: TrayAction, enabled = true): TrayItem => ({
  type: 'normal',
  label: short(label),
  enabled,
  action,
});
const submenu = (label: string, items: readonly TrayItem[]): TrayItem => ({
  type: 'submenu',
  label: short(label),
  items,
});
