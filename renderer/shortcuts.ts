/** Every shortcut of the window, once: what handles a key, the list under `?` and the command palette read it here. Pure. */

export interface Shortcut {
  /** As `keyName` spells it: `mod+1`, `shift+f8`. `mod` is ⌘ on macOS and Ctrl elsewhere. */
  readonly key: string;
  /** What it does: a line of the list and, while a page handles it, of the palette. */
  readonly what: string;
  readonly where: Where;
  /** Who handles it, where that is not the window's own listener. `app`: the application menu, so not in a browser. */
  readonly by?: 'app' | 'editor' | 'row' | 'composer';
  /** Not a thing to search for in the palette. */
  readonly unlisted?: true;
}

export const WHERE = ['Everywhere', 'Lists and logs', 'On a row', 'Playground', 'Config'] as const;
export type Where = (typeof WHERE)[number];

const shortcut = (where: Where, key: string, what: string, more: Pick<Shortcut, 'by' | 'unlisted'> = {}) => ({
  key,
  what,
  where,
  ...more,
});

const TABLE = {
  palette: shortcut('Everywhere', 'mod+k', 'Search or run any action', { unlisted: true }),
  overview: shortcut('Everywhere', 'mod+1', 'Overview'),
  models: shortcut('Everywhere', 'mod+2', 'Models'),
  engines: shortcut('Everywhere', 'mod+3', 'Engines'),
  requests: shortcut('Everywhere', 'mod+4', 'Requests'),
  playground: shortcut('Everywhere', 'mod+5', 'Playground'),
  config: shortcut('Everywhere', 'mod+6', 'Config'),
  settings: shortcut('Everywhere', 'mod+,', 'Settings: theme, notifications, start, logs'),
  log: shortcut('Everywhere', 'mod+l', 'Log of the selected engine'),
  help: shortcut('Everywhere', '?', 'All shortcuts'),
  hide: shortcut('Everywhere', 'mod+w', 'Hide to the tray', { by: 'app' }),
  quit: shortcut('Everywhere', 'mod+q', 'Quit; asks when requests are in flight', { by: 'app' }),

  find: shortcut('Lists and logs', 'mod+f', 'Filter the list or the log, find in the YAML', { unlisted: true }),
  findNext: shortcut('Lists and logs', 'enter', 'Next find in the YAML', { by: 'editor' }),
  findPrevious: shortcut('Lists and logs', 'shift+enter', 'Previous find in the YAML', { by: 'editor' }),
  close: shortcut('Lists and logs', 'escape', 'Close what is open', { unlisted: true }),

  down: shortcut('On a row', 'arrowdown', 'Next row', { by: 'row' }),
  up: shortcut('On a row', 'arrowup', 'Previous row', { by: 'row' }),
  open: shortcut('On a row', 'enter', 'Open it', { by: 'row' }),
  into: shortcut('On a row', 'arrowright', 'To what is open beside the list; Esc leads back', { by: 'row' }),
  start: shortcut('On a row', 's', 'Start or stop', { by: 'row' }),
  restart: shortcut('On a row', 'r', 'Restart', { by: 'row' }),
  load: shortcut('On a row', 'u', 'Load or unload', { by: 'row' }),
  pin: shortcut('On a row', 'p', 'Pin or unpin', { by: 'row' }),
  copy: shortcut('On a row', 'c', 'Copy the id', { by: 'row' }),

  newChat: shortcut('Playground', 'mod+n', 'New chat'),
  send: shortcut('Playground', 'enter', 'Send', { by: 'composer' }),
  newLine: shortcut('Playground', 'shift+enter', 'New line', { by: 'composer' }),
  stop: shortcut('Playground', 'escape', 'Stop the answer', { unlisted: true }),

  apply: shortcut('Config', 'mod+s', 'Apply the plan'),
  compare: shortcut('Config', 'mod+shift+d', 'Compare with the saved file'),
  nextProblem: shortcut('Config', 'f8', 'Next problem in the YAML'),
  previousProblem: shortcut('Config', 'shift+f8', 'Previous problem in the YAML'),
  fix: shortcut('Config', 'mod+.', 'Fix the next problem'),
  suggest: shortcut('Config', 'ctrl+space', 'Suggest keys and values in the YAML', { by: 'editor' }),
  leave: shortcut('Config', 'escape+tab', 'Leave the YAML, where Tab indents', { by: 'editor' }),
} satisfies Record<string, Shortcut>;

export type ShortcutId = keyof typeof TABLE;
export const SHORTCUTS: Readonly<Record<ShortcutId, Shortcut>> = TABLE;
export const SHORTCUT_IDS = Object.keys(TABLE) as ShortcutId[];

const SIGNS: Readonly<Record<string, string>> = {
  escape: 'Esc',
  arrowup: '↑',
  arrowdown: '↓',
  arrowright: '→',
};

/** A key as it is printed: `Ctrl Shift D`, `⌘ K`. */
export function keyWords(key: string, modifier: string): string {
  return key
    .split('+')
    .map((part) => (part === 'mod' ? modifier : (SIGNS[part] ?? part.charAt(0).toUpperCase() + part.slice(1))))
    .join(' ');
}
