/**
 * How long a body of 4 MB holds up the router's event loop: joining what came from the socket, finding model and stream in it,
 * and making the target's body. The router's own functions, in a process of their own: `node routing-block.mjs ROUNDS` prints
 * the medians in ms.
 */
import { join } from 'node:path';
import { runnerImport } from 'vite';
import { CASES } from './cases.mjs';
import { median } from './stats.mjs';

const top = join(import.meta.dirname, '..', '..');
const PIECE = 65_536;
const { module } = await runnerImport(join(top, 'electron/router/request-body.ts'), {
  ...{ logLevel: 'silent', configFile: false, root: top },
});

const content = CASES['vision-4mb'].text;
const bytes = Buffer.from(JSON.stringify({ messages: [{ role: 'user', content }], model: 'bench' }));
const entry = { params: { set: {}, drop: [], rename: {} } };
const joining = [];
const routing = [];
for (let round = -5; round < Number(process.argv[2]); round += 1) {
  const pieces = [];
  for (let at = 0; at < bytes.length; at += PIECE) pieces.push(Buffer.from(bytes.subarray(at, at + PIECE)));
  const begun = performance.now();
  const body = Buffer.concat(pieces, bytes.length);
  const joined = performance.now();
  module.jsonBody(body).forTarget(entry, { model: 'upstream' });
  const routed = performance.now();
  if (round < 0) continue;
  joining.push(joined - begun);
  routing.push(routed - joined);
}
console.log(JSON.stringify({ blockMs: median(routing), joinMs: median(joining) }));
