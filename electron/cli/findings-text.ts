/** Findings as `check` prints them, for people and for editors that jump to `FILE:LINE:COL`. */
import { frame } from '../../shared/config/frame.ts';
import type { Finding } from '../../shared/model.ts';
import { plain } from './words.ts';

/** One finding a line, its place in the text under it, then what to do; ends with `N errors, N warnings`. */
export function findingsText(file: string, text: string | null, findings: readonly Finding[]): string {
  const { errors, warnings } = countFindings(findings);
  const parts = findings.map((one) => findingText(file, text, one));
  return `${parts.join('')}${errors} errors, ${warnings} warnings\n`;
}

export function countFindings(findings: readonly Finding[]): {
  readonly errors: number;
  readonly warnings: number;
} {
  const errors = findings.filter((one) => one.severity === 'error').length;
  return { errors, warnings: findings.length - errors };
}

function findingText(file: string, text: string | null, one: Finding): string {
  const head = `${plain(file)}:${one.line}:${one.column} ${one.severity} ${one.code} ${plain(one.message)}\n`;
  const shown = text === null ? '' : `${frame(text, one)}\n`;
  return `${head}${shown}${one.hint === null ? '' : `  → ${plain(one.hint)}\n`}`;
}
