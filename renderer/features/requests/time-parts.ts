import type { RequestRecord } from '../../../shared/contract/router.ts';
import type { Tone } from '../../words.ts';

/** A stretch of a request's time. Ms since it arrived. */
export interface TimePart {
  readonly label: string;
  readonly from: number;
  readonly ms: number;
  readonly tone: Tone;
}

/** Where a request's time went: waits, tries that failed, the prompt, the answer. What took no time is left out. */
export function timeParts(record: RequestRecord): readonly TimePart[] {
  const parts: TimePart[] = [];
  const add = (label: string, from: number, ms: number, tone: Tone) => {
    if (ms > 0) parts.push({ label, from, ms, tone });
  };
  const first = record.steps.find((step) => step.kind !== 'skip');
  add('Routing', 0, first?.at ?? record.total_ms, 'off');
  for (const step of record.steps) {
    if (step.kind === 'wait') add('Waiting', step.at, step.ms ?? record.total_ms - step.at, 'off');
    if (step.kind === 'pause') add('Pause', step.at, step.ms, 'off');
    if (step.kind !== 'attempt') continue;
    const ms = step.ms ?? record.total_ms - step.at;
    const engine = step.target.split('/', 1)[0] ?? step.target;
    if (step.result !== null && step.result !== 'answered' && step.result !== 'gone') {
      add(engine, step.at, ms, step.result === 'loading' ? 'off' : 'failed');
      continue;
    }
    const prompt = step.first_byte_ms ?? ms;
    add('Prompt', step.at, prompt, 'busy');
    add('Answer', step.at + prompt, ms - prompt, 'ok');
  }
  return parts;
}
