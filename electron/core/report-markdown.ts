/** A report as a Markdown document. */
import type { ReportEngine, ReportRoute, StackReport } from '../../shared/contract/report.ts';

export function reportMarkdown(report: StackReport): string {
  const { at, host, troubles, gpus } = report;
  const state =
    troubles.length === 0
      ? 'Nothing is known to be wrong.'
      : troubles.length === 1
        ? 'One thing needs attention.'
        : `${troubles.length} things need attention.`;
  return [
    '# Stackyard status',
    `${state} Written ${at} by Stackyard ${host.version} (pid ${host.pid}, up since ${host.started}).`,
    '## Troubleshooting',
    troubles.length === 0
      ? 'Nothing to do.'
      : list(
          troubles.map(
            ({ about, message, hint }) => `**${text(about)}**: ${text(message)}${hint ? ` ${text(hint)}` : ''}`,
          ),
        ),
    '## Changes since the last report',
    changes(report),
    '## Services',
    gateway(report),
    table(
      ['Engine', 'Kind', 'State', 'Run by', 'Up since', 'Memory', 'Pid', 'Port', 'Version', 'Restarts'],
      report.engines.map((one) => engineRow(one)),
    ),
    ...report.engines.flatMap(engineNotes),
    '## Routes',
    table(['Model', 'Answered by', 'Fallbacks', 'Verified'], report.routes.map(routeRow)),
    '## Graphics cards',
    gpus === null
      ? 'They could not be looked at.'
      : table(['Card', 'Memory used', 'Memory', 'Busy', 'Temperature'], gpus.map(gpuRow)),
    '## Configuration',
    configuration(report),
    '## Common operations',
    operations(report),
    '',
  ].join('\n\n');
}

const UNKNOWN = '–';
const MIB = 1024 * 1024;

function changes({ changes: since }: StackReport): string {
  if (since === null) return 'This is the first report.';
  const head = `Since ${since.since}:`;
  return since.lines.length === 0
    ? `${head} nothing that a report tells.`
    : `${head}\n\n${list(since.lines.map(text))}`;
}

function gateway({ gateway: { url, phase, in_flight, keys } }: StackReport): string {
  const at = url === null ? 'has no address' : `listens on \`${url}/v1\``;
  const who = keys ? 'clients need a key' : 'clients need no key';
  return `The gateway is ${phase}, ${at}; ${who}; ${in_flight} requests in flight.`;
}

function engineRow(engine: ReportEngine): string[] {
  const { name, kind, phase, held, owner, since, memory, pid, port, version, restarts } = engine;
  return [
    name,
    kind,
    phase === 'stopped' && held ? 'stopped by a person' : (phase ?? UNKNOWN),
    owner ?? UNKNOWN,
    phase === 'ready' ? (since ?? UNKNOWN) : UNKNOWN,
    memory === null ? UNKNOWN : `${Math.round(memory / MIB)} MiB`,
    pid === null ? UNKNOWN : String(pid),
    port === null ? UNKNOWN : String(port),
    version ?? UNKNOWN,
    String(restarts),
  ];
}

function engineNotes({ name, errors, crashes }: ReportEngine): string[] {
  const ends = crashes.map(({ at, cause, signal, code }) => {
    const how = signal ?? (code === null ? 'never started' : `exit ${code}`);
    return `${at} (${how}): ${text(cause.message)}`;
  });
  const lines = errors.map((line) => `    ${oneLine(line.text)}`);
  return [
    ...(ends.length === 0 ? [] : [`### How ${text(name)} ended`, list(ends)]),
    ...(lines.length === 0 ? [] : [`### Complaints in the log of ${text(name)}`, lines.join('\n')]),
  ];
}

function routeRow({ id, alias_of, targets, fallbacks, proof }: ReportRoute): string[] {
  const by = targets.map(({ engine, model, phase }) => `${engine}/${model} (${phase?.replace('_', ' ') ?? UNKNOWN})`);
  return [
    alias_of === null ? id : `${id} = ${alias_of}`,
    by.join(', ') || UNKNOWN,
    fallbacks.join(', ') || UNKNOWN,
    proof === null ? 'never' : `${proof.verdict} ${proof.at}${viaList(proof.vias)}`,
  ];
}

