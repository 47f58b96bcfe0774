#!/usr/bin/env node
/**
 * `npm run bench [NAME] [-- --rounds N --only A,B --profile]`: measurements, always side by side in one run, since absolute figures of a
 * busy machine say little. Each `bench/NAME.bench.mjs` exports `measure(log, options)`. Its tables are printed; a whole run is
 * kept in `bench/results/NAME.json`, one with options is for trying and is not. Exit code 1: something is below its floor.
 */
import { readdirSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureBuilt } from '../build/lib/built-app.mjs';

const here = import.meta.dirname;
const known = readdirSync(here)
  .filter((file) => file.endsWith('.bench.mjs'))
  .map((file) => file.replace('.bench.mjs', ''));
const { values, positionals } = parseArgs({
  options: { rounds: { type: 'string' }, only: { type: 'string' }, profile: { type: 'boolean' } },
  allowPositionals: true,
});
const [wanted] = positionals;
if (wanted !== undefined && !known.includes(wanted)) {
  console.error(`There is no bench “${wanted}”. There are: ${known.join(', ')}.`);
  process.exit(2);
}
const options = {
  ...(values.rounds === undefined ? {} : { rounds: Number(values.rounds) }),
  ...(values.only === undefined ? {} : { only: values.only.split(',') }),
  ...(values.profile === undefined ? {} : { profile: true }),
};
const log = (/** @type {string} */ line) => console.log(`· ${line}`);
await ensureBuilt(log);
for (const name of wanted === undefined ? known : [wanted]) {
  console.log(`\n${name}`);
  const { measure } = await import(join(here, `${name}.bench.mjs`));
  const { skipped, tables, failed, ...kept } = await measure(log, options);
  if (skipped !== undefined) {
    console.log(`skipped: ${skipped}`);
    continue;
  }
  for (const { title, rows } of tables) {
    console.log(`\n${title}`);
    console.table(rows);
  }
  for (const what of failed) console.log(`below its floor: ${what}`);
  if (failed.length > 0) process.exitCode = 1;
  if (Object.keys(options).length > 0) continue;
  const machine = { cpus: cpus().length, model: cpus()[0]?.model, memory: totalmem(), node: process.version };
  const file = { name, at: new Date().toISOString(), machine, ...kept };
  writeFileSync(join(here, 'results', `${name}.json`), `${JSON.stringify(file, null, 2)}\n`);
}
