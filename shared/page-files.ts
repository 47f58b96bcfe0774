/** Which file of the built renderer a path names, and what is said along with it: for `stackyard://app` and for a browser. */

/** File inside the renderer's folder, with `/`, that the (percent-encoded) path of a URL names; `null` when nothing may be served. */
export function pageFile(path: string): string | null {
  let plain: string;
  try {
    plain = decodeURIComponent(path);
  } catch {
    return null;
  }
  const parts = plain.split('/').filter((part) => part !== '');
  const odd = parts.some((part) => part === '.' || part === '..' || /[\\:\0]/.test(part));
  if (odd) return null;
  return parts.length === 0 ? 'index.html' : parts.join('/');
}

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  json: 'application/json; charset=utf-8',
  map: 'application/json; charset=utf-8',
  svg: 'image/svg+xml',
  png: 'image/png',
  ico: 'image/x-icon',
  woff: 'font/woff',
  woff2: 'font/woff2',
  txt: 'text/plain; charset=utf-8',
};

/**
 * Only our own files, and connections to `connect` beside our own origin. Inline style is needed by the code editor, which
 * mounts its theme as a <style> element, and by popups that place themselves; scripts are ours alone, so inline style is the
 * most that injected markup could reach.
 */
export const contentSecurityPolicy = (connect: readonly string[]): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src ${["'self'", ...connect].join(' ')}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');

/** Response headers for a file of that name; all ASCII, which newer Electrons insist on. `connect` as above. */
export function pageHeaders(file: string, connect: readonly string[]): Record<string, string> {
  const extension = file.slice(file.lastIndexOf('.') + 1).toLowerCase();
  return {
    'content-type': TYPES[extension] ?? 'application/octet-stream',
    'content-security-policy': contentSecurityPolicy(connect),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    // Names of built files carry a hash, index.html does not; both come from a disk near by anyway.
    'cache-control': 'no-cache',
  };
}
