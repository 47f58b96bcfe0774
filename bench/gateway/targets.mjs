import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startHost } from '../../build/demo/host.mjs';
import { waitUntilReady } from '../../build/demo/ready.mjs';
import { freePort } from '../../build/lib/free-port.mjs';
import { onPath, run } from '../../build/lib/run.mjs';
import { waiting } from '../../build/lib/waiting.mjs';
import { ensureLitellm } from '../../build/litellm.mjs';
import { family, moveToCore, onCore, PROXY_CORE, RIG_CORE } from './rig.mjs';

/**
 * Something that stands between client and mock engine.
 *
 * @typedef {{
 *   port: number,
 *   groups: readonly (readonly number[])[],
 *   headers?: Record<string, string>,
 *   stop: () => Promise<void>,
 * }} Running `groups`: the process ids whose cost is counted; the first group is the data plane
 * @typedef {{ folder: string, cache: string, upstream: number, log: (line: string) => void }} Place
 * @typedef {{ start: (place: Place) => Promise<Running>, slow?: boolean }} Target
 *   `slow`: started once for all cases, and asked for longer
 */

const PORTKEY = '1.15.2';

/** No proxy at all. @type {Target} */
const direct = {
  start: async ({ upstream }) => ({ port: upstream, groups: [], stop: async () => {} }),
};

/** @type {Target} */
const nginx = {
  async start({ folder, upstream, log }) {
    const program = await findNginx(log);
    const port = await freePort();
    const root = emptied(join(folder, 'nginx'));
    writeFileSync(join(root, 'nginx.conf'), nginxConfig(root, port, upstream));
    const arguments_ = [program, '-p', root, '-c', join(root, 'nginx.conf'), '-g', 'daemon off;'];
    return started(arguments_, port, { path: '/v1/models' });
  },
};

/** @param {(line: string) => void} log */
async function findNginx(log) {
  const find = () => onPath('nginx') ?? ['/usr/sbin/nginx'].find(existsSync);
  const known = find();
  if (known) return known;
  if (process.getuid?.() === 0 && onPath('apt-get')) {
    await waiting(log, 'installing nginx-light', run('apt-get', ['install', '-y', 'nginx-light']));
  }
  const made = find();
  if (!made) throw new Error('there is no nginx (Debian: apt-get install nginx-light)');
  return made;
}

/**
 * One worker, kept connections both ways, nothing buffered that streams.
 *
 * @param {string} root
 * @param {number} port
 * @param {number} upstream
 */
const nginxConfig = (root, port, upstream) => `
worker_processes 1;
worker_rlimit_nofile 16384;
pid ${root}/nginx.pid;
error_log ${root}/error.log;
events { worker_connections 8192; }
http {
  access_log off;
  client_body_temp_path ${root}/body;
  proxy_temp_path ${root}/proxy;
  fastcgi_temp_path ${root}/fastcgi;
  uwsgi_temp_path ${root}/uwsgi;
  scgi_temp_path ${root}/scgi;
  client_max_body_size 64m;
  client_body_buffer_size 8m;
  keepalive_requests 100000000;
  tcp_nodelay on;
  upstream engine { server 127.0.0.1:${upstream}; keepalive 2048; keepalive_requests 100000000; }
  server {
    listen 127.0.0.1:${port} backlog=4096;
    location / {
      proxy_pass http://engine;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_buffering off;
    }
  }
}
`;

/** JSON only: streaming through the package from npm ends in an error. @type {Target} */
const portkey = {
  slow: true,
  async start({ cache, upstream, log }) {
    const root = join(cache, 'portkey');
    const program = join(root, 'node_modules', '@portkey-ai', 'gateway', 'build', 'start-server.js');
    if (!existsSync(program)) {
      mkdirSync(root, { recursive: true });
      const args = ['install', '--prefix', root, '--no-save', '--no-audit', '--no-fund', '--ignore-scripts'];
      const installing = run('npm', [...args, `@portkey-ai/gateway@${PORTKEY}`]);
      const { code, output } = await waiting(log, `installing @portkey-ai/gateway ${PORTKEY}`, installing);
      if (code !== 0) throw new Error(`npm could not install @portkey-ai/gateway: ${output.split('\n').at(-1)}`);
    }
    const port = await freePort();
    const running = await started([process.execPath, program, '--headless', `--port=${port}`], port, { path: '/' });
    const headers = {
      'x-portkey-provider': 'openai',
      'x-portkey-custom-host': `http://127.0.0.1:${upstream}/v1`,
    };
    return { ...running, headers };
  },
};

