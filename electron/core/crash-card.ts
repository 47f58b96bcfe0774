/** What is kept of a run that came to an unwanted end, or never began. */
import type { Cause, CrashCard, LogLine } from '../../shared/model.ts';

/** How many of its last lines a card shows. */
export const CARD_LINES = 50;

/** What a run left behind. */
export interface RunEnd {
  readonly code: number | null;
  readonly signal: string | null;
  readonly ran_ms: number | null;
  readonly lines: readonly LogLine[];
}

/** The card of one end; `end` is `null` when no process came of it. Everything in it has been through the redactor. */
export function crashCard(
  at: string,
  cause: Cause,
  end: RunEnd | null,
  command: string | null,
  redact: (text: string) => string,
): CrashCard {
  return {
    at,
    code: end?.code ?? null,
    signal: end?.signal ?? null,
    ran_ms: end?.ran_ms ?? null,
    cause: {
      ...cause,
      message: redact(cause.message),
      hint: cause.hint === null ? null : redact(cause.hint),
    },
    lines: (end?.lines ?? []).slice(-CARD_LINES).map((line) => ({ ...line, text: redact(line.text) })),
    command: command === null ? null : redact(command),
    port: cause.port ?? null,
  };
}
