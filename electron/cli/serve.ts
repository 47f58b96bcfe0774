/** `stackyard serve`: the whole of Stackyard without a window, until a signal ends it. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { StackyardError } from '../../shared/errors.ts';
import { routeNewsWords } from '../../shared/route-news-words.ts';
import { readConfigFile } from '../host/config-file.ts';
import { type Host, startHost } from '../host/host.ts';
import { checkConfigFile } from './check-file.ts';
import { action, type Registered, type Run } from './command.ts';
import { findingsText } from './findings-text.ts';
import { serveOnNode } from './serve-on-node.ts';
import { tellGateway } from './tell-gateway.ts';
import { tellUi } from './tell-ui.ts';
import { causeWords, plain } from './words.ts';

export function registerServe(program: Command, registered: Registered): void {
  program
    .command('serve')
    .description('Run without a window until SIGTERM or Ctrl-C, which stop everything it started.')
    .option('--ui', 'serve the window’s page to a browser too, at an address that is printed')
    .action(
      action(
        registered,
        (run, { ui }: { ui?: true }) =>
          process.versions.electron ? serveOnNode(run, ui ? ['--ui'] : []) : serve(run, ui === true),
        { interrupt: false },
      ),
    );
}

async function serve(run: Run, ui: boolean): Promise<number> {
  const ending = endingOf(run);
  const { paths } = run;
  // Before anything is claimed or started: without a file there is nothing to serve.
  const file = await readConfigFile(paths.config).catch((error: Error) => {
    throw new StackyardError('config_unreadable', `${paths.config} can’t be read: ${error.message}.`, {
      cause: error,
    });
  });
  if (!file.exists) {
    throw new StackyardError('config_missing', `There is no config file at ${paths.config}.`, {
      hint: 'Write one, or name another with --config.',
    });
  }
  if (ui && !existsSync(join(run.io.page, 'index.html'))) {
    throw new StackyardError('internal', `The page is not at ${run.io.page}.`, { hint: 'Run `npm run build`.' });
  }
  const host = await startHost({
    kind: 'serve',
    paths,
    version: run.io.version,
    routerFile: run.io.programs.router,
    ...(ui ? { ui: run.io.page } : {}),
  });
  if (host.start === 'invalid' || host.start === 'missing') {
    await host.stop();
    await tellFindings(run);
    return 1;
  }
  if (host.start === 'last-good') {
    await tellFindings(run);
    run.say('The config file has errors, so the last good version of it runs.');
  }
  run.atEnd(tellGateway(host, run.io.out, run.say));
  if (ui) run.atEnd(tellUi(host, run.io.out));
  run.atEnd(
    host.onNotice(({ engine, kind, cause }) =>
      run.say(`${engine} ${NOTICE_WORDS[kind]}${cause === null ? '' : `: ${causeWords(cause)}`}`),
    ),
  );
  run.atEnd(
    host.onRouteNews((news) => {
      const { title, body } = routeNewsWords(news);
      run.say(`${plain(title)}: ${plain(body)}`);
    }),
  );
  await ending.asked;
  ending.force(() => void host.stop({ force: true }));
  await stop(run, host);
  return 0;
}

const NOTICE_WORDS = {
  crashed: 'ended unexpectedly',
  failed: 'failed',
  recovered: 'is back',
  warned: 'needs attention',
} as const;

async function stop(run: Run, host: Host): Promise<void> {
  const flying = host.snapshot().gateway.in_flight;
  run.say(flying > 0 ? `Stopping; ${flying} requests in flight may finish. Ctrl-C again cuts them.` : 'Stopping.');
  await host.stop();
}

/** The findings of `check`, on stderr: stdout is for the address alone. */
async function tellFindings(run: Run): Promise<void> {
  const file = run.paths.config;
  const { text, findings } = await checkConfigFile(file, run.io);
  run.io.err(findingsText(file, text, findings));
}

/** Hears the signals from the first moment on, so that one that comes while the host starts is not lost. */
function endingOf(run: Run): { readonly asked: Promise<void>; readonly force: (act: () => void) => void } {
  let ask = (): void => {};
  let act: (() => void) | null = null;
  let interrupts = 0;
  const asked = new Promise<void>((done) => {
    ask = done;
  });
  const interrupt = (): void => {
    interrupts += 1;
    ask();
    if (interrupts > 1) act?.();
  };
  run.atEnd(run.io.onSignal('SIGINT', interrupt));
  run.atEnd(run.io.onSignal('SIGTERM', ask));
  // The terminal was closed.
  run.atEnd(run.io.onSignal('SIGHUP', ask));
  return {
    asked,
    force(then) {
      act = then;
      if (interrupts > 1) then();
    },
  };
}
