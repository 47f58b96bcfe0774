#!/usr/bin/env node
/** `npx --no stackyard …` in a checkout: the built command line. */
import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { cli } from './lib/built-app.mjs';

if (!existsSync(cli)) {
  console.error(
    'Stackyard has not been built here yet. Run `npm run build` first (or `npm start`, which builds by itself).',
  );
  process.exit(1);
}
process.argv[1] = cli;
await import(pathToFileURL(cli).href);
