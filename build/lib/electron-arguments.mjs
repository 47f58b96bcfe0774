/**
 * How Electron is started on this machine.
 *
 * @returns {{ switches: string[], env: NodeJS.ProcessEnv }} Chromium's sandbox refuses to run as root, so root goes without it
 */
export function electronArguments() {
  const { ELECTRON_RUN_AS_NODE: _, ...env } = process.env;
  const root = process.platform === 'linux' && process.getuid?.() === 0;
  return { switches: root ? ['--no-sandbox'] : [], env };
}

/** Whether windows can be shown here. */
export const hasDisplay = () =>
  process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
