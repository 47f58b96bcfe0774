import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server as TcpServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { detect } from '../../../electron/host/detect.ts';
import { findServers } from '../../../electron/host/detect-servers.ts';
import { enginePorts } from '../../../electron/host/listeners.ts';
import { type Llama, startLlama } from '../../support/llama.ts';
import { freePort } from '../../support/ports.ts';
import { descendants, stop } from '../../support/processes.ts';
import { tempFolder } from '../../support/tmp.ts';
import { describeNeeding, need, tinyModel } from '../../support/tools.ts';
import { until } from '../../support/until.ts';

const servers: (Server | TcpServer)[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    if ('closeAllConnections' in server) server.closeAllConnections();
    server.close();
  }
});

async function listen(server: Server | TcpServer, port = 0): Promise<number> {
  servers.push(server);
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** A small real server that answers some paths as a kind's documentation says, and 404 on all others. */
function serve(paths: Record<string, unknown>, headers: Record<string, string> = {}, status = 200): Promise<number> {
  const answer: RequestListener = (request, response) => {
    const body = paths[request.url ?? ''];
    response.writeHead(body === undefined ? 404 : status, headers);
    response.end(
      body === undefined ? '{"detail":"Not Found"}' : typeof body === 'string' ? body : JSON.stringify(body),
    );
  };
  return listen(createServer(answer));
}

const holder = process.platform === 'linux' ? expect.stringMatching(`^pid ${process.pid} `) : expect.anything();

describe('findServers', () => {
  it('knows Ollama, with the models on its disk', async () => {
    const port = await serve({
      '/': 'Ollama is running',
      '/api/version': { version: '0.12.3' },
      '/api/tags': { models: [{ name: 'llama3.1:latest' }] },
      '/v1/models': { object: 'list', data: [{ id: 'llama3.1:latest' }] },
    });
    expect(await findServers([port], 2_000)).toEqual([
      {
        id: `port:${port}`,
        kind: 'ollama',
        title: 'Ollama',
        command: null,
        on_path: false,
        blocked: null,
        version: '0.12.3',
        running: { url: `http://127.0.0.1:${port}`, port, holder, models: ['llama3.1:latest'], needs_key: false },
        note: expect.stringContaining('runs already'),
      },
    ]);
  });
  it('knows vLLM, LiteLLM, llama-cpp-python, LM Studio and any other server with OpenAI’s list', async () => {
    const list = { object: 'list', data: [{ id: 'm' }] };
    const ports = [
      await serve({ '/version': { version: '0.11.0' }, '/v1/models': list }, { server: 'uvicorn' }),
      await serve({ '/health/liveliness': '"I\'m alive!"', '/v1/models': list }, { server: 'uvicorn' }),
      await serve({
        '/openapi.json': { info: { title: '🦙 llama.cpp Python API', version: '0.3.16' } },
        '/v1/models': list,
      }),
      await serve({ '/lmstudio-greeting': { lmstudio: true }, '/v1/models': list }),
      await serve({ '/v1/models': list }),
    ];
    const rows = await findServers(ports, 2_000);
    expect(rows.map((row) => [row.kind, row.title, row.version, row.running?.models])).toEqual([
      ['vllm', 'vLLM', '0.11.0', ['m']],
      ['litellm', 'LiteLLM', null, ['m']],
      ['llama-cpp-python', 'llama-cpp-python', '0.3.16', ['m']],
      ['openai', 'LM Studio', null, ['m']],
      ['openai', 'OpenAI-compatible server', null, ['m']],
    ]);
    expect(rows[4]?.running?.url).toBe(`http://127.0.0.1:${ports[4]}/v1`);
  });
  it('says that a server wants a key', async () => {
    const port = await serve({ '/v1/models': { error: { message: 'no key' } } }, {}, 401);
    expect(await findServers([port], 2_000)).toMatchObject([
      { kind: 'openai', running: { models: [], needs_key: true }, note: expect.stringContaining('API key') },
    ]);
  });
  it('takes neither a web server nor a Stackyard nor a silent port for an engine', async () => {
    const web = await serve({ '/': '<h1>It works</h1>' });
    const gateway = await serve({ '/v1/models': { data: [] } }, { 'x-stackyard-request-id': '1' });
    const mute = await listen(createTcpServer((socket) => void socket.on('error', () => {})));
    const rude = await listen(
      createTcpServer((socket) => void socket.on('error', () => {}).end('220 mail.example ESMTP\r\n')),
    );
    expect(await findServers([web, gateway, mute, rude, await freePort()], 300)).toEqual([]);
  });
});

describeNeeding(['linux'], 'a server that a Stackyard runs', () => {
  it('is told as such, and not offered', async () => {
    const script = `require('http').createServer((q, r) => r.end('{"object":"list","data":[{"id":"m"}]}'))
      .listen(0, '127.0.0.1', function () { console.log(this.address().port) })`;
    const child = spawn(process.execPath, ['-e', script], {
      env: { ...process.env, STACKYARD_RUN: 'abc:llama.1' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      const [port] = (await once(child.stdout, 'data')) as [Buffer];
      const [row] = await findServers([Number(port.toString())], 2_000);
      expect(row?.blocked).toMatch(/^A Stackyard runs it/);
    } finally {
      await stop(child);
    }
  });
});

describe('detect', () => {
  const nothing = { env: {}, configPath: '/c/stackyard.yaml', timeoutMs: 2_000 };

  it('proposes the wanted port when it is free', async () => {
    const gatewayPort = await freePort();
    expect(await detect({ ...nothing, home: tempFolder(), ports: [], gatewayPort })).toEqual({
      found: [],
      config_path: '/c/stackyard.yaml',
      gateway: { port: gatewayPort, busy: null },
      model_folders: [],
    });
  });
  it('proposes the next free port and names who holds the wanted one', async () => {
    const taken = await serve({});
    const { gateway } = await detect({ ...nothing, home: tempFolder(), ports: [], gatewayPort: taken });
    expect(gateway.port).toBeGreaterThan(taken);
    expect(gateway.busy).toEqual({ port: taken, holder });
  });
  it('makes one row of Ollama’s program and its running server', async () => {
    const bin = tempFolder();
    writeFileSync(join(bin, 'ollama'), '#!/bin/sh\necho ollama version is 0.12.0\n', { mode: 0o755 });
    const port = await serve({ '/': 'Ollama is running', '/api/version': { version: '0.12.3' } });
    const { found } = await detect({ ...nothing, env: { PATH: bin }, home: tempFolder(), ports: [port] });
    expect(found).toMatchObject([
      { id: 'path:ollama', command: join(bin, 'ollama'), version: '0.12.3', running: { port } },
    ]);
  });
  it('lists folders with models', async () => {
    const home = tempFolder();
    mkdirSync(join(home, 'models'));
    writeFileSync(join(home, 'models/a.gguf'), 'GGUF');
    const { model_folders } = await detect({ ...nothing, home, ports: [] });
    expect(model_folders).toMatchObject([{ path: join(home, 'models'), files: 1, bytes: 4, models_dir: false }]);
  });
});

describeNeeding(['llama-server', 'linux'], 'a llama-server that serves a folder', () => {
  it('is one server, and the ones it starts for its models are none', async () => {
    const folder = tempFolder();
    copyFileSync(need(tinyModel), join(folder, 'tiny.gguf'));
    const before = await enginePorts();
    const llama = await startLlama({ model: null, args: ['--models-dir', folder] });
    try {
      await fetch(`${llama.url}/models/load`, { method: 'POST', body: '{"model":"tiny"}' });
      await until('its child runs', () => descendants(llama.pid).length > 0);
      expect((await enginePorts()).filter((port) => !before.includes(port))).toEqual([llama.port]);
    } finally {
      await llama.stop();
    }
  });
});

describeNeeding(['llama-server'], 'findServers with a real llama-server', () => {
  let llama: Llama;
  beforeAll(async () => {
    llama = await startLlama({ args: ['--alias', 'tiny'] });
  });
  afterAll(() => llama?.stop());

  it('knows it, its version, its model and its process', async () => {
    const [row] = await findServers([llama.port], 5_000);
    expect(row).toMatchObject({
      kind: 'llama.cpp',
      title: 'llama.cpp',
      version: expect.stringMatching(/^b\d+/),
      running: { url: llama.url, port: llama.port, models: ['tiny'] },
    });
    // on a port that nobody would guess
    if (process.platform === 'linux') expect(await enginePorts()).toContain(llama.port);
    if (process.platform === 'linux') expect(row?.running?.holder).toMatch(new RegExp(`^pid ${llama.pid} \\(`));
  });
});
