import type { RouteNews, VerifyRun } from './contract/verify.ts';
import { breakWords, viaVerdicts } from './verify-words.ts';

/** Characters of a body: a desktop shows a few lines. */
const LONGEST = 200;

/** Models that stopped answering, or answer again, in the words of one notification. */
export function routeNewsWords({ failed, recovered }: RouteNews): { readonly title: string; readonly body: string } {
  const [first] = failed;
  if (first === undefined) {
    const title =
      recovered.length === 1 ? `${recovered[0]} answers again` : `${recovered.length} models answer again`;
    return { title, body: short(recovered.length === 1 ? 'It passed its verification.' : recovered.join(', ')) };
  }
  const again = recovered.length === 0 ? '' : ` Answering again: ${recovered.join(', ')}.`;
  if (failed.length > 1) {
    const title = `${failed.length} models no longer answer`;
    return { title, body: short(`${failed.map(({ id }) => id).join(', ')}.${again}`) };
  }
  return {
    title: `${first.id} no longer answers`,
    body: short(`${first.cause?.message ?? 'It failed its verification.'}${again}`),
  };
}

/** What a verification that a person asked for has come to, in the words of one notification. */
export function verifiedWords({ passed, failed, skipped, models }: VerifyRun): {
  readonly title: string;
  readonly body: string;
} {
  const bad = models.filter(({ verdict }) => verdict === 'failed');
  const [first] = bad;
  const rest = skipped === 0 ? '' : ` ${skipped} skipped: not in memory, or stopped.`;
  if (first === undefined) {
    if (passed === 0) return { title: 'No model was verified', body: `None is ready to answer.${rest}` };
    return { title: passed === 1 ? '1 model answers' : `${passed} models answer`, body: `Nothing failed.${rest}` };
  }
  if (failed > 1) {
    const title = `${failed} models do not answer`;
    return { title, body: short(`${bad.map(({ id }) => id).join(', ')}. ${passed} passed.`) };
  }
  const where = breakWords(first.breaks_at, viaVerdicts(first.ways));
  const why = first.cause?.message ?? 'It failed its verification.';
  return { title: `${first.id} does not answer`, body: short(where === null ? why : `${where} ${why}`) };
}

const short = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text);
