/** `stackyard status`: the whole stack at one look, also when nothing runs. */
import type { Command } from 'commander';
import type { StackSnapshot } from '../../shared/model.ts';
import type { SystemSample } from '../../shared/system.ts';
import { action, call, type Registered } from './command.ts';
import { type OfflineStatus, offlineStatus } from './offline-status.ts';
import {
  bytesWords,
  causeWords,
  engineWords,
  keptWords,
  plain,
  runByWords,
  sinceWords,
  table,
  targetWords,
  UNKNOWN,
} from './words.ts';

export function registerStatus(program: Command, registered: Registered): void {
  program
    .command('status')
    .description('Show gateway, engines and models by state; exits 1 when Stackyard is not running.')
    .option('--json', 'one JSON document')
    .action(
      action(registered, async (run) => {
        const host = await run.hostIfAny();
        const status = host ? await call(host, 'snapshot.get', {}) : await offlineStatus(run.paths, run.io);
        const system = host && run.json ? await call(host, 'system.get', {}) : null;
        if (run.json) run.document(statusDocument(status, system));
        else run.io.out(statusText(status, Date.now()));
        if (host) return 0;
        run.say('Stackyard is not running. Start it with `stackyard serve` or open the app.');
        return 1;
      }),
    );
}

/** The contract's fields first, in its order; what a snapshot holds beyond them follows. */
function statusDocument(status: StackSnapshot | OfflineStatus, system: SystemSample | null = null): object {
  const { gateway, config, engines, models, router, ...more } = status;
  const rows = engines.map((row) => {
    const use = system?.engines.find(({ engine }) => engine === row.name);
    const { cpu = null, memory_file = null, threads = null, uptime = null } = use ?? {};
    return { ...row, cpu, memory_file, threads, uptime };
  });
  return { gateway, config, engines: rows, models, router, ...more, system };
}

/** For people; `now` in ms since 1970. */
function statusText(status: StackSnapshot | OfflineStatus, now: number): string {
  const { gateway, config } = status;
  const errors = config.findings.filter((f) => f.severity === 'error').length;
  const warnings = config.findings.length - errors;
  const head = table(
    ['gateway', gateway.url === null ? UNKNOWN : `${gateway.url}/v1`, gateway.phase],
    [
      ['config', config.path ?? UNKNOWN, config.phase ?? UNKNOWN],
      ...(gateway.cause ? [[`  ${causeWords(gateway.cause)}`]] : []),
      ...(config.findings.length > 0
        ? [[`  ${errors} errors, ${warnings} warnings → \`stackyard check\` shows them`]]
        : []),
    ],
  );
  return `${head}\n${enginesText(status, now)}\n${modelsText(status.models)}`;
}

function enginesText({ engines }: StackSnapshot | OfflineStatus, now: number): string {
  if (engines.length === 0) return 'No engines.\n';
  const rows = engines.flatMap((engine) => [
    [
      engine.name,
      engine.kind,
      engineWords(engine) + ('pinned' in engine ? keptWords(engine, now) : ''),
      runByWords(engine),
      engine.url ?? UNKNOWN,
      engine.pid === null ? UNKNOWN : String(engine.pid),
      bytesWords(engine.memory),
      sinceWords(engine.since, now),
      engine.restarts === null ? UNKNOWN : String(engine.restarts),
    ],
    ...(engine.cause ? [[`  ${causeWords(engine.cause)}`]] : []),
  ]);
  return table(['ENGINE', 'KIND', 'STATE', 'RUN BY', 'ADDRESS', 'PID', 'MEMORY', 'SINCE', 'RESTARTS'], rows);
}

/** Every name that clients may ask for, with what answers it. */
export function modelsText(models: StackSnapshot['models']): string {
  if (models.length === 0) return 'No models.\n';
  const rows = models.map((model) => [
    plain(model.id),
    model.alias_of === null ? '' : `= ${plain(model.alias_of)}`,
    model.targets.map(targetWords).join(', ') || UNKNOWN,
  ]);
  return table(['MODEL', '', 'ANSWERED BY'], rows);
}
