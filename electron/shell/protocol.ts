/** Serves the built renderer from `stackyard://app`, so that no page of ours ever is a `file://`. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { protocol, type Session } from 'electron';
import { SCHEME } from './identity.ts';
import { pageFile, pageHeaders } from './page-files.ts';

/** Must run before the first `await` of the app. CORS: the page fetches the gateway, which is another origin. */
export function declareScheme(): void {
  protocol.registerSchemesAsPrivileged([
    {
      scheme: SCHEME,
      privileges: { standard: true, secure: true, supportFetchAPI: true, corsEnabled: true, stream: true },
    },
  ]);
}

/** From now on the session's pages come out of `folder`. */
export function serveRenderer(session: Session, folder: string): void {
  session.protocol.handle(SCHEME, async (request) => {
    const file = request.method === 'GET' || request.method === 'HEAD' ? pageFile(request.url) : null;
    if (file === null) return new Response('Not found', { status: 404, headers: pageHeaders('not-found.txt') });
    try {
      const bytes = await readFile(join(folder, file));
      return new Response(new Uint8Array(bytes), { headers: pageHeaders(file) });
    } catch {
      return new Response('Not found', { status: 404, headers: pageHeaders('not-found.txt') });
    }
  });
}
