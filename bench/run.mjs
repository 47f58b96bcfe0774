#!/usr/bin/env node
/**
 * `npm run bench [NAME]`: measurements, always side by side in one run, since absolute figures of a busy machine say little.
 * Each `bench/NAME.bench.mjs` exports `measure(log)` and gives rows; they are printed and kept in `bench/results/NAME.json`.
 */
import { readdirSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { ensureBuilt } from '../build/lib/built-app.mjs';

const here = import.meta.dirname;
const known = readdirSync(here)
  .filter((file) => file.endsWith('.bench.mjs'))
  .map((file) => file.replace('.bench.mjs', ''));
const [wanted] = process.argv.slice(2);
if (wanted !== undefined && !known.includes(wanted)) {
  console.error(`There is no bench “${wanted}”. There are: ${known.join(', ')}.`);
  process.exit(2);
}
await ensureBuilt((line) => console.log(`· ${line}`));
for (const name of wanted === undefined ? known : [wanted]) {
  console.log(`\n${name}`);
  const { measure } = await import(join(here, `${name}.bench.mjs`));
  const rows = await measure((line) => console.log(`· ${line}`));
  console.table(rows);
  const machine = { cpus: cpus().length, model: cpus()[0]?.model, memory: totalmem(), node: process.version };
  const kept = { name, at: new Date().toISOString(), machine, rows };
  writeFileSync(join(here, 'results', `${name}.json`), `${JSON.stringify(kept, null, 2)}\n`);
}
