/** `stackyard demo`: the main job from nothing, as `npm run demo`; it needs a checkout. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { StackyardError } from '../../shared/errors.ts';
import { which } from '../host/which.ts';
import { action, type Registered } from './command.ts';
import { exitOf } from './exit-of.ts';
import { ourPackage } from './our-package.ts';

export function registerDemo(program: Command, registered: Registered): void {
  program
    .command('demo')
    .description('Show the main job on a tiny model of its own; in a checkout only.')
    .option('--once', 'stop everything after the first answer')
    .action(
      action(
        registered,
        async (run, { once }: { once?: true }) => {
          const script = findScript();
          if (script === null) {
            throw new StackyardError('engine_unsupported', 'The demo is part of the source code, not of a package.', {
              hint: 'In a checkout: npm ci && npm run demo',
            });
          }
          // The app's own binary can't run a script: its RunAsNode fuse is off.
          const node = process.versions.electron ? await which('node', run.io.env) : process.execPath;
          if (node === null) {
            throw new StackyardError('command_not_found', 'The demo needs `node` on PATH, and there is none.');
          }
          return exitOf(spawn(node, [script, ...(once ? ['--once'] : [])], { stdio: 'inherit' }), run.io.onSignal);
        },
        { interrupt: false },
      ),
    );
}

/** `build/demo.mjs` of the checkout that this file, or the bundle it is in, belongs to. */
function findScript(): string | null {
  const home = ourPackage(import.meta.dirname);
  const script = home === null ? null : join(home.folder, 'build', 'demo.mjs');
  return script !== null && existsSync(script) ? script : null;
}
