/**
 * What the router adds: the same requests straight to a small upstream and through the built router, in turns, medians over the
 * rounds. Requests a second are bounded by the client and the upstream, which share the machine: read the ratio and the router's
 * CPU per request.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Pool } from 'undici';
import { top } from '../build/lib/built-app.mjs';

const ROUNDS = 5;
const MS = 1_500;
const CASES = [
  { name: '1 KB JSON, 1 client', clients: 1, stream: false },
  { name: '1 KB JSON, 64 clients', clients: 64, stream: false },
  { name: 'SSE of 64 events, 16 clients', clients: 16, stream: true },
];

/** Rows of medians; the ratios are of one round each. */
export async function measure(log) {
  const upstream = fork(join(import.meta.dirname, 'upstream.mjs'));
  const [{ port }] = await once(upstream, 'message');
  const router = fork(join(top, 'out/main/router.js'), {
    env: { ...process.env, STACKYARD_HOST_PID: String(process.pid) },
  });
  const listening = new Promise((resolve) => {
    router.on('message', (message) => {
      if (message.type === 'hello') router.send({ type: 'table', table: table(port) });
      if (message.type === 'report' && message.listening !== null) resolve(message.listening.port);
    });
  });
  const gateway = await listening;
  const rows = [];
  for (const one of CASES) {
    log(`${one.name}: ${ROUNDS} rounds of ${MS} ms each way`);
    await load(gateway, one, 500);
    const rounds = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const direct = await load(port, one, MS);
      const before = cpuMs(router.pid);
      const through = await load(gateway, one, MS);
      const cpu = cpuMs(router.pid);
      rounds.push({ direct, through, cpu: before === null || cpu === null ? null : (cpu - before) / through.count });
    }
    const median = (pick) => middle(rounds.map(pick));
    rows.push({
      case: one.name,
      'direct req/s': Math.round(median((r) => r.direct.perSecond)),
      'router req/s': Math.round(median((r) => r.through.perSecond)),
      ratio: round2(median((r) => r.through.perSecond / r.direct.perSecond)),
      'added p50 ms': round2(median((r) => r.through.p50 - r.direct.p50)),
      'router CPU ms/req': rounds[0].cpu === null ? null : round2(median((r) => r.cpu)),
      errors: rounds.reduce((n, r) => n + r.direct.errors + r.through.errors, 0),
    });
  }
  router.send({ type: 'close', deadline_ms: 1_000 });
  await once(router, 'exit');
  upstream.kill();
  return rows;
}

/** A closed loop of so many clients for so long. */
async function load(port, { clients, stream }, ms) {
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections: clients, pipelining: 1 });
  const body = JSON.stringify({ model: 'm', stream, messages: [{ role: 'user', content: 'x'.repeat(900) }] });
  const times = [];
  let errors = 0;
  const start = performance.now();
  const client = async () => {
    while (performance.now() - start < ms) {
      const begun = performance.now();
      const answer = await pool.request({
        path: '/v1/chat/completions',
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      });
      await answer.body.dump({ limit: 1e9 });
      if (answer.statusCode === 200) times.push(performance.now() - begun);
      else errors += 1;
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  const seconds = (performance.now() - start) / 1000;
  await pool.close();
  return { count: times.length, perSecond: times.length / seconds, p50: middle(times), errors };
}

function table(port) {
  const timeouts = { connect: 2_000, first_byte: 60_000, idle: 60_000 };
  const base = `http://127.0.0.1:${port}`;
  return {
    revision: 1,
    listen: { host: '127.0.0.1', port: 0 },
    access: { keys: [], app_token: null, app_origin: null, allowed_hosts: [], machine_names: [], cors_origins: [] },
    limits: { max_body: 2 ** 26, body_budget: 2 ** 28, max_connections: 1024 },
    routing: {
      retries: 2,
      allowed_fails: 3,
      cooldown: 30_000,
      queue: { max_waiting: 256, max_wait: 60_000, keepalive: 5_000 },
      timeouts,
    },
    engines: [
      {
        name: 'up',
        kind: 'openai',
        base_url: `${base}/v1`,
        root_url: base,
        api_key: null,
        phase: 'ready',
        owner: 'external',
        held: false,
        start: 'on-demand',
        group: null,
        free_to_start: true,
        group_holder: null,
        speaks: ['chat'],
        progress: null,
        cause: null,
        max_concurrent: null,
        models: {},
        request_timeouts: timeouts,
      },
    ],
    models: [
      {
        id: 'm',
        targets: [{ engine: 'up', model: 'upstream-model', weight: 1, max_concurrent: null, context_length: null }],
        strategy: 'priority',
        wake: 'if-none-ready',
        affinity: false,
        fallbacks: [],
        params: { set: {}, drop: [], rename: {} },
        timeouts,
      },
    ],
    aliases: {},
    discovered: [],
    patterns: [],
    default_model: null,
    list_discovered: true,
  };
}

/** User and system time of a process so far, ms; `null` off Linux. */
function cpuMs(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) * 10;
  } catch {
    return null;
  }
}

const middle = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
const round2 = (value) => Math.round(value * 100) / 100;
