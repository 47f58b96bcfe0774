/** Numbers in words: a thin unit after a no-break space, and "–" for what nobody knows. Pure; the locale is English. */

const NBSP = '\u00a0';

/** What stands where a value is unknown. */
export const UNKNOWN = '–';

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** Bytes as people say them, in powers of 1000: `5.9 GB`, `612 MB`, `0 B`. */
export function bytes(value: number | null): string {
  if (value === null) return UNKNOWN;
  let rest = value;
  let unit = 0;
  while (rest >= 999.5 && unit < UNITS.length - 1) {
    rest /= 1000;
    unit += 1;
  }
  const shown = unit >= 3 && rest < 99.95 ? rest.toFixed(1) : Math.round(rest).toString();
  return `${shown}${NBSP}${UNITS[unit]}`;
}

/** Milliseconds: `240 ms`, `1.5 s`, `48 s`, `1:48`, `2 h 5 min`, `3 days`. */
export function duration(ms: number | null): string {
  if (ms === null) return UNKNOWN;
  if (ms < 1000) return `${Math.round(ms)}${NBSP}ms`;
  if (ms < 9950) return `${(ms / 1000).toFixed(1)}${NBSP}s`;
  const s = Math.round(ms / 1000);
  if (s < 60) return `${s}${NBSP}s`;
  if (s < 3600) return `${Math.floor(s / 60)}:${String(s % 60).padStart(2, '0')}`;
  const minutes = Math.floor(s / 60);
  if (minutes < 48 * 60) {
    return minutes % 60 === 0
      ? `${minutes / 60}${NBSP}h`
      : `${Math.floor(minutes / 60)}${NBSP}h ${minutes % 60}${NBSP}min`;
  }
  return `${Math.floor(minutes / 1440)}${NBSP}days`;
}

/** How long something has been up, no finer than a minute so that it does not fidget: `Just started`, `Up 2 min`, `Up 3 days`. */
export function uptime(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  if (!(minutes >= 1)) return 'Just started';
  return `Up ${minutes < 60 ? `${minutes}${NBSP}min` : duration(minutes * 60_000)}`;
}

/** A share of 1: `43 %`; never 100 % before it is done. */
export function percent(share: number | null): string {
  if (share === null) return UNKNOWN;
  return `${share >= 1 ? 100 : Math.min(99, Math.round(share * 100))}${NBSP}%`;
}

/** A whole number with thousands apart: `24,000`. */
export const count = (value: number | null): string =>
  value === null
    ? UNKNOWN
    : Math.round(value)
        .toString()
        .replace(/\B(?=(\d{3})+(?!\d))/g, ',');

/** Tokens a second: `118 tok/s`, `3.4 tok/s`. */
export function speed(perSecond: number | null): string {
  if (perSecond === null || !Number.isFinite(perSecond)) return UNKNOWN;
  return `${perSecond < 10 ? perSecond.toFixed(1) : count(perSecond)}${NBSP}tok/s`;
}

/** How often a second: `0`, `0.05`, `2.4`, `118`. */
export const rate = (perSecond: number | null): string =>
  perSecond === null
    ? UNKNOWN
    : perSecond >= 9.95
      ? count(perSecond)
      : `${Number(perSecond.toFixed(perSecond < 1 ? 2 : 1))}`;

/** How long ago an ISO time was, no finer than a minute: `now`, `4 min ago`, `3 h ago`, `2 days ago`. */
export function ago(iso: string, now: number): string {
  const minutes = Math.floor((now - Date.parse(iso)) / 60_000);
  if (!(minutes >= 1)) return 'now';
  if (minutes < 60) return `${minutes}${NBSP}min ago`;
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)}${NBSP}h ago`;
  return `${Math.floor(minutes / 1440)}${NBSP}days ago`;
}

/** `1 model`, `3 models`. */
export const plural = (n: number, one: string, many = `${one}s`): string =>
  `${count(n)}${NBSP}${n === 1 ? one : many}`;

/** Local time of an ISO time, `14:09:22`; with `millis`, `14:09:22.960`. */
export function clock(iso: string | null, millis = false): string {
  if (iso === null) return UNKNOWN;
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return UNKNOWN;
  const two = (n: number) => String(n).padStart(2, '0');
  const base = `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
  return millis ? `${base}.${String(at.getMilliseconds()).padStart(3, '0')}` : base;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

/** Local day and time of an ISO time, `23 Nov, 14:09:22`. */
export function day(iso: string): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return UNKNOWN;
  return `${at.getDate()}${NBSP}${MONTHS[at.getMonth()]}, ${clock(iso)}`;
}

/** `http://127.0.0.1:4000` without its scheme. */
export const bare = (url: string): string => url.replace(/^https?:\/\//, '').replace(/\/$/, '');

/** The last part of a path with either slash. */
export const fileName = (path: string): string => path.split(/[\\/]/).filter(Boolean).at(-1) ?? path;
