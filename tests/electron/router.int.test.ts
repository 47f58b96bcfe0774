import { type ChildProcess, fork, spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { FromRouter, RouterReport } from '../../shared/contract/router.ts';
import { bundleRouter } from '../fixtures/upstream/router-bundle.ts';
import { engine, model, table, target } from '../fixtures/upstream/routing-table.ts';
import { chatEvents, sse, startUpstream } from '../fixtures/upstream/upstream-server.ts';

let file = '';
beforeAll(async () => {
  file = await bundleRouter();
});
afterAll(() => rmSync(dirname(file), { recursive: true, force: true }));

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) if (child.exitCode === null) child.kill('SIGKILL');
});

function start(env: Record<string, string> = {}) {
  const child = fork(file, [], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    execArgv: [],
  });
  children.push(child);
  const messages: FromRouter[] = [];
  const looks = new Set<() => void>();
  child.on('message', (message) => {
    messages.push(message as FromRouter);
    for (const look of [...looks]) look();
  });
  const exited = new Promise<number | null>((done) => child.once('exit', (code) => done(code)));
  const said = <T extends FromRouter>(match: (message: FromRouter) => message is T): Promise<T> =>
    new Promise((done) => {
      const look = () => {
        const found = messages.find(match);
        if (!found) return;
        looks.delete(look);
        done(found);
      };
      looks.add(look);
      look();
    });
  const listening = async () => {
    const report = await said(
      (message): message is RouterReport => message.type === 'report' && message.listening !== null,
    );
    return `http://127.0.0.1:${report.listening?.port}`;
  };
  return { child, exited, said, listening };
}

const startOf = (pid: number) => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] as string;
};

describe('the router’s process', () => {
  it('says hello, serves by the table it is sent, and closes after the last request', async () => {
    const events = chatEvents(['a']).join('');
    const up = await startUpstream(sse([events]));
    const { child, exited, said, listening } = start();
    expect(await said((x): x is FromRouter & { type: 'hello' } => x.type === 'hello')).toMatchObject({
      pid: child.pid,
    });
    child.send({
      type: 'table',
      table: table({ engines: [engine('a', up.url)], models: [model('m', [target('a')])] }),
    });
    const url = await listening();
    const answer = await fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      body: '{"model":"m","stream":true}',
    });
    child.send({ type: 'close', deadline_ms: 20_000 });
    expect(await answer.text()).toBe(events);
    expect(await exited).toBe(0);
    await up.close();
  });

  it('cuts what is still running at the deadline', async () => {
    const up = await startUpstream(({ res }) => {
      res.writeHead(200, { 'content-type': 'text/event-stream' });
      res.write(': one\n\n');
    });
    const { child, exited, listening } = start();
    child.send({
      type: 'table',
      table: table({ engines: [engine('a', up.url)], models: [model('m', [target('a')])] }),
    });
    const answer = await fetch(`${await listening()}/v1/chat/completions`, {
      method: 'POST',
      body: '{"model":"m","stream":true}',
    });
    child.send({ type: 'close', deadline_ms: 100 });
    await expect(answer.text()).rejects.toThrow();
    expect(await exited).toBe(0);
    await up.close();
  });

  it('leaves when its line to the host closes', async () => {
    const { child, exited, said } = start();
    await said((x): x is FromRouter => x.type === 'hello');
    child.disconnect();
    expect(await exited).toBe(0);
  });

  it('leaves when the host’s process is gone, though the line is open', async () => {
    const host = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)'], { stdio: 'ignore' });
    const pid = host.pid as number;
    const env = {
      STACKYARD_HOST_PID: String(pid),
      STACKYARD_HOST_START: process.platform === 'linux' ? startOf(pid) : '',
    };
    const { exited, said } = start(env);
    await said((x): x is FromRouter => x.type === 'hello');
    host.kill('SIGKILL');
    expect(await exited).toBe(0);
  });

  it.runIf(process.platform === 'linux')('leaves when the host’s pid belongs to another process now', async () => {
    const { exited } = start({ STACKYARD_HOST_PID: String(process.pid), STACKYARD_HOST_START: '1' });
    expect(await exited).toBe(0);
  });

  it('can’t be started by hand', async () => {
    const child = spawn(process.execPath, [file], { stdio: ['ignore', 'ignore', 'pipe'] });
    let text = '';
    child.stderr.on('data', (part) => {
      text += part;
    });
    expect(await new Promise((done) => child.on('close', done))).toBe(2);
    expect(text).toContain('stackyard serve');
  });
});
