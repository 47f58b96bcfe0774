/** What a regular verification found that is news: models that stopped answering, and those that answer again. */
import type { RouteNews, VerifyRun } from '../../shared/contract/verify.ts';

/** The last verdict of each model that was asked; a skipped one keeps what it had. */
export type Decided = Readonly<Record<string, 'passed' | 'failed'>>;

/** Takes a run in. `news` is `null` when nothing turned; a model's first verdict is none. */
export function routeNews(
  before: Decided,
  run: VerifyRun,
): { readonly decided: Decided; readonly news: RouteNews | null } {
  const decided: Record<string, 'passed' | 'failed'> = { ...before };
  const failed: { id: string; cause: RouteNews['failed'][number]['cause'] }[] = [];
  const recovered: string[] = [];
  for (const { id, verdict, cause } of run.models) {
    if (verdict === 'skipped') continue;
    const was = Object.hasOwn(before, id) ? before[id] : undefined;
    if (was === 'passed' && verdict === 'failed') failed.push({ id, cause });
    if (was === 'failed' && verdict === 'passed') recovered.push(id);
    decided[id] = verdict;
  }
  return { decided, news: failed.length + recovered.length === 0 ? null : { failed, recovered } };
}
