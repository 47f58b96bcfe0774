/** Which page is shown. The address bar's hash is the state, so that reload, back and forward work by themselves. */
import { useSyncExternalStore } from 'react';

export type Route =
  | { readonly page: 'overview' | 'models' | 'playground' | 'setup' }
  /** `filter`: what its field begins with, `model:qwen-coder`. */
  | { readonly page: 'requests'; readonly filter?: string }
  | { readonly page: 'engines'; readonly engine: string | null }
  /** `part`: which form, that of the engines if none is named; `engine`: whose; `key`: whose line of the text. */
  | { readonly page: 'config'; readonly engine: string | null; readonly part?: ConfigPart; readonly key?: string };

/** The parts of the config that have a form, in the order of their tabs. */
const CONFIG_PARTS = ['engines', 'models', 'routing', 'gateway', 'app'] as const;
export type ConfigPart = (typeof CONFIG_PARTS)[number];

export type PageName = Route['page'];

/** The route that a hash names, `#/engines/llama` or `#/settings/gateway`; unknown ones lead to the overview. */
export function parseRoute(hash: string): Route {
  const [page = '', rest = '', key = ''] = hash.replace(/^#?\/?/, '').split('/');
  switch (page) {
    case 'models':
    case 'playground':
    case 'setup':
      return { page };
    case 'requests':
      return { page, ...(decode(rest) === null ? {} : { filter: decode(rest) ?? '' }) };
    case 'engines':
      return { page, engine: decode(rest.split('?')[0] ?? '') };
    case 'config':
      return { page, engine: decode(rest.split('?')[0] ?? ''), ...(/^\w+$/.test(key) ? { key } : {}) };
    case 'settings':
      return { page: 'config', engine: null, part: CONFIG_PARTS.find((part) => part === rest) ?? 'app' };
    default:
      return { page: 'overview' };
  }
}

/** The hash that names a route. */
export function hrefOf(route: Route): string {
  if (route.page === 'config' && route.part !== undefined) return `#/settings/${route.part}`;
  if (route.page === 'requests' && route.filter !== undefined)
    return `#/requests/${encodeURIComponent(route.filter)}`;
  if (!('engine' in route) || route.engine === null) return `#/${route.page}`;
  const key = route.page === 'config' && route.key !== undefined ? `/${route.key}` : '';
  return `#/${route.page}/${encodeURIComponent(route.engine)}${key}`;
}

/** Shows a route. `page` may also be a hash without its sign, as the tray sends it: `engines/llama`. */
export function go(to: Route | string): void {
  window.location.hash = hrefOf(typeof to === 'string' ? parseRoute(to) : to);
}

/** The present route; changes with the address. */
export function useRoute(): Route {
  const hash = useSyncExternalStore(watchHash, () => window.location.hash);
  return parseRoute(hash);
}

function watchHash(changed: () => void): () => void {
  window.addEventListener('hashchange', changed);
  return () => window.removeEventListener('hashchange', changed);
}

function decode(text: string): string | null {
  if (text === '') return null;
  try {
    return decodeURIComponent(text);
  } catch {
    return null; // a broken escape names no engine
  }
}
