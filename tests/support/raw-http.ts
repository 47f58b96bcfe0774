/** Bytes on a socket, where an HTTP client would correct what is to be tried. */
import { connect, type Socket } from 'node:net';

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A plain connection to `url`'s port, with everything that came over it. */
export interface Wire {
  readonly socket: Socket;
  readonly got: () => string;
  write(bytes: string | Buffer): void;
  /** Says that nothing more will be sent, and goes on listening. */
  half(): void;
  /** Resolves when the other side ended the connection, or with what `enough` was satisfied by. */
  until(enough: (got: string) => boolean): Promise<string>;
  closed(): Promise<string>;
  destroy(): void;
}

export async function wire(url: string): Promise<Wire> {
  const socket = connect({ port: Number(new URL(url).port), host: '127.0.0.1', allowHalfOpen: true });
  socket.setNoDelay(true);
  const chunks: Buffer[] = [];
  let over = false;
  const waiting = new Set<() => void>();
  const look = (): void => {
    for (const one of [...waiting]) one();
  };
  const got = (): string => Buffer.concat(chunks).toString('latin1');
  socket.on('data', (chunk) => {
    chunks.push(chunk);
    look();
  });
  const end = (): void => {
    over = true;
    look();
  };
  socket.on('end', end).on('close', end).on('error', end);
  await new Promise<void>((done, fail) => socket.once('connect', done).once('error', fail));
  const until = (enough: (got: string) => boolean): Promise<string> =>
    new Promise((done) => {
      const check = (): void => {
        if (!over && !enough(got())) return;
        waiting.delete(check);
        done(got());
      };
      waiting.add(check);
      check();
    });
  return {
    socket,
    got,
    write: (bytes) => void socket.write(bytes),
    half: () => void socket.end(),
    until,
    closed: () => until(() => false),
    destroy: () => void socket.destroy(),
  };
}

/** Sends these bytes on a connection of their own and gives all that came until the other side closed it. */
export async function send(url: string, bytes: string | Buffer): Promise<Reply[]> {
  const line = await wire(url);
  line.write(bytes);
  const got = await line.closed();
  line.destroy();
  return replies(got);
}

/** The responses in what came over one connection. Bodies are told by content-length or chunks, else they go to the end. */
export function replies(got: string): Reply[] {
  const found: Reply[] = [];
  let rest = got;
  while (rest !== '') {
    const split = rest.indexOf('\r\n\r\n');
    const [first = '', ...lines] = (split < 0 ? rest : rest.slice(0, split)).split('\r\n');
    const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(first)?.[1] ?? Number.NaN);
    if (Number.isNaN(status)) throw new Error(`no response begins with ${JSON.stringify(rest.slice(0, 200))}`);
    const headers = Object.fromEntries(
      lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
    );
    rest = split < 0 ? '' : rest.slice(split + 4);
    let body = '';
    if (status >= 200 && status !== 204) {
      if (headers['transfer-encoding'] === 'chunked') [body, rest] = unchunk(rest);
      else {
        const length = Number(headers['content-length'] ?? rest.length);
        body = rest.slice(0, length);
        rest = rest.slice(length);
      }
    }
    found.push({ status, headers, body });
  }
  return found;
}

function unchunk(from: string): [body: string, rest: string] {
  let body = '';
  let rest = from;
  for (;;) {
    const line = rest.indexOf('\r\n');
    const size = Number.parseInt(rest.slice(0, Math.max(0, line)), 16);
    if (line < 0 || Number.isNaN(size)) return [body, ''];
    if (size === 0) return [body, rest.slice(line + 4)];
    body += rest.slice(line + 2, line + 2 + size);
    rest = rest.slice(line + 2 + size + 2);
  }
}
