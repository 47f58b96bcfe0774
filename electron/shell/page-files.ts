/** Which file of the built renderer a `stackyard://app/…` URL names, and what is said along with it. */
import { isOurs } from './identity.ts';

/** Path inside the renderer's folder, with `/`; `null` when the URL names nothing that may be served. */
export function pageFile(url: string): string | null {
  if (!isOurs(url)) return null;
  let path: string;
  try {
    path = decodeURIComponent(new URL(url).pathname);
  } catch {
    return null;
  }
  const parts = path.split('/').filter((part) => part !== '');
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
 * Only our own files, and the gateway on this machine. Inline style is needed by the code editor and by popups that place
 * themselves; scripts are ours alone.
 */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self' http://127.0.0.1:* http://localhost:* http://[::1]:*",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Response headers for a file of that name; all ASCII, which newer Electrons insist on. */
export function pageHeaders(file: string): Record<string, string> {
  const extension = file.slice(file.lastIndexOf('.') + 1).toLowerCase();
  return {
    'content-type': TYPES[extension] ?? 'application/octet-stream',
    'content-security-policy': CONTENT_SECURITY_POLICY,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    // Names of built files carry a hash, index.html does not; both come from the disk beside us anyway.
    'cache-control': 'no-cache',
  };
}