/** ` (engine passed, gateway passed, LiteLLM failed)`. */
function viaList(vias: NonNullable<ReportRoute['proof']>['vias']): string {
  const names = { engine: 'engine', stackyard: 'gateway', litellm: 'LiteLLM' } as const;
  const each = (['engine', 'stackyard', 'litellm'] as const).flatMap((via) => {
    const verdict = vias[via];
    return verdict === undefined ? [] : [`${names[via]} ${verdict}`];
  });
  return each.length === 0 ? '' : ` (${each.join(', ')})`;
}

function gpuRow(card: NonNullable<StackReport['gpus']>[number]): string[] {
  const { name, uuid, memory_used, memory_total, utilization, temperature } = card;
  const mib = (bytes: number | null): string => (bytes === null ? UNKNOWN : `${Math.round(bytes / MIB)} MiB`);
  const unit = (value: number | null, of: string): string => (value === null ? UNKNOWN : `${value} ${of}`);
  return [name ?? uuid, mib(memory_used), mib(memory_total), unit(utilization, '%'), unit(temperature, '°C')];
}

function configuration({ config, engines, routes }: StackReport): string {
  const { path, revision, phase, findings } = config;
  const head = `\`${path ?? UNKNOWN}\`, revision ${revision ?? UNKNOWN}, ${phase ?? UNKNOWN}; ${engines.length} engines, ${routes.length} models.`;
  const files = engines.flatMap(({ name, file }) =>
    file === null
      ? []
      : [withFindings(`${text(name)} has a config file of its own, \`${oneLine(file.path)}\`.`, file.findings)],
  );
  return [withFindings(head, findings), ...files].join('\n\n');
}

function withFindings(head: string, findings: NonNullable<ReportEngine['file']>['findings']): string {
  if (findings.length === 0) return `${head} No findings.`;
  const lines = findings.map(
    ({ line, column, severity, code, message, hint }) =>
      `${line}:${column} ${severity} ${code}: ${text(message)}${hint ? ` ${text(hint)}` : ''}`,
  );
  return `${head}\n\n${list(lines)}`;
}

function operations({ gateway: { url, keys }, engines, routes }: StackReport): string {
  const engine = engines.find(({ phase }) => phase === 'ready')?.name ?? engines[0]?.name ?? null;
  const model = routes[0]?.id ?? null;
  const key = keys ? " -H 'Authorization: Bearer YOUR_KEY'" : '';
  const commands = [
    ['stackyard status', 'the whole stack at one look'],
    ['stackyard verify', 'prove that every model answers'],
    ...(model === null ? [] : [[`stackyard verify ${shell(model)} --wake`, 'the same for one, started if need be']]),
    ...(engine === null
      ? []
      : [
          [`stackyard logs ${engine} -f`, 'follow its log'],
          [`stackyard restart ${engine}`, 'start it anew, after what is in flight'],
          [`stackyard down ${engine}`, 'stop it, and keep it stopped'],
          [`stackyard up ${engine}`, 'start it'],
        ]),
    ['stackyard check', 'what is wrong in the config'],
    ...(url === null ? [] : [[`curl ${url}/v1/models${key}`, 'the models that clients see']]),
  ];
  return table(
    ['Command', 'What it does'],
    commands.map(([command = '', what = '']) => [`\`${command}\``, what]),
    true,
  );
}

function table(head: readonly string[], rows: readonly (readonly string[])[], asIs = false): string {
  if (rows.length === 0) return 'None.';
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const cell = asIs ? (raw: string) => oneLine(raw).replaceAll('|', '\\|') : text;
  return [line(head), line(head.map(() => '---')), ...rows.map((row) => line(row.map(cell)))].join('\n');
}

const list = (lines: readonly string[]): string => lines.map((line) => `- ${line}`).join('\n');
const oneLine = (raw: string): string =>
  raw
    .replace(/\s+/g, ' ')
    .replace(/\p{Cc}/gu, '·')
    .trim();
/** Names and messages come from files and servers: none of it is markup. */
const text = (raw: string): string => oneLine(raw).replace(/[\\`*_[\]<>|#]/g, '\\$&');
const shell = (word: string): string => (/^[\w./:@-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);
