/** A model's proof in words. */
import type { ModelProof, Verdict, WayProof } from '../../shared/contract/verify.ts';
import { count, duration } from '../format.ts';
import type { Said, Tone } from '../words.ts';

const SAID: Readonly<Record<Verdict, readonly [Tone, string]>> = {
  passed: ['ok', 'Passed'],
  failed: ['failed', 'Failed'],
  skipped: ['off', 'Skipped'],
};

/** `Passed 2 min ago`, `Failed: vllm answered 404 …`, `Skipped: …`. `now` in ms since 1970. */
export function proofState({ verdict, at, cause }: Pick<ModelProof, 'verdict' | 'at' | 'cause'>, now: number): Said {
  const [tone, word] = SAID[verdict];
  const why = cause === null ? '' : `: ${cause.message}`;
  return { tone, word: verdict === 'passed' ? `${word} ${agoWords(at, now)}` : `${word}${why}`, progress: null };
}

/** `just now`, `2 min ago`, `3 days ago`. */
export function agoWords(at: string, now: number): string {
  const ms = now - Date.parse(at);
  return ms < 60_000
    ? 'just now'
    : `${duration(Math.floor(ms / 60_000) * 60_000).replace(/^(\d+):00$/, '$1\u00a0min')} ago`;
}

/** `Directly at llama`, `Through the gateway`, `Through the gateway, fallback spare`. */
export function wayTitle({ via, engine, what, aim }: Pick<WayProof, 'via' | 'engine' | 'what' | 'aim'>): string {
  if (via === 'engine') return `Directly at ${engine ?? ''}`;
  if (via === 'litellm') return `Through LiteLLM (${engine ?? ''})`;
  const more = what === 'route' ? '' : what === 'target' ? `, only ${aim}` : `, fallback ${aim}`;
  return `Through the gateway${more}`;
}

/** What there is to say of a way: its speed, or why it failed or was skipped. */
export function wayFacts(way: WayProof): string {
  if (way.cause !== null) return way.cause.message;
  const speed = way.tokens_per_second;
  return [
    way.by === 'embedding' ? 'By an embedding' : null,
    way.first_token_ms === null ? null : `First token after ${duration(way.first_token_ms)}`,
    speed === null ? null : `${speed < 10 ? speed.toFixed(1) : count(speed)} tokens/s`,
    way.answered_by === null ? null : `answered by ${way.answered_by}`,
  ]
    .filter(Boolean)
    .join(', ');
}

/** The shape and colour of a way. */
export const wayState = ({ verdict }: Pick<WayProof, 'verdict'>): Said => {
  const [tone, word] = SAID[verdict];
  return { tone, word, progress: null };
};
