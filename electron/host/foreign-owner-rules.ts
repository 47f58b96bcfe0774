/**
 * Who runs a process, from what the system tells about it and those above it. Pure: the texts of `/proc`, `ps`, `launchctl`,
 * `tasklist` and PowerShell come in, a `ForeignOwner` comes out.
 */
import type { ForeignOwner } from '../../shared/model.ts';

/** A process, or one above it, as far as its system tells. */
export interface Ancestor {
  readonly pid: number;
  readonly name: string;
  /** Of the program file; `null` for another user's process. */
  readonly path: string | null;
  readonly user: string | null;
  /** Whether that is our own user. */
  readonly mine: boolean | null;
  /** Whether it has a controlling terminal: then a person started it there, whatever else is above it. */
  readonly terminal: boolean;
  /** Text of `/proc/PID/cgroup`. */
  readonly cgroup: string | null;
  /** Label of the launchd job, or name of the Windows service, whose process it is. */
  readonly service: string | null;
}

/**
 * `chain` holds the process first, then its parent and so on. `ownCgroup` is that of Stackyard: the container that we are in
 * ourselves is no stranger's. `null` when the chain is empty.
 */
export function foreignOwner(chain: readonly Ancestor[], ownCgroup: string | null): ForeignOwner | null {
  const [self, ...above] = chain;
  if (self === undefined) return null;
  const { pid, name, user, mine } = self;
  const base = { pid, name, user, mine, unit: null };
  const place = self.cgroup === null ? null : cgroupPlace(self.cgroup);
  const ours = ownCgroup === null ? null : cgroupPlace(ownCgroup);
  if (place?.container != null && place.container !== ours?.container)
    return { ...base, by: 'container', parent: place.container };
  if (!self.terminal) {
    // A unit that we are in ourselves is a terminal's or a session's: stopping it would stop us.
    const shared = place?.unit?.name === ours?.unit?.name && place?.unit?.scope === ours?.unit?.scope;
    if (place?.unit != null && !shared) return { ...base, by: 'systemd', unit: place.unit, parent: null };
    const service = chain.find((one) => one.service !== null)?.service ?? null;
    // launchd runs desktop apps as jobs too, under labels that begin with `application.`.
    if (service !== null && !service.startsWith('application.')) return { ...base, by: 'service', parent: service };
    const app = place?.app ?? chain.map(appName).find((one) => one !== null) ?? null;
    if (app !== null) return { ...base, by: 'app', parent: app };
  }
  const parent = above.find((one) => !SHELL.test(one.name) && !INIT.test(one.name));
  return { ...base, by: 'program', parent: parent?.name ?? null };
}

/** Programs between a process and whoever used them to start it. */
const SHELL =
  /^-?(?:ba|da|z|k|fi|tc|c)?sh(?:\.exe)?$|^(?:sudo|su|nohup|env|setsid|(?:pwsh|powershell|cmd)(?:\.exe)?)$/i;
/** At the top of every chain, so they tell nothing. */
const INIT = /^(?:systemd|init|launchd|services\.exe|explorer\.exe|wininit\.exe|svchost\.exe)$/i;

/** Desktop apps that run model servers and start them again; by the names of their programs. */
const APPS: readonly (readonly [RegExp, string])[] = [
  [/^ollama app\.exe$/i, 'Ollama'],
  [/^lm[ -]?studio(?:\.exe)?$/i, 'LM Studio'],
  [/^jan(?:\.exe)?$/i, 'Jan'],
];

/** The desktop app that a program belongs to: a bundle of macOS, or a known name. */
function appName({ name, path }: Ancestor): string | null {
  const bundle = path === null ? null : /\/([^/]+)\.app\/Contents\/MacOS\//.exec(path)?.[1];
  return bundle ?? APPS.find(([program]) => program.test(name))?.[1] ?? null;
}

export interface CgroupPlace {
  readonly container: string | null;
  readonly unit: { readonly name: string; readonly scope: 'user' | 'system' } | null;
  /** A desktop app's own scope or service. */
  readonly app: string | null;
}

/**
 * Where a cgroup path says that a process lives. Both versions: in v1 the line of the controller `name=systemd` counts for units
 * (cgroups(7)); a container shows in any line. Desktop apps have units called `app-[LAUNCHER-]ID[-RANDOM].scope` or
 * `app-[LAUNCHER-]ID[@RANDOM].service` (systemd.io, "Desktop Environment Integration").
 */
export function cgroupPlace(text: string): CgroupPlace {
  const lines = text.split('\n').flatMap((line) => {
    const m = /^(\d+):([^:]*):(.*)$/.exec(line);
    return m ? [{ controllers: m[2] ?? '', path: m[3] ?? '' }] : [];
  });
  const container = lines.map(({ path }) => containerName(path)).find((name) => name !== null) ?? null;
  const systemd = lines.find((line) => line.controllers === 'name=systemd' && line.path !== '/');
  const path = (systemd ?? lines.find((line) => line.controllers === ''))?.path ?? '';
  const parts = path.split('/').map(unescaped);
  const manager = parts.findIndex((part) => /^user@\d+\.service$/.test(part));
  const within = parts.slice(manager + 1);
  const last = within.filter((part) => /\.(?:service|scope)$/.test(part)).at(-1) ?? null;
  const app = last === null ? null : desktopApp(last);
  const isUnit = app === null && last !== null && last.endsWith('.service');
  return { container, unit: isUnit ? { name: last, scope: manager < 0 ? 'system' : 'user' } : null, app };
}

