/** What the page of one engine shows beyond its row in the snapshot. */
import type { EngineDetail } from '../../shared/model.ts';
import { commandLine } from './command-line.ts';
import type { CrashCards } from './crash-cards.ts';
import type { EngineUnit } from './engine-unit.ts';
import { launchContext } from './launch-context.ts';

export interface DetailSources {
  readonly crashes: CrashCards;
  readonly redact: (text: string) => string;
}

/** As it is now. */
export function engineDetail(unit: EngineUnit, sources: DetailSources): EngineDetail {
  const { config, profile } = unit;
  const { redact } = sources;
  const started = unit.state.owner !== 'external' && config.mode !== 'external' && config.manager === 'process';
  // Port 0 stands for the free one that it gets.
  const facts = unit.facts();
  const launch = started ? profile.launch(config, launchContext(config.host, facts.port ?? 0)) : null;
  const planned = launch === null || 'cause' in launch ? null : launch;
  return {
    engine: unit.name,
    title: profile.title,
    speaks: profile.speaks(config),
    command: started ? (facts.command ?? (planned && redact(commandLine(planned)))) : null,
    env: planned === null ? {} : redactedEnv(planned.env, redact),
    cwd: started ? config.cwd : null,
    probes: unit.probes.views().map((probe) => ({
      ...probe,
      url: redact(probe.url),
      last: probe.last && {
        ...probe.last,
        message: probe.last.message === null ? null : redact(probe.last.message),
      },
    })),
    crashes: sources.crashes.of(unit.name),
    run_by: facts.runBy,
    log_path: unit.log.path,
  };
}

/** A secret written out in the config is not known to the redactor; there its name tells. */
const SECRET_NAME = /(?:^|_)(?:KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIALS)$/i;

const redactedEnv = (env: Readonly<Record<string, string>>, redact: (text: string) => string) =>
  Object.fromEntries(
    Object.entries(env).map(([name, value]) => [name, SECRET_NAME.test(name) ? '••••••' : redact(value)]),
  );
