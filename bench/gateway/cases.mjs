/**
 * What is asked of the targets. Times in ms.
 *
 * @typedef {{
 *   what: string,
 *   targets: readonly string[],
 *   rounds?: number,
 *   conns: number,
 *   ms: number,
 *   text: string | object[],
 *   events?: number,
 *   gap?: number,
 *   steady?: boolean,
 * }} Case `gap`: µs between two events · `steady`: one stream a connection, all of them running while it is measured ·
 *   `rounds`: fewer than usual
 */

const PROMPT = 'x'.repeat(900);
/** Of 4 MB, as clients send one: base64 in a data URL. */
const IMAGE = [
  { type: 'text', text: 'What is this?' },
  { type: 'image_url', image_url: { url: `data:image/png;base64,${'iVBORw0KGgo'.repeat(381_300)}` } },
];
const ALL = ['direct', 'nginx', 'portkey', 'litellm', 'stackyard'];
/** Asked before a case counts, so that compilers have compiled and connections are open: so many requests, or so long. */
export const WARM_UP = { requests: 20_000, ms: 5_000 };
/** Of each closed loop, not counted. */
export const SKIP = 200;
/** Steady streams begin within this. */
export const RAMP = 1_200;
const GAP = 50_000;

/** @type {Readonly<Record<string, Case>>} */
export const CASES = {
  'json-1': { what: '1 KB JSON, 1 client', targets: ALL, conns: 1, ms: 1_200, text: PROMPT },
  'json-64': { what: '1 KB JSON, 64 clients', targets: ALL, conns: 64, ms: 1_400, text: PROMPT },
  'sse-16': {
    what: '64 events without a pause, 16 clients',
    targets: ALL.filter((name) => name !== 'portkey'),
    ...{ conns: 16, ms: 1_400, text: PROMPT, events: 64 },
  },
  'vision-4mb': {
    what: 'a body of 4 MB, 2 clients',
    targets: ['direct', 'nginx', 'stackyard'],
    ...{ conns: 2, ms: 1_200, text: IMAGE },
  },
  'streams-200': {
    what: '200 streams, 20 events/s each',
    targets: ['nginx', 'stackyard'],
    ...{ conns: 200, ms: 1_500, text: PROMPT, gap: GAP, steady: true },
  },
  'streams-1000': {
    what: '1000 streams, 20 events/s each',
    targets: ['direct', 'nginx', 'stackyard'],
    ...{ conns: 1_000, ms: 2_000, text: PROMPT, gap: GAP, steady: true },
  },
  'streams-1500': {
    what: '1500 streams, 20 events/s each',
    targets: ['stackyard'],
    ...{ rounds: 1, conns: 1_500, ms: 2_500, text: PROMPT, gap: GAP, steady: true },
  },
};

/** Events of a steady stream: enough to outlast ramp, slack and the time that counts. @param {Case} one */
export const steadyEvents = ({ ms, gap = GAP }) => Math.ceil(((RAMP + 1_000 + ms) * 1_000) / gap);
