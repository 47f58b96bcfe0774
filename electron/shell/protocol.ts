/** Serves the built renderer from `stackyard://app`, so that no page of ours ever is a `file://`. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { protocol, type Session } from 'electron';
import { pageFile, pageHeaders } from '../../shared/page-files.ts';
import { isOurs, SCHEME } from './identity.ts';

/** Must run before the first `await` of the app. CORS: the page fetches the gateway, which is another origin. */
export function declareScheme(): void {
  protocol.registerSchemesAsPrivileged([
    {
      scheme: SCHEME,
      privileges: { standard: true, secure: true, supportFetchAPI: true, corsEnabled: true, stream: true },
    },
  ]);
}

/** Where the page reaches beside its own files: the gateway on this machine. */
const CONNECT = ['http://127.0.0.1:*', 'http://localhost:*', 'http://[::1]:*'];

/** From now on the session's pages come out of `folder`. */
export function serveRenderer(session: Session, folder: string): void {
  const notFound = () => new Response('Not found', { status: 404, headers: pageHeaders('not-found.txt', CONNECT) });
  session.protocol.handle(SCHEME, async (request) => {
    const reads = request.method === 'GET' || request.method === 'HEAD';
    const file = reads && isOurs(request.url) ? pageFile(new URL(request.url).pathname) : null;
    if (file === null) return notFound();
    try {
      const bytes = await readFile(join(folder, file));
      return new Response(new Uint8Array(bytes), { headers: pageHeaders(file, CONNECT) });
    } catch {
      return notFound();
    }
  });
}
