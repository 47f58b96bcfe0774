import type { FromRouter, ToRouter } from '../../shared/contract/router.ts';

/** The line to the host, whichever way this process was started. */
export interface HostLink {
  send(message: FromRouter): void;
  onMessage(listener: (message: ToRouter) => void): void;
  /** The host closed the line or died. */
  onGone(listener: () => void): void;
}

/** What Electron adds to `process` in a utilityProcess; its messages come wrapped in an event. */
interface ParentPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { data: unknown }) => void): void;
  on(event: 'close', listener: () => void): void;
}

/** The line of this process: Electron's parent port, or the channel of `child_process.fork`; `null` without either. */
export function hostLink(): HostLink | null {
  const port = (process as unknown as { parentPort?: ParentPort }).parentPort;
  if (port) {
    return {
      send: (message) => port.postMessage(message),
      onMessage: (listener) => port.on('message', (event) => listener(event.data as ToRouter)),
      onGone: (listener) => port.on('close', listener),
    };
  }
  if (!process.send) return null;
  return {
    send: (message) => {
      // The callback keeps a channel that closes meanwhile from raising an 'error' event.
      if (process.connected) process.send?.(message, undefined, undefined, () => {});
    },
    onMessage: (listener) => process.on('message', (message) => listener(message as ToRouter)),
    onGone: (listener) => process.on('disconnect', listener),
  };
}
