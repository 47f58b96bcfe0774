/** Gathers what belongs to a failed proof: log lines, the line of the config, what is wrong with LiteLLM's own file. */
import { locator } from '../../../shared/config/locate.ts';
import { readYaml } from '../../../shared/config/parse.ts';
import type { Evidence } from '../../../shared/contract/verify.ts';
import type { Cause } from '../../../shared/model.ts';
import { blamedEngine, complaints, configPath } from '../../core/verify-evidence.ts';
import type { ModelPlan, WayPlan } from '../../core/verify-routes.ts';
import type { ConfigOwner } from '../config-owner.ts';
import type { CrashCards } from '../crash-cards.ts';
import type { EngineInstall } from '../engine-install.ts';
import type { Stack } from '../stack.ts';

export interface EvidenceServices {
  readonly stack: Stack;
  readonly config: ConfigOwner;
  readonly crashes: CrashCards;
  readonly install: Pick<EngineInstall, 'setup'>;
  readonly redact: (text: string) => string;
}

/** Places in the logs of engines, from which on lines belong to a proof. */
export type Marks = ReadonlyMap<string, number>;

export async function markLogs({ stack }: EvidenceServices, engines: Iterable<string>): Promise<Marks> {
  const marks = new Map<string, number>();
  for (const name of engines) {
    const unit = stack.unit(name);
    if (unit !== undefined) marks.set(name, await unit.log.end());
  }
  return marks;
}

/** Never throws: a proof that failed is told without what can't be read. */
export async function gatherEvidence(
  services: EvidenceServices,
  plan: ModelPlan,
  way: WayPlan,
  failure: { readonly cause: Cause; readonly answeredBy: string | null },
  marks: Marks,
): Promise<Evidence> {
  const engine = blamedEngine(plan, way, failure.answeredBy);
  const unit = engine === null ? undefined : services.stack.unit(engine);
  const [lines, place, setup] = await Promise.all([
    linesOf(services, engine, way, marks).catch(() => []),
    placeOf(services, plan, way, failure.cause, engine).catch(() => null),
    unit === undefined ? null : services.install.setup(unit).catch(() => null),
  ]);
  const findings = (setup?.file.findings ?? []).slice(0, 5).map((finding) => ({
    ...finding,
    message: services.redact(finding.message),
    frame: services.redact(finding.frame),
  }));
  return { engine, lines, place, findings };
}

async function linesOf({ stack, crashes }: EvidenceServices, engine: string | null, way: WayPlan, marks: Marks) {
  const unit = engine === null ? undefined : stack.unit(engine);
  if (engine === null || unit === undefined) return [];
  // One that is down wrote what matters before.
  if (way.known !== null) return complaints(crashes.of(engine)[0]?.lines ?? []);
  return complaints(await unit.log.tail(500, marks.get(engine) ?? 0));
}

async function placeOf(
  { config, redact }: EvidenceServices,
  plan: ModelPlan,
  way: WayPlan,
  cause: Cause,
  engine: string | null,
): Promise<Evidence['place']> {
  const running = config.running;
  const file = await config.read();
  // Lines of another version would mislead.
  if (running === null || running.revision !== file.revision) return null;
  const path = configPath(running.config, plan, way, cause, engine);
  const { line, column } = locator(file.text, readYaml(file.text)).place(path);
  const text = file.text.split('\n')[line - 1] ?? '';
  return { file: file.path, line, column, text: redact(text.trimEnd()) };
}
