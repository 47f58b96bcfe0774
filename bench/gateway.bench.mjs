/**
 * The gateway beside nginx, Portkey's gateway, LiteLLM's proxy, and no gateway at all: the same mock engine, the same client, one
 * core for each proxy. Each round of a case asks every target, so that they share what else the machine does; only ratios and
 * differences inside a round say something. See docs/benchmarks.md.
 */
import { mkdirSync, mkdtempSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { top } from '../build/lib/built-app.mjs';
import { run } from '../build/lib/run.mjs';
import { CASES, RAMP, SKIP, steadyEvents, WARM_UP } from './gateway/cases.mjs';
import { AIMS, judge } from './gateway/goals.mjs';
import { ensureRig, lackingForRig, load, onCore, PROXY_CORE, startMock, writeRequest } from './gateway/rig.mjs';
import { compared, median, ratio, short } from './gateway/stats.mjs';
import { TARGETS } from './gateway/targets.mjs';

const ROUNDS = 5;
const BLOCK_ROUNDS = 60;
/** Slow targets are asked for so many times as long, or one long answer would be all that is seen of them. */
const SLOW = 2;

/**
 * @param {(line: string) => void} log
 * @param {{ rounds?: number, only?: readonly string[], profile?: boolean }} options `only`: names of cases and
 *   targets; all without it · `profile`: of the router's CPU, from each case the last one's is kept
 */
export async function measure(log, { rounds = ROUNDS, only = [], profile = false }) {
  const lacking = lackingForRig(cpus().length);
  if (lacking) return { skipped: lacking };
  const wanted = (/** @type {string[]} */ names) => (only.some((name) => names.includes(name)) ? only : names);
  const cases = Object.keys(CASES).filter((name) => wanted(Object.keys(CASES)).includes(name));
  const targets = wanted(Object.keys(TARGETS));
  const cache = join(top, '.cache', 'bench');
  if (profile) {
    process.env.NODE_OPTIONS = `--require ${join(import.meta.dirname, 'gateway', 'profile-router.cjs')}`;
    process.env.BENCH_PROFILE = mkdtempSync(join(tmpdir(), 'router-profile-'));
    log(`the router's profile goes to ${process.env.BENCH_PROFILE}`);
  }
  const folder = join(cache, 'run');
  mkdirSync(folder, { recursive: true });
  const rig = await ensureRig(join(cache, 'rig'));
  const mock = await startMock(rig.mock);
  const place = { folder, cache, upstream: mock.port, log };
  const runner = createRunner({ place, rig, rounds, log });
  /** @type {import('./gateway/goals.mjs').Measured} */
  const measured = {};
  try {
    for (const name of cases) {
      const those = CASES[name].targets.filter((target) => targets.includes(target));
      measured[name] = await runner.run(CASES[name], those);
    }
  } finally {
    await runner.end();
    mock.stop();
  }
  if (cases.includes('vision-4mb') && targets.includes('stackyard')) measured['routing-4mb'] = await routingBlock();
  const verdicts = AIMS.map((aim) => judge(aim, measured));
  return {
    tables: [
      ...Object.entries(measured).map(([name, byTarget]) => ({
        title: `${CASES[name]?.what ?? 'routing a body of 4 MB, event loop held up'} (medians of ${rounds} rounds)`,
        rows: caseRows(byTarget),
      })),
      { title: 'Aims: Stackyard, ratios and differences within a round', rows: verdicts },
    ],
    skippedTargets: runner.skipped,
    measured,
    verdicts,
    failed: verdicts.filter(({ verdict }) => verdict === 'below floor').map(({ what }) => what),
  };
}

/**
 * Starts targets when a case needs them, and asks them in turns.
 *
 * @param {{ place: import('./gateway/targets.mjs').Place, rig: { load: string }, rounds: number, log: (line: string) => void }} with_
 */
function createRunner({ place, rig, rounds, log }) {
  /** @type {Map<string, import('./gateway/targets.mjs').Running>} */
  const lasting = new Map();
  /** @type {Record<string, string>} */
  const skipped = {};

  /** @param {string} name */
  async function start(name) {
    const known = lasting.get(name);
    if (known) return known;
    if (skipped[name]) return null;
    try {
      const running = await TARGETS[name].start(place);
      if (TARGETS[name].slow) lasting.set(name, running);
      return running;
    } catch (error) {
      skipped[name] = /** @type {Error} */ (error).message;
      log(`${name} is left out: ${skipped[name]}`);
      return null;
    }
  }

  /** @param {import('./gateway/cases.mjs').Case} one @param {readonly string[]} names */
  async function run(one, names) {
    log(`${one.what}: ${names.join(', ')}`);
    /** @type {{ name: string, ask: () => Promise<any>, warmUp: () => Promise<void>, end: () => Promise<void> }[]} */
    const present = [];
    try {
      for (const name of names) {
        const running = await start(name);
        if (!running) continue;
        const files = requestFiles(place.folder, name, one, running.headers);
        present.push({
          name,
          ask: () =>
            load(
              rig.load,
              { port: running.port, ...loadOptions(one, TARGETS[name].slow ? SLOW : 1), ...files },
              running.groups,
            ),
          warmUp: () =>
            warmUp(rig.load, { port: running.port, conns: one.conns, request: files.warm ?? files.request }),
          end: TARGETS[name].slow ? async () => {} : running.stop,
        });
      }
      for (const target of present) await target.warmUp();
      /** @type {Record<string, import('./gateway/goals.mjs').Round[]>} */
      const byTarget = Object.fromEntries(present.map(({ name }) => [name, []]));
      for (let round = 0; round < (one.rounds ?? rounds); round += 1) {
        for (const { name, ask } of present) byTarget[name].push(roundOf(await ask(), one));
      }
      return byTarget;
    } finally {
      for (const { end } of present) await end();
    }
  }

  return {
    run,
    skipped,
    async end() {
      for (const running of lasting.values()) await running.stop();
    },
  };
}

/** @param {import('./gateway/cases.mjs').Case} one @param {number} times */
const loadOptions = (one, times) =>
  one.steady
    ? { conns: one.conns, ms: one.ms, ramp: RAMP, streams: steadyEvents(one) }
    : { conns: one.conns, ms: one.ms * times + SKIP, skip: SKIP };

/**
 * @param {string} program
 * @param {{ port: number, conns: number, request: string }} options
 */
async function warmUp(program, options) {
  const end = Date.now() + WARM_UP.ms;
  for (let asked = 0; asked < WARM_UP.requests && Date.now() < end; ) {
    asked += (await load(program, { ...options, ms: 1_000 }, [])).requests;
  }
}

/**
 * @param {string} folder
 * @param {string} target
 * @param {import('./gateway/cases.mjs').Case} one
 * @param {Record<string, string>} [headers]
 */
function requestFiles(folder, target, one, headers) {
  const { text, gap } = one;
  const events = one.steady ? steadyEvents(one) : one.events;
  const request = writeRequest(join(folder, `${target}.request`), { text, events, gap, headers });
  if (!one.steady) return { request };
  return { request, warm: writeRequest(join(folder, `${target}.warm`), { text, events: 2, gap, headers }) };
}

/**
 * @param {any} said by the load client
 * @param {import('./gateway/cases.mjs').Case} one
 * @returns {import('./gateway/goals.mjs').Round}
 */
function roundOf(said, one) {
  const [plane, rest] = said.cpu_ns;
  const per = (/** @type {number | undefined} */ ns, /** @type {number} */ count) =>
    ns === undefined || count === 0 ? undefined : ns / 1_000 / count;
  return {
    ...(one.steady ? { whole: said.streams, lost: said.lost } : { perSecond: said.requests / said.seconds }),
    ...{ p50: said.latency?.p50, p99: said.latency?.p99 },
    ...{ first50: said.first?.p50, first99: said.first?.p99, delay50: said.delay?.p50, delay99: said.delay?.p99 },
    ...(one.steady
      ? { cpuPerChunk: per(plane, said.chunks), hostCpuPerChunk: per(rest, said.chunks) }
      : { cpuPerRequest: per(plane, said.requests), hostCpuPerRequest: per(rest, said.requests) }),
    residentMb: said.resident[0] === undefined ? undefined : said.resident[0] / 1e6,
    errors: said.errors,
  };
}

async function routingBlock() {
  const script = join(import.meta.dirname, 'gateway', 'routing-block.mjs');
  const { code, output, stdout } = await run(...onCore(PROXY_CORE, [process.execPath, script, String(BLOCK_ROUNDS)]));
  if (code !== 0) throw new Error(`routing-block.mjs failed: ${output}`);
  return { stackyard: [JSON.parse(stdout)] };
}

/**
 * One row a target: medians, and how it stands to nginx.
 *
 * @param {Record<string, import('./gateway/goals.mjs').Round[]>} byTarget
 */
function caseRows(byTarget) {
  return Object.entries(byTarget).map(([target, rounds]) => {
    const keys = [...new Set(rounds.flatMap((round) => Object.keys(round)))];
    const middle = (/** @type {string} */ key) => {
      const known = rounds.map((round) => round[key]).filter(Number.isFinite);
      return known.length === 0 ? null : short(median(known));
    };
    const figures = Object.fromEntries(keys.map((key) => [key, middle(key)]).filter(([, value]) => value !== null));
    const rate = (/** @type {string} */ name) => byTarget[name]?.map(({ perSecond }) => perSecond ?? Number.NaN);
    const toNginx = compared(rate(target), rate('nginx'), ratio);
    return { target, ...figures, ...(toNginx === null ? {} : { '/s to nginx': short(toNginx) }) };
  });
}
