/**
 * The window of the built app in a real Electron, each page at rest and while 1,000 log lines and 50 requests a second flow: frames,
 * long tasks, what the processes cost. Then the app without a window: closed into the tray, and started hidden. See
 * docs/benchmarks.md.
 */
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { ensureElectron } from '../build/get-electron.mjs';
import { top } from '../build/lib/built-app.mjs';
import { hasDisplay } from '../build/lib/electron-arguments.mjs';
import { startDesktop } from '../build/test/desktop.mjs';
import { makeTinyModel } from '../build/tiny-model.mjs';
import { short } from './gateway/stats.mjs';
import { configText, costs, launch } from './ui/app.mjs';
import { pour } from './ui/load.mjs';

const PAGES = ['overview', 'models', 'engines/llama', 'requests', 'playground', 'config'];
const RATE = { lines: 1000, requests: 50 };
/** Each look at a page lasts so long, ms; before it, the page and the load settle. */
const LOOK = 8000;
const SETTLE = 3000;
/** Without a window, ms. */
const REST = 15_000;

/** What a page has to reach while all flows. Frames at 60 a second are 16.7 ms apart. */
const AIMS = [
  { what: 'frames apart, p95, ms', of: (/** @type {Look} */ look) => look.gap95, goal: 34, floor: 100 },
  { what: 'longest time between frames, ms', of: (/** @type {Look} */ look) => look.gapMax, goal: 100, floor: 500 },
  {
    what: 'long tasks, ms a second',
    of: (/** @type {Look} */ look) => look.longMs / (LOOK / 1000),
    goal: 10,
    floor: 200,
  },
];

/**
 * @typedef {{ frames: number, gap95: number, gapMax: number, long: number, longMs: number, heap: number }} Look
 *   `frames` a second · gaps in ms · `long`: tasks of more than 50 ms · `heap` in bytes, after the garbage is collected
 */

/**
 * @param {(line: string) => void} log
 * @param {{ only?: readonly string[] }} options `only`: names of pages, or `rest`
 */
export async function measure(log, { only = [] }) {
  if (process.platform !== 'linux') return { skipped: 'it reads /proc, which only Linux has' };
  const { path: electron } = await ensureElectron({ cacheDir: join(top, '.cache'), log });
  const desktop = hasDisplay() && process.env.DBUS_SESSION_BUS_ADDRESS ? null : await startDesktop();
  const model = join(top, '.cache', 'bench', 'tiny.gguf');
  makeTinyModel(model);
  const how = {
    electron,
    env: desktop?.env ?? {},
    folder: top,
    config: configText(join(import.meta.dirname, 'ui', 'engine.mjs'), model),
  };
  const wanted = (/** @type {string} */ name) => only.length === 0 || only.includes(name);
  const pages = PAGES.filter(wanted);
  try {
    const looks = pages.length === 0 ? [] : await lookAtPages(log, how, pages);
    const rests = wanted('rest') ? await restWithoutWindow(log, how) : [];
    const verdicts = looks.flatMap(({ page, flowing }) =>
      AIMS.map(({ what, of, goal, floor }) => {
        const value = of(flowing.look);
        const verdict = value <= goal ? 'goal' : value <= floor ? 'between' : 'below floor';
        return { page, what, value: short(value), goal, floor, verdict };
      }),
    );
    return {
      tables: [
        {
          title: `Pages, at rest and with ${RATE.lines} log lines and ${RATE.requests} requests a second`,
          rows: pageRows(looks),
        },
        { title: 'Aims while all flows', rows: verdicts },
        { title: 'Without anybody looking, nothing flowing', rows: rests.map(restRow) },
      ].filter(({ rows }) => rows.length > 0),
      rate: RATE,
      pages: looks,
      rests,
      verdicts,
      failed: [
        ...verdicts.filter(({ verdict }) => verdict === 'below floor').map(({ page, what }) => `${page}: ${what}`),
        ...looks.filter(({ requests }) => requests.failed > 0).map(({ page }) => `${page}: requests failed`),
      ],
    };
  } finally {
    desktop?.close();
  }
}

/** @param {(line: string) => void} log @param {Parameters<typeof launch>[0]} how @param {readonly string[]} pages */
async function lookAtPages(log, how, pages) {
  const running = await launch(how);
  try {
    const page = await running.app.firstWindow();
    await running.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.setSize(1440, 900));
    const { gateway, engine } = await readyStack(page);
    const session = await page.context().newCDPSession(page);
    const looks = [];
    for (const name of pages) {
      log(`${name}: at rest, then flowing`);
      await page.evaluate((hash) => {
        window.location.hash = hash;
      }, `#/${name}`);
      const look = async () => {
        await wait(SETTLE);
        const { value, cpu, memory } = await costs(await running.processes(), () => page.evaluate(watchFrames, LOOK));
        await session.send('HeapProfiler.collectGarbage');
        const { usedSize } = await session.send('Runtime.getHeapUsage');
        return { look: { ...value, heap: usedSize }, cpu, memory };
      };
      const rest = await look();
      const stop = await pour({ gateway, engine, ...RATE });
      const flowing = await look();
      looks.push({ page: name, rest, flowing, requests: await stop() });
    }
    return looks;
  } finally {
    await running.close();
  }
}

