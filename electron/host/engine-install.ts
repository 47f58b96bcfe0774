/** Installing an engine on request: as a job of the host, after which the engine that waited for it starts. */
import type { EngineSetup } from '../../shared/contract/ipc.ts';
import { StackyardError } from '../../shared/errors.ts';
import type { EngineUnit } from './engine-unit.ts';
import type { Guard } from './guard.ts';
import type { Jobs } from './jobs.ts';
import { installLitellm } from './litellm-install.ts';
import type { LitellmKeeper } from './litellm-keeper.ts';

export interface EngineInstall {
  setup(unit: EngineUnit): Promise<EngineSetup | null>;
  /** Begins the job and gives its id; `null` when nothing is needed. */
  begin(unit: EngineUnit): Promise<string | null>;
}

export interface EngineInstallOptions {
  readonly keeper: LitellmKeeper;
  readonly jobs: Jobs;
  readonly guard: Guard;
  readonly data: string;
}

export function createEngineInstall({ keeper, jobs, guard, data }: EngineInstallOptions): EngineInstall {
  const setup = async (unit: EngineUnit): Promise<EngineSetup | null> => {
    if (unit.config.kind !== 'litellm' || unit.config.mode === 'external') return null;
    return keeper.setup(unit);
  };
  return {
    setup,
    async begin(unit) {
      const found = await setup(unit);
      if (found === null) {
        const message = `${unit.name} is not a kind of engine that Stackyard installs.`;
        throw new StackyardError('bad_input', message, { hint: 'Only LiteLLM is.' });
      }
      if (!found.install.needed) return null;
      const spec = { kind: 'install', engine: unit.name, title: found.install.title } as const;
      const { id } = jobs.run(spec, async (job, signal) => {
        unit.log.append(`Installing ${found.install.title} into ${found.install.folder}.`, 'info');
        await installLitellm({
          data,
          guard,
          signal,
          env: process.env,
          platform: process.platform,
          update: job.update,
          log: (line) => unit.log.append(line, 'debug'),
        });
        unit.log.append(`Installed ${found.install.title}.`, 'info');
        await keeper.review();
      });
      return id;
    },
  };
}
