/**
 * The settings that have a form, by part of the config. What a key means, what may stand there and what holds without it come
 * from the schema; here is only what people call it and beside what it stands. Pure.
 */
export interface Setting {
  /** Keys of the file from the top: `['gateway', 'port']`. */
  readonly path: readonly string[];
  readonly label: string;
  /** The words of a choice, where the file's own say too little. */
  readonly words?: Readonly<Record<string, string>>;
  /** Stands in the empty field when the default is to have none. */
  readonly none?: string;
  /** Of the desktop: not there in a browser. */
  readonly native?: true;
  /** Said after the schema's sentence. */
  readonly more?: string;
}

export interface SettingGroup {
  readonly title: string;
  readonly settings: readonly Setting[];
}

/** The parts with a form of plain settings; `engines` and `models` have forms of their own. */
export type SettingPart = 'routing' | 'gateway' | 'app';

const group = (title: string, ...settings: readonly Setting[]): SettingGroup => ({ title, settings });
const at = (path: string, label: string, more: Omit<Setting, 'path' | 'label'> = {}): Setting => ({
  path: path.split('.'),
  label,
  ...more,
});

export const SETTINGS: Readonly<Record<SettingPart, readonly SettingGroup[]>> = {
  gateway: [
    group(
      'Address',
      at('gateway.host', 'Host'),
      at('gateway.port', 'Port'),
      at('gateway.allowed_hosts', 'Other hosts'),
      at('gateway.cors_origins', 'Web origins'),
    ),
    group(
      'Models',
      at('gateway.default_model', 'Default model', { none: 'None: such requests are refused' }),
      at('gateway.list_discovered', 'List what engines report'),
    ),
    group(
      'Limits',
      at('gateway.max_body', 'Request body'),
      at('gateway.body_budget', 'All bodies'),
      at('gateway.max_connections', 'Connections'),
    ),
    group(
      'What is kept of requests',
      at('gateway.capture', 'Capture', {
        words: { off: 'No bodies', errors: 'Bodies of failed requests', all: 'Every body' },
      }),
      at('gateway.trace_budget', 'Trace budget'),
    ),
  ],
  routing: [
    group(
      'When a target fails',
      at('routing.retries', 'Retries'),
      at('routing.allowed_fails', 'Allowed fails'),
      at('routing.cooldown', 'Cooldown'),
    ),
    group(
      'Waiting for an engine',
      at('routing.queue.max_waiting', 'Most waiting'),
      at('routing.queue.max_wait', 'Longest wait'),
      at('routing.queue.keepalive', 'Keep-alive'),
    ),
    group(
      'Timeouts',
      at('routing.timeouts.connect', 'Connect'),
      at('routing.timeouts.first_byte', 'First byte'),
      at('routing.timeouts.idle', 'Idle'),
    ),
  ],
  app: [
    group(
      'Window and tray',
      at('app.theme', 'Theme', { words: { system: 'As the system', light: 'Light', dark: 'Dark' }, native: true }),
      at('app.notifications', 'Notifications', { native: true }),
      at('app.close_to_tray', 'Close to the tray', { native: true }),
    ),
    group(
      'Start',
      at('app.launch_at_login', 'Open at login', {
        native: true,
        more: 'With its usual config and data folder.',
      }),
      at('app.start_hidden', 'Start hidden, in the tray', { native: true }),
    ),
    group('Config file', at('app.on_file_change', 'On a change', { words: { apply: 'Apply it', ask: 'Ask first' } })),
    group(
      'Proving models',
      at('verify.every', 'Every', { none: 'Never by itself' }),
      at('verify.models', 'Models', { none: 'All' }),
      at('verify.wake', 'May start engines'),
    ),
    group(
      'Graphics cards',
      at('gpu.every', 'Look every'),
      at('gpu.warn_memory', 'Warn, memory'),
      at('gpu.warn_celsius', 'Warn, °C'),
    ),
    group('Logs', at('logs.file_size', 'File size'), at('logs.files', 'Files')),
  ],
};
