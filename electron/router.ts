/**
 * The data plane's process: an Electron utilityProcess or a forked Node, the same file. It takes tables and sends reports over
 * one line, and leaves when that line closes or the host's process is gone.
 */
import { createRouter } from './router/create-router.ts';
import { hostLink } from './router/host-link.ts';
import { watchHost } from './router/watch-host.ts';

const link = hostLink();
if (!link) {
  console.error('stackyard router: it is started by Stackyard itself; run `stackyard serve`.');
  process.exit(2);
}

const fall = (error: unknown): void => {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  console.error(text);
  link.send({ type: 'log', level: 'error', text });
  // A moment for the line to be written; nothing else is done any more.
  setTimeout(() => process.exit(1), 50);
};
process.on('unhandledRejection', fall);
process.on('uncaughtException', fall);
// The host decides when the router leaves; a Ctrl-C in the terminal reaches the whole group.
process.on('SIGINT', () => {});

const leave = (): never => process.exit(0);
const router = createRouter({ send: (message) => link.send(message), closed: leave });
link.onMessage((message) => router.handle(message));
link.onGone(leave);

const hostPid = Number(process.env.STACKYARD_HOST_PID);
if (Number.isInteger(hostPid) && hostPid > 0) {
  watchHost(hostPid, process.env.STACKYARD_HOST_START || null, leave);
}
link.send({ type: 'hello', pid: process.pid });
