/** Names of the lines between the window's preload script and the shell. */
export const CHANNELS = {
  /** `(name, input)` → `Reply`: a call of `ipc.ts`, answered by the host. */
  call: 'stackyard:call',
  /** `(name, input)` → `Reply<null>`: a call that only the shell answers. */
  shell: 'stackyard:shell',
  /** `(on)`: from now on the page wants to be told of news, or no longer. */
  hear: 'stackyard:hear',
  /** `(event, payload)` to the page. */
  event: 'stackyard:event',
} as const;
