/** A crash card in words, for the page and for a report to somebody else. Pure. */
import type { CrashCard, EngineView, LogLine } from '../../../shared/model.ts';
import { clock, duration } from '../../format.ts';
import { KIND_NAMES } from '../../words.ts';

/** `Exit code 1 after 38 s`, `Ended by SIGKILL after 2 h`, `No process was started`. */
export function endWords({ code, signal, ran_ms }: Pick<CrashCard, 'code' | 'signal' | 'ran_ms'>): string {
  if (ran_ms === null) return 'No process was started';
  const how = signal === null ? (code === null ? 'Ended' : `Exit code ${code}`) : `Ended by ${signal}`;
  return `${how} after ${duration(ran_ms)}`;
}

/** Lines as text, with their times; Stackyard's own marked. */
export function linesText(lines: readonly LogLine[]): string {
  return lines
    .map(
      (line) =>
        `${line.at === null ? '' : `${clock(line.at, true)} `}${line.source === 'stackyard' ? 'stackyard: ' : ''}${line.text}\n`,
    )
    .join('');
}

/** What to send to somebody who can help. The host has already redacted all of it. */
export function reportText(engine: EngineView, card: CrashCard, stackyard: string): string {
  const { code, message, hint } = card.cause;
  return [
    `${engine.name}: ${KIND_NAMES[engine.kind]} ${engine.version ?? ''}`.trim(),
    `Stackyard ${stackyard}, ${card.at}`,
    `${endWords(card).replaceAll('\u00a0', ' ')}.`,
    `${code}: ${message}${hint === null ? '' : ` ${hint}`}`,
    ...(card.command === null ? [] : [`Command: ${card.command}`]),
    '',
    linesText(card.lines),
  ].join('\n');
}
