/** What a verification found, for people at a terminal. */
import type { Evidence, ModelProof, VerifyRun, WayProof } from '../../shared/contract/verify.ts';
import { breakWords, viaVerdicts } from '../../shared/verify-words.ts';
import { causeWords, plain, table } from './words.ts';

/** A line a way, what belongs to a failure under it, and the sum at the end. */
export function verifyText(run: VerifyRun): string {
  if (run.models.length === 0) return 'No models to verify.\n';
  const ways = run.models.flatMap((model) => model.ways.map((way, index) => ({ model, way, first: index === 0 })));
  const rows = ways.map(({ model, way, first }) => [
    first ? plain(model.id) : '',
    wayWords(way),
    way.verdict,
    plain(resultWords(way)),
  ]);
  const balances = run.models.flatMap(({ id, balance }) => (balance === null ? [] : [balanceText(id, balance)]));
  const failures = run.models.filter(({ verdict }) => verdict === 'failed').map(failureText);
  const sum = `${run.passed} passed, ${run.failed} failed, ${run.skipped} skipped\n`;
  return [table(['MODEL', 'WAY', 'RESULT', ''], rows), ...balances, ...failures, sum].join('\n');
}

/** `directly at llama`, `through the gateway, only llama/x`. */
function wayWords({ via, engine, what, aim }: Pick<WayProof, 'via' | 'engine' | 'what' | 'aim'>): string {
  if (via !== 'stackyard') return `${via === 'litellm' ? 'through LiteLLM' : 'directly at'} ${engine ?? ''}`.trim();
  if (what === 'target') return `gateway, only ${plain(aim ?? '')}`;
  return what === 'fallback' ? `gateway, fallback ${plain(aim ?? '')}` : 'gateway';
}

function resultWords(way: WayProof): string {
  if (way.verdict === 'skipped') return way.cause?.message ?? '';
  if (way.cause !== null) return way.cause.message;
  return [
    way.by === 'embedding' ? 'an embedding' : null,
    way.first_token_ms === null ? null : `first token after ${Math.round(way.first_token_ms)} ms`,
    way.tokens_per_second === null ? null : `${way.tokens_per_second.toFixed(1)} tokens/s`,
    way.answered_by === null ? null : `by ${way.answered_by}`,
  ]
    .filter((part) => part !== null)
    .join(', ');
}

function balanceText(
  id: string,
  { runs, strategy, shares, verdict, message }: NonNullable<ModelProof['balance']>,
): string {
  const each = Object.entries(shares).map(([target, count]) => `${target} ${count}`);
  const said = verdict === 'passed' ? each.join(', ') : `${verdict}: ${message ?? ''}`;
  return `${plain(id)}: ${runs} dry choices by ${strategy}: ${plain(said)}\n`;
}

function failureText(model: ModelProof): string {
  const lines = [`${plain(model.id)}: ${model.cause === null ? 'failed' : causeWords(model.cause)}`];
  const where = breakWords(model.breaks_at, viaVerdicts(model.ways));
  if (where !== null) lines.push(`  ${where}`);
  const way = model.ways.find((one) => one.verdict === 'failed' && one.cause === model.cause);
  const found = way ?? model.ways.find((one) => one.verdict === 'failed');
  if (found?.evidence) lines.push(...evidenceLines(found.evidence));
  return `${lines.join('\n')}\n`;
}

function evidenceLines({ place, lines, engine, findings }: Evidence): string[] {
  return [
    ...(place === null ? [] : [`  ${place.file}:${place.line}:${place.column}  ${plain(place.text.trim())}`]),
    ...lines.map(({ text }) => `  ${engine ?? 'log'} | ${plain(text)}`),
    ...findings.flatMap(({ line, severity, message, hint }) => [
      `  its own file, line ${line}: ${severity}: ${plain(message)}`,
      ...(hint === null ? [] : [`    → ${plain(hint)}`]),
    ]),
  ];
}
