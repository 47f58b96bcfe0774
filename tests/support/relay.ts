import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface Relay {
  /** `http://127.0.0.1:PORT` of this end. */
  readonly url: string;
  /** The port at the other end from now on; open connections are cut. */
  lead(port: number): void;
  close(): void;
}

/** Another port for a server on this machine, as `ssh -L` gives one: bytes, and nothing understood. */
export async function startRelay(port: number): Promise<Relay> {
  let to = port;
  const open = new Set<Socket>();
  const cut = (): void => {
    for (const socket of open) socket.destroy();
  };
  const server = createServer((near) => {
    const far = connect({ port: to, host: '127.0.0.1' });
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(one);
      one.on('error', () => {});
      one.on('close', () => {
        open.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    lead(next) {
      to = next;
      cut();
    },
    close() {
      server.close();
      cut();
    },
  };
}