/** Paths as docker, podman, containerd, CRI-O, LXC and systemd-nspawn make them; ids cut to the twelve digits that people know. */
function containerName(path: string): string | null {
  const id =
    /(?:^|\/)(?:(?:docker|cri-containerd|crio|libpod)[-/])([0-9a-f]{12})[0-9a-f]{52}(?:\.scope)?(?=\/|$)/.exec(path);
  if (id?.[1]) return id[1];
  const pod = /\/kubepods[^/]*\/.*?([0-9a-f]{12})[0-9a-f]{52}(?:\.scope)?(?=\/|$)/.exec(path);
  if (pod?.[1]) return pod[1];
  const named = /\/(?:lxc(?:\.payload)?[./])([^/]+)/.exec(path) ?? /\/machine-([^/]+)\.scope/.exec(path);
  return named?.[1] === undefined ? null : unescaped(named[1]);
}

/** `app-gnome-lmstudio-4711.scope` → `lmstudio`; `null` for a unit that is no desktop app's. */
function desktopApp(unit: string): string | null {
  const m = /^app-(.+?)(?:-[0-9a-f]+)?\.scope$/.exec(unit) ?? /^app-(.+?)(?:@[^@]*)?\.service$/.exec(unit);
  if (m?.[1] === undefined) return /^snap\.([^.]+)\..*\.scope$/.exec(unit)?.[1] ?? null;
  return m[1].replace(/^(?:gnome|kde|KDE|flatpak|xfce|dbus)-/, '');
}

/** systemd writes `-` inside a name as `\x2d` (systemd-escape(1)). */
const unescaped = (text: string): string =>
  text.replace(/\\x([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));

/** `/proc/PID/stat`: name, parent, and whether field 7 (`tty_nr`) names a terminal (proc(5)); `null` when it is none, or a zombie's. */
export function parseStatLine(text: string): { name: string; ppid: number; terminal: boolean } | null {
  const open = text.indexOf('(');
  const close = text.lastIndexOf(')');
  if (open < 0 || close < open) return null;
  const [state, ppid, , , tty] = text.slice(close + 2).split(' ');
  if (state === undefined || 'ZXx'.includes(state) || tty === undefined) return null;
  return { name: text.slice(open + 1, close), ppid: Number(ppid), terminal: tty !== '0' };
}

/** macOS `ps -axww -o pid=,ppid=,user=,tty=,comm=`: `comm` is the program's path there, and the terminal `??` when there is none. */
export function parsePsAncestors(
  text: string,
  jobs: ReadonlyMap<number, string>,
  pid: number,
  me: string,
): readonly Ancestor[] {
  const rows = new Map<number, { ppid: number; ancestor: Ancestor }>();
  for (const line of text.split('\n')) {
    const m = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(\S+)\s+(.*\S)/.exec(line);
    if (!m) continue;
    const [id, ppid, user, tty, path] = [Number(m[1]), Number(m[2]), m[3] ?? '', m[4] ?? '', m[5] ?? ''];
    rows.set(id, {
      ppid,
      ancestor: {
        pid: id,
        name: path.split('/').at(-1) ?? path,
        path: path.startsWith('/') ? path : null,
        user,
        mine: user === me,
        terminal: !tty.startsWith('?'),
        cgroup: null,
        service: jobs.get(id) ?? null,
      },
    });
  }
  return climb(rows, pid);
}

/** `launchctl list`: `PID⇥STATUS⇥LABEL`, with `-` for a job without a process. */
export function parseLaunchctl(text: string): ReadonlyMap<number, string> {
  return new Map(
    text.split('\n').flatMap((line): [number, string][] => {
      const m = /^(\d+)\t-?\d+\t(.+?)\s*$/.exec(line);
      return m ? [[Number(m[1]), m[2] ?? '']] : [];
    }),
  );
}

/** `PID⇥PARENT⇥NAME⇥PATH` a line, as our PowerShell script prints it; the path is empty for another user's process. */
export function parseWindowsAncestors(
  text: string,
  told: { readonly user: string | null; readonly service: string | null },
  pid: number,
  me: string,
): readonly Ancestor[] {
  const rows = new Map<number, { ppid: number; ancestor: Ancestor }>();
  for (const line of text.split(/\r?\n/)) {
    const [id, parent, name, path] = line.split('\t');
    if (!/^\d+$/.test(id ?? '') || name === undefined) continue;
    const self = Number(id) === pid;
    const user = self ? told.user : null;
    rows.set(Number(id), {
      ppid: Number(parent),
      ancestor: {
        pid: Number(id),
        name,
        path: path?.trim() || null,
        user,
        // `MACHINE\user`; a domain in front makes no other person of a name here.
        mine: user === null ? null : user.split('\\').at(-1)?.toLowerCase() === me.toLowerCase(),
        terminal: false,
        cgroup: null,
        service: self ? told.service : null,
      },
    });
  }
  return climb(rows, pid);
}

/** First lines of `tasklist /SVC /FO CSV /NH` and `/V …`: columns stand in one order in every language; `N/A` is translated, a service never has spaces. */
export function parseTasklist(services: string, users: string): { user: string | null; service: string | null } {
  const cells = (text: string): string[] =>
    [...(text.split(/\r?\n/)[0] ?? '').matchAll(/"([^"]*)"/g)].map((m) => m[1] ?? '');
  const service = cells(services)[2]?.split(',')[0] ?? '';
  const user = cells(users)[6] ?? '';
  return {
    service: /^[^\s/]+$/.test(service) ? service : null,
    user: user.includes('\\') ? user : null,
  };
}

function climb(rows: ReadonlyMap<number, { ppid: number; ancestor: Ancestor }>, pid: number): readonly Ancestor[] {
  const chain: Ancestor[] = [];
  const met = new Set<number>();
  for (let row = rows.get(pid); row !== undefined && !met.has(row.ancestor.pid); row = rows.get(row.ppid)) {
    met.add(row.ancestor.pid);
    chain.push(row.ancestor);
  }
  return chain;
}
