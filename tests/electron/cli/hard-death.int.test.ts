import { copyFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { isListening } from '../../../electron/host/ports.ts';
import { descendants, isAlive, startTime } from '../../../electron/host/processes.ts';
import { type Served, serve } from '../../support/serve.ts';
import { tempFolder } from '../../support/tmp.ts';
import { describeNeeding, llamaServer, need, tinyModel } from '../../support/tools.ts';
import { until } from '../../support/until.ts';

/** Two engines; the second is a router of its own, whose model runs in a child of it. */
function config(): string {
  const models = tempFolder('models');
  copyFileSync(need(tinyModel), `${models}/grand.gguf`);
  return `version: 1
gateway: { port: 0 }
engines:
  one:
    kind: llama.cpp
    command: ${JSON.stringify(llamaServer)}
    model: ${JSON.stringify(tinyModel)}
    args: ["-t", "1"]
  two:
    kind: llama.cpp
    command: ${JSON.stringify(llamaServer)}
    models_dir: ${JSON.stringify(models)}
    args: ["-t", "1"]
`;
}

interface Everything {
  pids: { pid: number; start: string | null }[];
  ports: number[];
}

/** Starts both engines and a grandchild, and notes everything that must be gone later. */
async function everything(served: Served): Promise<Everything> {
  expect((await served.run('up', 'one', 'two')).code).toBe(0);
  expect((await served.run('load', 'grand')).code).toBe(0);
  const { engines, router } = await served.status();
  const parents = engines.flatMap((engine) => engine.pid ?? []);
  const grand = (await Promise.all(parents.map(descendants))).flat();
  expect(parents).toHaveLength(2);
  expect(grand).toHaveLength(1);
  const pids = [...parents, ...grand, router.pid ?? 0];
  const ports = [...engines.flatMap((engine) => engine.port ?? []), Number(new URL(served.gateway).port)];
  return { pids: await Promise.all(pids.map(async (pid) => ({ pid, start: await startTime(pid) }))), ports };
}

async function alive({ pids }: Everything): Promise<number[]> {
  const lives = await Promise.all(pids.map(async ({ pid, start }) => ((await isAlive(pid, start)) ? pid : null)));
  return lives.filter((pid) => pid !== null);
}

async function open({ ports }: Everything): Promise<number[]> {
  const listening = await Promise.all(
    ports.map(async (port) => ((await isListening('127.0.0.1', port)) ? port : null)),
  );
  return listening.filter((port) => port !== null);
}

describeNeeding(['llama-server', 'linux'], 'SIGKILL of the host', () => {
  it('leaves nothing: the guard ends engines and grandchild, the router leaves, ports are free', async () => {
    const served = await serve(config());
    const all = await everything(served);
    process.kill(served.pid, 'SIGKILL');
    await until('everything is gone', async () => (await alive(all)).length === 0 && (await open(all)).length === 0, {
      deadline: 10_000,
    });
  });

  it('without its guard, leaves what the next start reaps', async () => {
    const folder = tempFolder('reaped');
    const text = config();
    const served = await serve(text, { folder, env: { STACKYARD_NO_GUARD: '1' } });
    const all = await everything(served);
    process.kill(served.pid, 'SIGKILL');
    await until('the router has left', async () => (await alive(all)).length === 3);
    const next = await serve(text, { folder });
    expect(await alive(all)).toEqual([]);
    expect((await next.status()).engines.map((engine) => engine.phase)).toEqual(['stopped', 'stopped']);
  });
});

describeNeeding(['llama-server', 'posix'], 'SIGTERM of the host', () => {
  it('stops everything it started and exits 0', async () => {
    const served = await serve(config());
    const all = await everything(served);
    served.child.kill('SIGTERM');
    await until('serve has ended', () => served.child.exitCode !== null);
    expect(served.child.exitCode).toBe(0);
    expect(await alive(all)).toEqual([]);
    expect(await open(all)).toEqual([]);
  });
});
