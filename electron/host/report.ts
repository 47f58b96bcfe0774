/** Writes the report of now, without anything secret in it, and remembers as much as the next one is compared with. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import type { StackReport } from '../../shared/contract/report.ts';
import type { Finding } from '../../shared/model.ts';
import { reportMarkdown } from '../core/report-markdown.ts';
import { memoryOf, type ReportMemory, stackReport } from '../core/stack-report.ts';
import type { CommandContext } from './command-context.ts';

/** Lines of each log that are looked through. */
const LINES = 300;

export async function makeReport(
  context: Pick<
    CommandContext,
    'stack' | 'config' | 'crashes' | 'verifier' | 'snapshot' | 'redact' | 'data' | 'gpus' | 'install'
  >,
): Promise<{ report: StackReport; markdown: string }> {
  const { stack, config, crashes, verifier, snapshot, redact, install } = context;
  const file = join(context.data, 'report.json');
  const logs = await Promise.all(
    stack.units.map(async ({ name, log }) => [name, await log.tail(LINES).catch(() => [])] as const),
  );
  const setups = await Promise.all(stack.units.map((unit) => install.setup(unit).catch(() => null)));
  const entries = Object.entries(config.running?.config.models ?? {});
  const report = clean(
    stackReport({
      at: new Date().toISOString(),
      snapshot: snapshot(),
      proofs: verifier.view().models,
      fallbacks: Object.fromEntries(entries.map(([id, { fallbacks }]) => [id, fallbacks])),
      logs: Object.fromEntries(logs),
      crashes: Object.fromEntries(stack.units.map(({ name }) => [name, crashes.of(name)])),
      files: Object.fromEntries(
        setups.flatMap((setup) =>
          setup === null || setup.file.generated
            ? []
            : [[setup.engine, { path: setup.file.path, findings: setup.file.findings.map(plainFinding) }]],
        ),
      ),
      last: await readMemory(file),
      gpus: await context.gpus.sample().then(
        ({ gpus }) => gpus,
        () => null,
      ),
    }),
    redact,
  );
  // A report that can't be remembered is a report all the same.
  await writeFileAtomic(file, JSON.stringify(memoryOf(report)), { mode: 0o600 }).catch(() => {});
  return { report, markdown: redact(reportMarkdown(report)) };
}

function plainFinding({ line, column, severity, code, message, hint }: Finding) {
  return { line, column, severity, code, message, hint };
}

async function readMemory(file: string): Promise<ReportMemory | null> {
  try {
    const kept = JSON.parse(await readFile(file, 'utf8')) as Partial<ReportMemory> | null;
    if (typeof kept?.at !== 'string' || typeof kept.engines !== 'object' || typeof kept.routes !== 'object')
      return null;
    return { at: kept.at, revision: kept.revision ?? null, engines: kept.engines, routes: kept.routes };
  } catch {
    return null;
  }
}

/** The same value with every text in it redacted. */
function clean<T>(value: T, redact: (text: string) => string): T {
  if (typeof value === 'string') return redact(value) as T;
  if (Array.isArray(value)) return value.map((one: unknown) => clean(one, redact)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, clean(one as unknown, redact)])) as T;
}
