import type { RequestRecord, TraceStep } from '../../shared/contract/router.ts';
import { plain, UNKNOWN } from './words.ts';

/** One request on one line: when, what, where it went, what came of it, how fast. */
export function requestLine(record: RequestRecord): string {
  const words = [
    new Date(record.at).toLocaleTimeString('en-GB'),
    record.id.slice(0, 8),
    plain(record.path),
    `${plain(record.asked ?? UNKNOWN)} → ${plain(record.route ?? UNKNOWN)}`,
    outcomeWords(record),
    msWords(record.total_ms),
    ...(record.first_token_ms === null ? [] : [`first token ${msWords(record.first_token_ms)}`]),
    ...(record.completion_tokens === null ? [] : [tokenWords(record)]),
    ...((record.client.key ?? record.client.program)
      ? [plain(record.client.key ?? record.client.program ?? '')]
      : []),
  ];
  return `${words.join('  ')}\n`;
}

/** Everything that is known of one request, step by step. */
export function traceText(record: RequestRecord): string {
  const facts: (readonly [string, string])[] = [
    ['request', record.id],
    ['at', record.at],
    ['path', record.path],
    ['client', clientWords(record)],
    ['asked for', record.asked ?? UNKNOWN],
    ['model', record.model ?? UNKNOWN],
    ['answered by', record.route ?? UNKNOWN],
    ['outcome', `${outcomeWords(record)}${record.message === null ? '' : `: ${record.message}`}`],
    ['took', `${msWords(record.total_ms)}, ${msWords(record.queued_ms)} of it waiting`],
    ['first token', record.first_token_ms === null ? UNKNOWN : msWords(record.first_token_ms)],
    ['tokens', tokenWords(record)],
  ];
  const head = facts.map(([name, value]) => `${name.padEnd(12)} ${plain(value)}\n`);
  const steps = record.steps.map((step) => `${msWords(step.at).padStart(9)}  ${plain(stepWords(step))}\n`);
  const more = record.more_steps === 0 ? [] : [`${record.more_steps} further steps were not kept\n`];
  return [...head, '\n', ...steps, ...more, ...capturedText(record)].join('');
}

function capturedText({ captured }: RequestRecord): string[] {
  if (captured === null) return [];
  const lines = (text: string) => text.split('\n').map((line) => `  ${plain(line)}\n`);
  const cut = captured.cut ? ['(cut off where it is long)\n'] : [];
  return ['\nasked\n', ...lines(captured.request), '\nanswered\n', ...lines(captured.answer), ...cut];
}

function stepWords(step: TraceStep): string {
  switch (step.kind) {
    case 'skip':
      return `left out ${step.target}: ${step.message} (${step.code})`;
    case 'wait':
      return `waited for ${step.engine} (${WAITS[step.why]})${step.ms === null ? ', still does' : ` ${msWords(step.ms)}`}`;
    case 'pause':
      return `paused ${msWords(step.ms)} before the next try`;
    case 'attempt': {
      const status = step.status === null ? '' : `, status ${step.status}`;
      const first = step.first_byte_ms === null ? '' : `, first byte after ${msWords(step.first_byte_ms)}`;
      const took = step.ms === null ? '' : `, ${msWords(step.ms)} in all`;
      const why = step.message === null ? '' : `: ${step.message}`;
      return `asked ${step.target}: ${RESULTS[step.result ?? 'running']}${status}${first}${took}${why}`;
    }
  }
}

const WAITS = {
  busy: 'all its slots are taken',
  loading: 'on its way',
  start: 'to be started',
  switch: 'its group has to change',
  cooling: 'rests after failures',
} as const;

const RESULTS = {
  answered: 'answered',
  refused: 'refused',
  loading: 'its model was still loading',
  broken: 'broke off',
  gone: 'the client left',
  running: 'under way',
} as const;

function outcomeWords({ outcome, status, code }: RequestRecord): string {
  if (outcome === null) return 'under way';
  if (outcome === 'client_gone') return 'client left';
  if (outcome === 'cancelled') return 'cancelled';
  if (outcome === 'cut') return 'cut off';
  return [status ?? UNKNOWN, ...(code === null ? [] : [code])].join(' ');
}

function tokenWords(record: RequestRecord): string {
  const { prompt_tokens, completion_tokens, estimated, tokens_per_second } = record;
  if (completion_tokens === null) return UNKNOWN;
  const speed = tokens_per_second === null ? '' : `, ${tokens_per_second} a second`;
  return `${prompt_tokens ?? UNKNOWN} + ${estimated ? '≈' : ''}${completion_tokens} tokens${speed}`;
}

function clientWords({ client }: RequestRecord): string {
  const words = [client.key === null ? null : `key ${client.key}`, client.program, client.address];
  return words.filter((word) => word !== null).join(', ') || UNKNOWN;
}

const msWords = (ms: number): string => (ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`);