/** @type {Target} */
const litellm = {
  slow: true,
  async start({ folder, cache, upstream, log }) {
    const data = join(cache, '..', 'litellm');
    const version = await ensureLitellm({ data, log });
    const config = join(folder, 'litellm.yaml');
    const entry = { model: 'openai/upstream', api_base: `http://127.0.0.1:${upstream}/v1`, api_key: 'none' };
    // A JSON document is a YAML document.
    const model_list = [{ model_name: 'bench', litellm_params: entry }];
    // It refuses to start without a strong key.
    const master_key = `sk-${randomBytes(32).toString('hex')}`;
    writeFileSync(config, JSON.stringify({ model_list, general_settings: { master_key } }), { mode: 0o600 });
    const port = await freePort();
    const program = join(data, 'venvs', `litellm-${version}`, 'bin', 'litellm');
    const args = ['--config', config, '--host', '127.0.0.1', '--port', String(port), '--num_workers', '1'];
    const starting = started([program, ...args], port, { path: '/health/liveliness', patience: 120_000 });
    const running = await waiting(log, `starting LiteLLM ${version}`, starting);
    return { ...running, headers: { authorization: `Bearer ${master_key}` } };
  },
};

/** The service as it is used: real host, built router, an API key, traces, counters. @type {Target} */
const stackyard = {
  async start({ folder, upstream }) {
    const root = emptied(join(folder, 'stackyard'));
    const configFile = join(root, 'stackyard.yaml');
    const dataDir = join(root, 'data');
    writeFileSync(configFile, stackyardConfig(await freePort(), upstream));
    const host = startHost({ electron: null, configFile, dataDir, folder: root });
    const stop = async () => void (await host.stop());
    try {
      const { url } = await waitUntilReady(host, () => {});
      const status = /** @type {{ router: { pid: number } }} */ (await host.status());
      const router = status.router.pid;
      const own = JSON.parse(readFileSync(join(dataDir, 'instance.json'), 'utf8')).pid;
      await moveToCore(own, RIG_CORE);
      await moveToCore(router, PROXY_CORE);
      return { port: Number(new URL(url).port), groups: [[router], [own]], stop };
    } catch (error) {
      await stop();
      throw error;
    }
  },
};

/** @param {number} port @param {number} upstream */
const stackyardConfig = (port, upstream) => `version: 1
gateway:
  port: ${port}
  max_connections: 2048
  api_keys:
    - { name: bench, key: bench-key }
    - { name: other, key: other-key }
engines:
  mock:
    kind: openai
    url: http://127.0.0.1:${upstream}/v1
models:
  bench:
    targets:
      - { engine: mock, model: upstream }
`;

/** @type {Readonly<Record<string, Target>>} */
export const TARGETS = { direct, nginx, portkey, litellm, stackyard };

/**
 * Starts a program on the proxies' core and waits until it answers.
 *
 * @param {string[]} command
 * @param {number} port
 * @param {{ path: string, patience?: number }} ready
 * @returns {Promise<Running>}
 */
async function started(command, port, { path, patience = 20_000 }) {
  const child = spawn(...onCore(PROXY_CORE, command), { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      said = (said + chunk).slice(-500);
    });
  }
  const gone = new Promise((resolve) => child.once('close', resolve));
  const stop = async () => {
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), 5_000);
    await gone;
    clearTimeout(timer);
  };
  for (const end = Date.now() + patience; Date.now() < end; ) {
    if (child.exitCode !== null) throw new Error(`${command[0]} ended at once: ${said.trim()}`);
    const answer = await fetch(`http://127.0.0.1:${port}${path}`).catch(() => null);
    if (answer?.ok) return { port, groups: [family(/** @type {number} */ (child.pid))], stop };
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await stop();
  throw new Error(`${command[0]} did not answer within ${patience / 1000} s: ${said.trim()}`);
}

/** @param {string} folder */
function emptied(folder) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return folder;
}
