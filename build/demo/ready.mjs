/**
 * @typedef {{ name: string, phase: string | null, pid: number | null, cause: { message: string, hint?: string } | null }} Engine
 * @typedef {{ gateway: { url: string | null, phase: string, cause: Engine['cause'] }, engines: Engine[] }} Status
 */

const PATIENCE_MS = 120_000;
const EVERY_MS = 250;

/**
 * Waits until the gateway and the demo's engine are ready, saying each step.
 *
 * @param {import('./host.mjs').Host} host
 * @param {(line: string) => void} log
 * @returns {Promise<{ url: string, engine: Engine }>}
 * @throws Error that says what failed and why
 */
export async function waitUntilReady(host, log) {
  const end = Date.now() + PATIENCE_MS;
  let said = '';
  while (Date.now() < end) {
    if (host.hasEnded()) throw new Error(`it ended by itself:\n${host.output().trim()}`);
    const status = /** @type {Status | null} */ (await host.status());
    const [engine] = status?.engines ?? [];
    const line = `gateway ${status?.gateway.phase ?? 'not there yet'}, engine ${engine?.phase ?? 'not there yet'}`;
    if (line !== said) log(line);
    said = line;
    if (status?.gateway.phase === 'failed') throw new Error(`the gateway failed: ${because(status.gateway.cause)}`);
    if (engine?.phase === 'failed') throw new Error(`the engine failed: ${because(engine.cause)}`);
    if (status?.gateway.phase === 'ready' && status.gateway.url && engine?.phase === 'ready') {
      return { url: status.gateway.url, engine };
    }
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
  }
  throw new Error(`it was not ready after ${PATIENCE_MS / 1000} s (${said}):\n${host.output().trim()}`);
}

/** @param {Engine['cause']} cause */
const because = (cause) => [cause?.message ?? 'no cause given', cause?.hint].filter(Boolean).join(' ');
