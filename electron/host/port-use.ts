import { createServer } from 'node:net';
import type { PortHolder } from './ports.ts';

/** Whether a server could listen there now. */
export function portIsFree(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** `pid 1184 (ollama)`, for a sentence; `null` when the system tells nothing. */
export function describeHolder(holder: PortHolder | null): string | null {
  if (holder === null) return null;
  if (holder.pid === null) return holder.user === null ? null : `a process of ${holder.user}`;
  return holder.name === null ? `pid ${holder.pid}` : `pid ${holder.pid} (${holder.name})`;
}