/** In the page: how frames and long tasks went for so long. @param {number} ms @returns {Promise<Omit<Look, 'heap'>>} */
function watchFrames(ms) {
  return new Promise((resolve) => {
    /** @type {number[]} */
    const gaps = [];
    let long = 0;
    let longMs = 0;
    const observer = new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) {
        long += 1;
        longMs += duration;
      }
    });
    observer.observe({ type: 'longtask' });
    const from = performance.now();
    let last = from;
    const frame = (/** @type {number} */ now) => {
      gaps.push(now - last);
      last = now;
      if (now - from < ms) return requestAnimationFrame(frame);
      observer.disconnect();
      const sorted = gaps.slice(1).sort((a, b) => a - b);
      resolve({
        frames: (gaps.length * 1000) / (now - from),
        gap95: sorted[Math.floor(sorted.length * 0.95)] ?? 0,
        gapMax: sorted.at(-1) ?? 0,
        long,
        longMs,
      });
    };
    requestAnimationFrame(frame);
  });
}

/** Closed into the tray after it was open, and never opened. @param {(line: string) => void} log @param {Parameters<typeof launch>[0]} how */
async function restWithoutWindow(log, how) {
  const rests = [];
  for (const [name, hidden] of /** @type {const} */ ([
    ['closed into the tray', false],
    ['started hidden', true],
  ])) {
    log(`at rest, ${name}`);
    const running = await launch({ ...how, hidden });
    try {
      if (!hidden) {
        const page = await running.app.firstWindow();
        await readyStack(page);
        await wait(SETTLE);
        rests.push({ name: 'window open', ...(await costs(await running.processes(), () => wait(REST))) });
        await running.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());
      }
      // Coming up costs: engines, probes, the first looks at the machine.
      await wait(hidden ? 4 * SETTLE : SETTLE);
      rests.push({ name, ...(await costs(await running.processes(), () => wait(REST))) });
    } finally {
      await running.close();
    }
  }
  return rests;
}

/** Where gateway and engine are, once both are ready. @param {import('playwright-core').Page} page */
async function readyStack(page) {
  for (let tries = 0; tries < 240; tries += 1) {
    const found = await page.evaluate(async () => {
      const reply = await /** @type {any} */ (window).stackyard.call('snapshot.get', {});
      const { gateway, engines } = reply.ok ? reply.value : { gateway: null, engines: [] };
      const engine = engines.find((/** @type {any} */ one) => one.name === 'llama');
      if (gateway?.phase !== 'ready' || engine?.phase !== 'ready') return null;
      return { gateway: gateway.url, engine: `http://127.0.0.1:${engine.port}` };
    });
    if (found) return found;
    await wait(250);
  }
  throw new Error('the stack did not get ready within a minute');
}

const percent = (/** @type {number} */ share) => `${short(share * 100)} %`;
const mb = (/** @type {number} */ bytes) => Math.round(bytes / 1e6);

/** @param {Awaited<ReturnType<typeof lookAtPages>>} looks */
const pageRows = (looks) =>
  looks.flatMap(({ page, rest, flowing }) =>
    Object.entries({ rest, flowing }).map(([how, { look, cpu, memory }]) => ({
      page: how === 'rest' ? page : '',
      how,
      'frames/s': short(look.frames),
      'p95 gap': short(look.gap95),
      longest: short(look.gapMax),
      'long tasks': look.long,
      'their ms': short(look.longMs),
      'CPU window': percent(cpu.window),
      'CPU host': percent(cpu.host),
      'CPU router': percent(cpu.router),
      'CPU others': percent(cpu.others),
      'heap MB': mb(look.heap),
      'window MB': mb(memory.window),
    })),
  );

/** @param {{ name: string, cpu: Record<string, number>, memory: Record<string, number> }} rest */
const restRow = ({ name, cpu, memory }) => ({
  app: name,
  'CPU host': percent(cpu.host ?? 0),
  'CPU window': percent(cpu.window ?? 0),
  'CPU router': percent(cpu.router ?? 0),
  'CPU others': percent(cpu.others ?? 0),
  'host MB': mb(memory.host ?? 0),
  'window MB': mb(memory.window ?? 0),
  'router MB': mb(memory.router ?? 0),
  'others MB': mb(memory.others ?? 0),
  'all MB': mb(Object.values(memory).reduce((sum, bytes) => sum + bytes, 0)),
});
