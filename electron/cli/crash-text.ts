/** How a failed start is told at a terminal, below its cause: how the run ended, its last lines, and where the rest is. */
import type { CrashCard } from '../../shared/model.ts';
import { plain, runTimeWords } from './words.ts';

/** The engine may have said much; the end is what counts. */
const LINES = 15;

/** Several lines, indented below the sentence that names the cause. */
export function crashText(card: CrashCard, logPath: string): string {
  const lines = card.lines.filter((line) => line.source === 'engine').slice(-LINES);
  return [
    `  ${endWords(card)}`,
    ...(card.command === null ? [] : [`  command: ${plain(card.command)}`]),
    ...(lines.length === 0 ? [] : ['  last lines:', ...lines.map((line) => `    | ${plain(line.text)}`)]),
    `  log: ${plain(logPath)}`,
    '',
  ].join('\n');
}

function endWords({ code, signal, ran_ms }: CrashCard): string {
  if (ran_ms === null) return 'no process was started';
  const how = signal === null ? (code === null ? 'ended' : `exit code ${code}`) : `ended by ${signal}`;
  return `${how} after ${runTimeWords(ran_ms)}`;
}
