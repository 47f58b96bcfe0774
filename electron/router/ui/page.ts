/** The built page's files, for a browser. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pageFile, pageHeaders } from '../../../shared/page-files.ts';
import { ownHeaders, sendFailure, type Turn, wrongMethod } from '../turn.ts';

/** Answers with the file that the path names. They hold nothing secret: neither a token nor an `Origin` is asked for. */
export async function servePage(turn: Turn, folder: string): Promise<void> {
  const { req, res, path } = turn;
  if (req.method !== 'GET' && req.method !== 'HEAD') {
    wrongMethod(turn, 'GET');
    return;
  }
  const file = pageFile(path);
  const bytes = file === null ? null : await readFile(join(folder, file)).catch(() => null);
  if (file === null || bytes === null) {
    sendFailure(turn, { code: 'not_found', message: `There is no ${path.slice(0, 200)} here.` });
    return;
  }
  const headers = pageHeaders(file, ownSockets(req.headers.host ?? ''));
  res.writeHead(200, [
    ...ownHeaders(turn),
    ...Object.entries(headers).flat(),
    'content-length',
    String(bytes.length),
  ]);
  res.end(req.method === 'HEAD' ? undefined : bytes);
}

/** Not every browser counts a WebSocket of the page's own origin as 'self'. A name with other signs than those of names is not repeated. */
const ownSockets = (host: string): string[] => (/^[\w.:[\]-]+$/.test(host) ? [`ws://${host}`] : []);
