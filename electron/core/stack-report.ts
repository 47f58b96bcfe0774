/** Puts a report together from what the host knows at one moment, and says what is wrong and what has changed. */
import type { ReportEngine, ReportRoute, ReportTrouble, StackReport } from '../../shared/contract/report.ts';
import type { ModelProof } from '../../shared/contract/verify.ts';
import type { CrashCard, LogLine, StackSnapshot } from '../../shared/model.ts';
import { breakWords, viaVerdicts } from '../../shared/verify-words.ts';
import { complaints } from './verify-evidence.ts';

export interface ReportInput {
  readonly at: string;
  readonly snapshot: StackSnapshot;
  readonly proofs: readonly ModelProof[];
  readonly fallbacks: Readonly<Record<string, readonly string[]>>;
  /** Last lines of each engine's log. */
  readonly logs: Readonly<Record<string, readonly LogLine[]>>;
  readonly crashes: Readonly<Record<string, readonly CrashCard[]>>;
  /** Of each engine with a config file of its own: what is wrong with that. */
  readonly files: Readonly<Record<string, ReportEngine['file']>>;
  readonly last: ReportMemory | null;
  readonly gpus: StackReport['gpus'];
}

/** As much of a report as the next one is compared with. */
export interface ReportMemory {
  readonly at: string;
  readonly revision: string | null;
  readonly engines: Readonly<Record<string, string | null>>;
  readonly routes: Readonly<Record<string, string | null>>;
}

const CRASHES = 3;
const ERRORS = 5;

/** Nothing in it is redacted yet. */
export function stackReport(input: ReportInput): StackReport {
  const { at, snapshot, last } = input;
  const engines = snapshot.engines.map((engine): ReportEngine => {
    const { name, kind, owner, phase, held, since, memory, pid, port, url, version, restarts, cause } = engine;
    return {
      ...{ name, kind, owner, phase, held, since, memory, pid, port, url, version, restarts, cause },
      errors: complaints(input.logs[name] ?? [])
        .slice(-ERRORS)
        .map((line) => ({ at: line.at, text: line.text })),
      crashes: (input.crashes[name] ?? []).slice(0, CRASHES).map((card) => ({
        ...{ at: card.at, code: card.code, signal: card.signal, ran_ms: card.ran_ms, cause: card.cause },
      })),
      file: input.files[name] ?? null,
    };
  });
  const routes = snapshot.models.map((model): ReportRoute => {
    const proof = input.proofs.find(({ id }) => id === model.id);
    return {
      id: model.id,
      alias_of: model.alias_of,
      targets: model.targets.map((target) => ({ engine: target.engine, model: target.model, phase: target.phase })),
      fallbacks: model.origin === 'entry' ? (input.fallbacks[model.id] ?? []) : [],
      proof: proof
        ? {
            ...{ at: proof.at, verdict: proof.verdict, breaks_at: proof.breaks_at, cause: proof.cause },
            vias: viaVerdicts(proof.ways),
          }
        : null,
    };
  });
  const { host, gateway, config } = snapshot;
  const report = { at, host, gateway, engines, routes, config, gpus: input.gpus };
  const changes = last === null ? null : { since: last.at, lines: changed(last, memoryOf(report)) };
  return { ...report, changes, troubles: troubles(report) };
}

/** What the next report is to be compared with. */
export function memoryOf({
  at,
  engines,
  routes,
  config,
}: Pick<StackReport, 'at' | 'engines' | 'routes' | 'config'>): ReportMemory {
  return {
    at,
    revision: config.revision,
    engines: Object.fromEntries(engines.map(({ name, phase }) => [name, phase])),
    routes: Object.fromEntries(routes.map(({ id, proof }) => [id, proof?.verdict ?? null])),
  };
}

function changed(before: ReportMemory, now: ReportMemory): string[] {
  const config =
    before.revision === now.revision
      ? []
      : [`The config is at revision ${now.revision ?? '–'}, was ${before.revision ?? '–'}.`];
  const each = (
    was: ReportMemory['engines'],
    is: ReportMemory['engines'],
    what: string,
    unknown: string,
  ): string[] => [
    ...Object.keys(is)
      .filter((name) => !Object.hasOwn(was, name))
      .map((name) => `${what} ${name} is new.`),
    ...Object.keys(was)
      .filter((name) => !Object.hasOwn(is, name))
      .map((name) => `${what} ${name} is gone.`),
    ...Object.entries(is)
      .filter(([name, state]) => Object.hasOwn(was, name) && was[name] !== state)
      .map(([name, state]) => `${what} ${name} is ${state ?? unknown}, was ${was[name] ?? unknown}.`),
  ];
  return [
    ...config,
    ...each(before.engines, now.engines, 'Engine', 'unknown'),
    ...each(before.routes, now.routes, 'Model', 'not verified'),
  ];
}

function troubles({
  gateway,
  engines,
  routes,
  config,
}: Pick<StackReport, 'gateway' | 'engines' | 'routes' | 'config'>): ReportTrouble[] {
  const errors = config.findings.filter(({ severity }) => severity === 'error');
  return [
    ...(gateway.cause === null
      ? []
      : [{ about: 'gateway', message: gateway.cause.message, hint: gateway.cause.hint }]),
    ...errors.map(({ line, message, hint }) => ({ about: `config line ${line}`, message, hint })),
    ...engines.flatMap(({ name, cause }) =>
      cause === null ? [] : [{ about: `engine ${name}`, message: cause.message, hint: cause.hint }],
    ),
    ...routes.flatMap(({ id, proof }): ReportTrouble[] => {
      if (proof?.verdict !== 'failed' || proof.cause === null) return [];
      const words = [proof.cause.message, breakWords(proof.breaks_at, proof.vias)].filter((one) => one !== null);
      return [{ about: `model ${id}`, message: words.join(' '), hint: proof.cause.hint }];
    }),
  ];
}
