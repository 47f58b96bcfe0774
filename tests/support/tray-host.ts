import { Variant } from '@particle/dbus-next';
import { PNG } from 'pngjs';
import { type Answer, type Bus, connectBus, unwrap } from './bus.ts';
import { until } from './until.ts';

/** One row of a tray's menu. Electron sends defaults (enabled, visible) by leaving them out; here they are filled in. */
export interface MenuRow {
  id: number;
  type: 'standard' | 'separator';
  /** As it is shown: without the underscore that marks a shortcut. */
  label: string;
  enabled: boolean;
  visible: boolean;
  toggle: 'checkmark' | 'radio' | null;
  checked: boolean;
  children: MenuRow[];
}

/** The whole label, or a pattern for one whose words change with the state. */
export type Label = string | RegExp;

export interface TrayItem {
  /** All properties of org.kde.StatusNotifierItem. */
  all(): Promise<Record<string, unknown>>;
  /** What the pointer is shown when it rests on the icon. */
  tooltip(): Promise<string>;
  /** The largest icon, as a PNG file and as RGBA. */
  icon(): Promise<{ width: number; height: number; png: Buffer; rgba: Buffer }>;
  /** The menu as it is now. */
  layout(): Promise<MenuRow>;
  /** One row by its labels from the top, null when there is none. */
  row(...labels: Label[]): Promise<MenuRow | null>;
  /** Chooses a row by its labels from the top: `click(/^llama/, 'Stop')`. Errors when it is missing or disabled. */
  click(...labels: Label[]): Promise<void>;
  /** The primary click on the icon. */
  activate(): Promise<void>;
}

export interface TrayHost {
  /** The n-th icon that is there now; waits for it. */
  item(n?: number): Promise<TrayItem>;
  /** How many icons are there now. */
  count(): number;
  close(): void;
}

const WATCHER = 'org.kde.StatusNotifierWatcher';
const ITEM = 'org.kde.StatusNotifierItem';
const MENU = 'com.canonical.dbusmenu';

/**
 * What a desktop's panel is to a tray icon on Linux: the watcher that icons register with and the host that shows them. Start
 * it before the app: an app that finds no watcher has no tray.
 */
export async function startTrayHost(): Promise<TrayHost> {
  const bus = connectBus();
  const items: { owner: string; path: string }[] = [];
  await bus.serve(WATCHER, WATCHER, (member, body, sender) => {
    if (member === 'RegisterStatusNotifierItem') {
      items.push(locate(String(body[0]), sender));
      bus.signal('/StatusNotifierWatcher', WATCHER, 'StatusNotifierItemRegistered', 's', [String(body[0])]);
    }
    return watcherAnswer(
      member,
      items.map(({ owner, path }) => owner + path),
    );
  });
  await bus.listen('org.freedesktop.DBus', (member, [name, , now]) => {
    if (member !== 'NameOwnerChanged' || now !== '') return;
    for (let n = items.length - 1; n >= 0; n--) if (items[n]?.owner === name) items.splice(n, 1);
  });
  return {
    count: () => items.length,
    async item(n = 0) {
      const { owner, path } = await until(`tray icon ${n}`, () => items[n]);
      const menu = String(await bus.get(owner, path, ITEM, 'Menu'));
      return trayItem(bus, owner, path, menu);
    },
    close: () => bus.close(),
  };
}

/** An icon names itself by bus name, by path, or by both. */
function locate(service: string, sender: string): { owner: string; path: string } {
  const slash = service.indexOf('/');
  if (slash === 0) return { owner: sender, path: service };
  if (slash > 0) return { owner: service.slice(0, slash), path: service.slice(slash) };
  return { owner: service, path: '/StatusNotifierItem' };
}

function watcherAnswer(member: string, items: string[]): Answer {
  const properties: Record<string, Variant> = {
    RegisteredStatusNotifierItems: new Variant('as', items),
    IsStatusNotifierHostRegistered: new Variant('b', true),
    ProtocolVersion: new Variant('i', 0),
  };
  if (member.startsWith('RegisterStatusNotifier')) return { signature: '', body: [] };
  if (member === '*') return { signature: 'a{sv}', body: [properties] };
  const property = properties[member];
  return property ? { signature: 'v', body: [property] } : null;
}

function trayItem(bus: Bus, owner: string, path: string, menu: string): TrayItem {
  const item: TrayItem = {
    all: () => bus.getAll(owner, path, ITEM),
    async tooltip() {
      const [, , title] = (await bus.get(owner, path, ITEM, 'ToolTip')) as [string, unknown, string, string];
      return title;
    },
    async icon() {
      const pixmaps = (await bus.get(owner, path, ITEM, 'IconPixmap')) as [number, number, Buffer][];
      const largest = pixmaps.sort(([a], [b]) => b - a)[0];
      if (!largest) throw new Error('The tray icon has no picture.');
      return picture(...largest);
    },
    // Electron answers AboutToShow on the top with an error, so it isn't asked.
    async layout() {
      const [, top] = await bus.call(owner, menu, MENU, 'GetLayout', 'iias', [0, -1, []]);
      return toRow(top as RawRow);
    },
    async row(...labels) {
      let row: MenuRow | null = await item.layout();
      for (const label of labels) row = row?.children.find((child) => fits(child.label, label)) ?? null;
      return row;
    },
    // Ids change whenever the app sets a new menu: it is read anew for each click, and once more when a new one came in between.
    async click(...labels) {
      const name = labels.join(' › ');
      for (let left = 5; ; left -= 1) {
        const row = await item.row(...labels);
        if (!row) throw new Error(`The tray's menu has no "${name}": ${JSON.stringify(shown(await item.layout()))}`);
        if (!row.enabled) throw new Error(`"${name}" in the tray's menu is disabled.`);
        try {
          return void (await bus.call(owner, menu, MENU, 'Event', 'isvu', [
            row.id,
            'clicked',
            new Variant('i', 0),
            0,
          ]));
        } catch (error) {
          const now = await item.row(...labels);
          if (left === 0 || now?.id === row.id) throw error;
        }
      }
    },
    async activate() {
      await bus.call(owner, path, ITEM, 'Activate', 'ii', [0, 0]);
    },
  };
  return item;
}

type RawRow = [id: number, properties: Record<string, Variant>, children: Variant<RawRow>[]];

function toRow([id, properties, children]: RawRow): MenuRow {
  const { type, label, enabled, visible, ...rest } = unwrap(properties);
  const toggle = rest['toggle-type'];
  return {
    id,
    type: type === 'separator' ? 'separator' : 'standard',
    label: String(label ?? '').replace(/_(.)/g, '$1'),
    enabled: enabled !== false,
    visible: visible !== false,
    toggle: toggle === 'checkmark' || toggle === 'radio' ? toggle : null,
    checked: rest['toggle-state'] === 1,
    children: children.map((child) => toRow(child.value)),
  };
}

const fits = (text: string, label: Label): boolean => (typeof label === 'string' ? text === label : label.test(text));

/** Labels only, for messages. */
const shown = (row: MenuRow): unknown[] =>
  row.children.map((child) => (child.children.length > 0 ? { [child.label]: shown(child) } : child.label || '—'));

/** D-Bus carries ARGB. */
function picture(width: number, height: number, argb: Buffer) {
  const png = new PNG({ width, height });
  for (let at = 0; at < argb.length; at += 4) {
    argb.copy(png.data, at, at + 1, at + 4);
    png.data[at + 3] = argb[at] ?? 0;
  }
  return { width, height, png: PNG.sync.write(png), rgba: png.data };
}
