// @vitest-environment happy-dom
import { beforeEach, describe, expect, it } from 'vitest';
import {
  applyDraft,
  draft,
  follow,
  isEdited,
  isPending,
  keepMine,
  setText,
  takeImport,
  taken,
  takeTheirs,
} from '../../../../renderer/features/config/draft-store.ts';
import { CONFIG_FILE } from '../../support/recorded.ts';
import { type Script, scriptedBridge } from '../../support/scripted-bridge.ts';

const THEIRS = { ...CONFIG_FILE, text: 'version: 1\n# theirs\n', revision: 'bbbbbbbbbbbb' };

let script: Script;
beforeEach(async () => {
  sessionStorage.clear();
  draft.setState({
    ...{ file: null, text: '', theirs: null, plan: null, applying: false, imported: false, error: null },
  });
  script = scriptedBridge();
  Object.assign(window, { stackyard: script.bridge });
  follow();
  await expect.poll(() => draft.getState().file).not.toBeNull();
});

const applies = () => script.calls.filter((c) => c.name === 'config.apply').map((c) => c.input);

describe('the draft', () => {
  it('starts as the file, and knows when it is edited', () => {
    expect(draft.getState().text).toBe(CONFIG_FILE.text);
    expect(isPending(draft.getState())).toBe(false);
    setText('version: 1\n');
    expect(isEdited(draft.getState())).toBe(true);
  });

  it('says of an import that it is one, once', async () => {
    takeImport('version: 1\n# imported\n');
    const revision = CONFIG_FILE.revision;
    await applyDraft();
    expect(applies()).toEqual([{ text: 'version: 1\n# imported\n', if_revision: revision, imported: true }]);
    setText('version: 1\n# by hand\n');
    await applyDraft();
    expect(applies().at(-1)).not.toHaveProperty('imported');
    takeImport('version: 1\n');
    takeTheirs();
    expect(draft.getState().imported).toBe(false);
  });

  it('follows the file while nothing was typed', async () => {
    script.answer({ 'config.read': () => ({ ok: true, value: THEIRS }) });
    script.emit('config', { path: THEIRS.path, revision: THEIRS.revision });
    await expect.poll(() => draft.getState().text).toBe(THEIRS.text);
    expect(draft.getState().theirs).toBeNull();
    expect(isPending(draft.getState())).toBe(true); // on disk, but not yet running
  });

  it('never overwrites silently: an edit meets a changed file as a choice', async () => {
    setText('# mine\n');
    script.answer({ 'config.read': () => ({ ok: true, value: THEIRS }) });
    script.emit('config', { path: THEIRS.path, revision: THEIRS.revision });
    await expect.poll(() => draft.getState().theirs).toEqual(THEIRS);
    expect(draft.getState().text).toBe('# mine\n');
    await applyDraft();
    expect(applies()).toEqual([]);

    keepMine();
    await applyDraft();
    expect(applies()).toEqual([{ text: '# mine\n', if_revision: THEIRS.revision }]);
  });

  it('can give the draft up for the file on disk', () => {
    setText('# mine\n');
    draft.setState((d) => taken(d, THEIRS));
    takeTheirs();
    expect(draft.getState()).toMatchObject({ text: THEIRS.text, theirs: null, file: THEIRS });
  });

  it('shows a conflict that the host found at the last moment', async () => {
    setText('# mine\n');
    script.answer({
      'config.read': () => ({ ok: true, value: THEIRS }),
      'config.apply': () => ({ ok: false, error: { code: 'config_conflict', message: 'changed', hint: null } }),
    });
    await applyDraft();
    expect(draft.getState()).toMatchObject({ theirs: THEIRS, text: '# mine\n', applying: false });
  });

  it('applies over the revision it started from, then stands on the new file', async () => {
    const text = `${CONFIG_FILE.text}# more\n`;
    setText(text);
    const after = { ...CONFIG_FILE, text, revision: 'cccccccccccc', running_revision: 'cccccccccccc' };
    script.answer({ 'config.read': () => ({ ok: true, value: after }) });
    await applyDraft();
    expect(applies()).toEqual([{ text, if_revision: CONFIG_FILE.revision }]);
    expect(isPending(draft.getState())).toBe(false);
  });

  it('survives a reload of the window, and meets a file that changed meanwhile', async () => {
    setText('# mine\n');
    draft.setState({ file: null, text: '', theirs: null });
    script.answer({ 'config.read': () => ({ ok: true, value: THEIRS }) });
    follow();
    await expect.poll(() => draft.getState().theirs).toEqual(THEIRS);
    expect(draft.getState().text).toBe('# mine\n');
  });
});
