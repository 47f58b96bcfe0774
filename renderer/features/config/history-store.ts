/** The versions of the config that were applied, as the history page shows them. */
import type { AppliedVersion, CallOutput, ConfigOrigin, ConfigVersion } from '../../../shared/contract/ipc.ts';
import type { Cause } from '../../../shared/model.ts';
import { bridge } from '../../bridge.ts';

/** Who applied a version, in words. */
export const ORIGIN_WORDS: Readonly<Record<ConfigOrigin, string>> = {
  window: 'Applied in the window',
  cli: 'Applied from the command line',
  file: 'Applied by a change of the file',
  import: 'Applied as an import',
  start: 'Found at the start',
  rollback: 'Restored',
};

export interface HistoryList {
  readonly running: string | null;
  readonly versions: readonly AppliedVersion[];
}

/** Asks for the list; the cause when that failed. */
export async function readHistory(): Promise<HistoryList | Cause> {
  const reply = await bridge().call('config.history', {});
  if (!reply.ok) return reply.error;
  return { running: reply.value.running_revision, versions: reply.value.versions };
}

/** A version and what ran before it; `before` is empty for the first one, and when that is no longer kept. */
export interface Opened {
  readonly version: ConfigVersion;
  readonly before: string | null;
  /** The file as it is on disk now. */
  readonly file: { readonly text: string; readonly revision: string };
}

/** Reads one version with what it is compared with. */
export async function openVersion(version: AppliedVersion): Promise<Opened | Cause> {
  const base = version.plan.base_revision;
  const [own, before, file] = await Promise.all([
    bridge().call('config.version', { revision: version.revision }),
    base === null ? null : bridge().call('config.version', { revision: base }),
    bridge().call('config.read', {}),
  ]);
  if (!own.ok) return own.error;
  if (!file.ok) return file.error;
  return {
    version: own.value,
    before: before?.ok ? before.value.text : null,
    file: { text: file.value.text, revision: file.value.revision },
  };
}

/** What putting a version back would do now, with the revision of the file that this holds for. */
export async function planRestore({
  version,
}: Opened): Promise<{ readonly plan: CallOutput['config.plan']; readonly ifRevision: string } | Cause> {
  const file = await bridge().call('config.read', {});
  if (!file.ok) return file.error;
  const reply = await bridge().call('config.plan', { text: version.text });
  return reply.ok ? { plan: reply.value, ifRevision: file.value.revision } : reply.error;
}
