import type { RequestRecord } from '../../../shared/contract/router.ts';
import { count, duration, speed } from '../../format.ts';
import type { Tone } from '../../words.ts';

/** One line of a request's story. */
export interface Line {
  /** Unique within the story. */
  readonly key: string;
  readonly tone: Tone;
  readonly title: string;
  /** `''` when the title says it all. */
  readonly more: string;
  /** Ms since the request arrived. */
  readonly at: number;
}

const WAITS = {
  busy: ['Waited for a slot', 'All of its slots were taken'],
  loading: ['Waited', 'It was on its way'],
  start: ['Waited', 'It had to be started'],
  switch: ['Waited for the group', 'Another engine of the group had to finish'],
  cooling: ['Waited', 'It was left alone after failures'],
} as const;

/** What happened to a request, in words and in order. */
export function traceLines(record: RequestRecord): readonly Line[] {
  const lines: Line[] = [];
  const add = (tone: Tone, title: string, more: string, at: number) =>
    lines.push({ key: `${lines.length} ${title}`, tone, title, more, at });
  const { asked, model } = record;
  if (asked !== null && model !== null && asked !== model) add('ok', 'Resolved', `${asked} is ${model}`, 0);
  let entry = model;
  for (const step of record.steps) {
    if (step.kind === 'skip') add('off', `Left out ${step.target}`, step.message, step.at);
    if (step.kind === 'pause') add('off', 'Paused', `${duration(step.ms)} before the next try`, step.at);
    if (step.kind === 'wait') {
      const [title, why] = WAITS[step.why];
      add('busy', `${title} on ${step.engine}`.replace('Waited on', 'Waited for'), why, step.at);
    }
    if (step.kind !== 'attempt') continue;
    if (entry !== null && step.model !== entry) {
      add(
        'attention',
        `Fell back to ${step.model}`,
        'Nothing had been sent yet, so the client saw no error',
        step.at,
      );
      entry = step.model;
    }
    const status = step.status === null ? '' : `, status ${step.status}`;
    if (step.result === 'answered' || step.result === null) {
      add(step.result === null ? 'busy' : 'ok', `Asked ${step.target}`, protocolWords(step.protocol), step.at);
      if (step.first_byte_ms !== null) add('ok', 'First byte', '', step.at + step.first_byte_ms);
    } else if (step.result === 'gone') add('off', `Asked ${step.target}`, 'The client left before the end', step.at);
    else if (step.result === 'loading') add('busy', `Asked ${step.target}`, 'Its model was still loading', step.at);
    else
      add(
        'failed',
        `${step.target} ${step.result === 'broken' ? 'broke off' : 'refused'}${status}`,
        step.message ?? '',
        step.at,
      );
  }
  if (record.more_steps > 0)
    add('off', `${count(record.more_steps)} further steps`, 'They were not kept', record.total_ms);
  if (record.outcome !== null) add(...endOf(record), record.total_ms);
  return lines;
}

function endOf(record: RequestRecord): [Tone, string, string] {
  const tokens = tokenWords(record);
  switch (record.outcome) {
    case 'ok':
      return ['ok', 'End', tokens];
    case 'client_gone':
      return ['off', 'The client left', tokens];
    case 'cancelled':
      return ['off', 'Cancelled', 'Ended by a person'];
    case 'cut':
      return ['failed', 'Cut off', record.message ?? ''];
    default:
      return ['failed', 'Failed', record.message ?? record.code ?? ''];
  }
}

/** `402 tokens at 96 tok/s after 1,204 of prompt`; `''` when nothing is known. */
export function tokenWords(record: RequestRecord): string {
  const { prompt_tokens, completion_tokens, estimated, tokens_per_second } = record;
  if (completion_tokens === null) return '';
  const about = estimated ? 'about ' : '';
  const rate = tokens_per_second === null ? '' : ` at ${speed(tokens_per_second)}`;
  const prompt = prompt_tokens === null ? '' : ` after ${count(prompt_tokens)} of prompt`;
  return `${about}${count(completion_tokens)} tokens${rate}${prompt}`;
}

const protocolWords = (protocol: string): string => (protocol === 'chat' ? '' : `By its ${protocol} API`);
