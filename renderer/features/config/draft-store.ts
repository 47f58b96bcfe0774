/**
 * The config text as it is being edited. The file on disk is the owner: this is a draft over one revision of it, kept over a
 * reload of the window, and never written over a file that somebody else changed meanwhile.
 */
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import { applyEdits } from '../../../shared/config/edit.ts';
import type { ConfigFile } from '../../../shared/contract/ipc.ts';
import type { Cause, Finding, Plan, TextEdit } from '../../../shared/model.ts';
import { bridge } from '../../bridge.ts';
import { toast } from '../../ui/toasts.ts';

export interface Draft {
  /** The file that the draft started from; `null` until it was read. */
  readonly file: ConfigFile | null;
  readonly text: string;
  /** The file as somebody else left it, while the draft still stands on an older one. */
  readonly theirs: ConfigFile | null;
  /** What applying would do, and for which text that was asked. */
  readonly plan: { readonly text: string; readonly plan: Plan | null; readonly findings: readonly Finding[] } | null;
  readonly applying: boolean;
  /** Whether the text began as an import; the history says so. */
  readonly imported: boolean;
  /** Why reading, planning or applying failed. */
  readonly error: Cause | null;
}

export const draft = createStore<Draft>(() => ({
  file: null,
  text: '',
  theirs: null,
  plan: null,
  applying: false,
  imported: false,
  error: null,
}));

export const useDraft = <T>(pick: (draft: Draft) => T): T => useStore(draft, pick);

/** Whether the text differs from the file it started from. */
export const isEdited = (d: Draft): boolean => d.file !== null && d.text !== d.file.text;

/** Whether applying would do anything: the text was edited, or the file waits for a yes. */
export const isPending = (d: Draft): boolean =>
  isEdited(d) || (d.file !== null && d.file.revision !== d.file.running_revision);

export function setText(text: string): void {
  draft.setState({ text });
  keep();
}

/** Replaces the text by what was made of another program's config. */
export function takeImport(text: string): void {
  draft.setState({ imported: true });
  setText(text);
}

/** Applies a finding's fix to the text. */
export function applyFix(edits: readonly TextEdit[]): void {
  setText(applyEdits(draft.getState().text, edits));
}

/** Reads the file, and again whenever it changes on disk. Gives back what ends it. */
export function follow(): () => void {
  void read();
  return bridge().on('config', () => void read());
}

async function read(): Promise<void> {
  const reply = await bridge().call('config.read', {});
  if (!reply.ok) {
    draft.setState({ error: reply.error });
    return;
  }
  const file = reply.value;
  draft.setState((d) => taken(d.file === null ? { ...d, ...restored(file) } : d, file));
}

/** A draft after the file was read (again). Pure. */
export function taken(d: Draft, file: ConfigFile): Draft {
  if (d.file === null) return { ...d, file, text: file.text, theirs: null, error: null };
  if (d.file.revision === file.revision) return { ...d, file, theirs: null, error: null };
  if (!isEdited(d) || d.text === file.text) return { ...d, file, text: file.text, theirs: null, error: null };
  return { ...d, theirs: file, error: null };
}

/** Leaves the draft and takes the file as it is on disk. */
export function takeTheirs(): void {
  draft.setState((d) => {
    const file = d.theirs ?? d.file;
    return file ? { file, text: file.text, theirs: null, plan: null, imported: false, error: null } : {};
  });
  keep();
}

/** Keeps the draft, now as a change of the file that is on disk: applying it replaces what the other one wrote. */
export function keepMine(): void {
  draft.setState((d) => (d.theirs ? { file: d.theirs, theirs: null } : {}));
  keep();
}

/** Asks what applying the present text would do. */
export async function askPlan(): Promise<void> {
  const { text } = draft.getState();
  const reply = await bridge().call('config.plan', { text });
  if (draft.getState().text !== text) return; // overtaken by a later edit
  if (reply.ok) draft.setState({ plan: { text, ...reply.value }, error: null });
  else draft.setState({ plan: null, error: reply.error });
}

/** Writes and applies the text, unless the file was changed since the draft began. */
export async function applyDraft(): Promise<void> {
  const { file, text, theirs, applying } = draft.getState();
  if (!file || theirs || applying) return;
  draft.setState({ applying: true, error: null });
  const reply = await bridge().call('config.apply', {
    text: isEdited(draft.getState()) ? text : null,
    if_revision: file.revision,
    ...(draft.getState().imported ? { imported: true } : {}),
  });
  draft.setState({ applying: false });
  if (!reply.ok) {
    // a conflict shows as what it is: the file is read and laid beside the draft
    if (reply.error.code === 'config_conflict') await read();
    if (!draft.getState().theirs) draft.setState({ error: reply.error });
    return;
  }
  draft.setState({ plan: { text, plan: reply.value.plan, findings: reply.value.findings } });
  if (!reply.value.applied) return;
  draft.setState((d) => (d.file ? { file: { ...d.file, text }, plan: null, imported: false } : {}));
  await read();
  keep();
  toast('Config applied');
}

const KEY = 'stackyard.draft';

/** Remembers the draft for a reload of the window; forgets it when there is nothing to lose. */
function keep(): void {
  const d = draft.getState();
  try {
    if (isEdited(d))
      sessionStorage.setItem(KEY, JSON.stringify({ file: d.file, text: d.text, imported: d.imported }));
    else sessionStorage.removeItem(KEY);
  } catch {
    // full or forbidden: then a reload loses the draft, nothing worse
  }
}

function restored(file: ConfigFile): Partial<Draft> {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEY) ?? 'null') as {
      file: ConfigFile;
      text: string;
      imported?: boolean;
    } | null;
    if (kept && typeof kept.text === 'string' && kept.file.path === file.path)
      return { file: kept.file, text: kept.text, imported: kept.imported === true };
  } catch {
    // nothing readable was kept
  }
  return {};
}
