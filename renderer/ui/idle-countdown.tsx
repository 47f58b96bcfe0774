import { idleWords } from '../words.ts';
import { useClock } from './clock.ts';

/** When an idle engine will be stopped: "Stops in 4 min". */
export function IdleCountdown({ at }: { readonly at: string }) {
  const now = useClock();
  return <span title="Nobody uses it; a request keeps it up or starts it again">{idleWords(at, now)}</span>;
}
