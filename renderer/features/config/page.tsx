import './config.css';
import { Diff, FolderOpen, Import } from 'lucide-react';
import { type ReactNode, useDeferredValue, useEffect, useMemo, useRef, useState } from 'react';
import { locator } from '../../../shared/config/locate.ts';
import { parseConfig, readYaml } from '../../../shared/config/parse.ts';
import { changedLines } from '../../../shared/line-diff.ts';
import { bridge, isWeb } from '../../bridge.ts';
import { fileName } from '../../format.ts';
import { useShortcuts } from '../../keys.ts';
import { type ConfigPart, go } from '../../route.ts';
import { Button } from '../../ui/button.tsx';
import { Note } from '../../ui/note.tsx';
import { PageHead } from '../../ui/page.tsx';
import { Segments } from '../../ui/segments.tsx';
import { YamlEditor, type YamlEditorHandle } from '../../ui/yaml-editor.tsx';
import { CompareDialog } from './compare-dialog.tsx';
import {
  applyDraft,
  applyFix,
  askPlan,
  follow,
  isEdited,
  isPending,
  keepMine,
  setText,
  takeImport,
  takeTheirs,
  useDraft,
} from './draft-store.ts';
import { EngineForms } from './engine-form.tsx';
import { HistoryView } from './history-view.tsx';
import { ImportDialog } from './import-dialog.tsx';
import { ModelForms } from './model-form.tsx';
import { PlanDrawer } from './plan-drawer.tsx';
import { SettingsForm } from './settings-form.tsx';
import { VerifiedView } from './verified-view.tsx';

/** How long the text must rest before the host is asked for a plan, ms. */
const PLAN_AFTER = 400;

interface Props {
  /** Which form stands beside the text. */
  readonly part: ConfigPart;
  /** Whose form to show; `null`: the first. */
  readonly engine: string | null;
  /** The key of that engine whose line is shown first; `null`: none is meant. */
  readonly place: string | null;
  readonly notices: ReactNode;
}

/** The one config file: a form for what changes often, the text for everything, the plan before anything happens. */
export function ConfigPage({ part, engine, place, notices }: Props) {
  const { file, text, theirs, error, plan } = useDraft((d) => d);
  const edited = useDraft(isEdited);
  const pending = useDraft(isPending);
  const editor = useRef<YamlEditorHandle>(null);
  const [view, setView] = useState<'edit' | 'history' | 'verified'>('edit');
  const [comparing, setComparing] = useState<'file' | 'theirs' | null>(null);
  // a line that another view asked for; the editor is there after the next painting
  const [wanted, setWanted] = useState<{ readonly line: number; readonly column: number } | null>(null);
  const [importing, setImporting] = useState(false);
  useEffect(follow, []);

  // typing never waits for the check
  const settled = useDeferredValue(text);
  const parsed = useMemo(() => parseConfig(settled), [settled]);
  const own = parsed.findings;
  // the host also knows this machine: commands, files, variables
  const findings = plan?.text === settled && plan.findings.length > 0 ? plan.findings : own;
  const errors = useMemo(() => findings.filter((f) => f.severity === 'error'), [findings]);
  const changed = useMemo(() => (file ? changedLines(file.text, settled) : new Set<number>()), [file, settled]);
  const clean = file !== null && own.every((f) => f.severity !== 'error');

  useEffect(() => {
    if (!pending || !clean || text === '') return;
    const timer = setTimeout(() => void askPlan(), PLAN_AFTER);
    return () => clearTimeout(timer);
  }, [text, pending, clean]);

  const goTo = (line: number, column?: number) => editor.current?.goTo(line, column);
  const read = file !== null;
  // once, as soon as there is a text; whoever reads on is not taken back
  // biome-ignore lint/correctness/useExhaustiveDependencies: the text as it is then
  useEffect(() => {
    if (!read || engine === null || place === null) return;
    const { line, column } = locator(text, readYaml(text)).place(['engines', engine, place], 'key');
    goTo(line, column);
  }, [read, engine, place]);
  useEffect(() => {
    if (wanted === null || view !== 'edit') return;
    editor.current?.goTo(wanted.line, wanted.column);
    setWanted(null);
  }, [wanted, view]);
  const problem = (by: number) => {
    const at = findings.filter((f) => f.severity === 'error').concat(findings.filter((f) => f.severity !== 'error'));
    const next = by > 0 ? at[0] : at.at(-1);
    if (next) goTo(next.line, next.column);
  };
  useShortcuts({
    apply: () => {
      if (errors.length === 0 && pending) void applyDraft();
      else if (errors[0]) goTo(errors[0].line, errors[0].column);
    },
    compare: () => setComparing('file'),
    fix: () => {
      const fix = findings.find((f) => f.fix)?.fix;
      if (fix) applyFix(fix.edits);
    },
    nextProblem: () => problem(1),
    previousProblem: () => problem(-1),
  });

  const tabs = (
    <div className="form-tabs">
      <Segments
        label="Form"
        value={part}
        options={[
          { value: 'engines', label: 'Engines' },
          { value: 'models', label: 'Models' },
          { value: 'routing', label: 'Routing' },
          { value: 'gateway', label: 'Gateway' },
          { value: 'app', label: 'App' },
        ]}
        onChange={(next) => go({ page: 'config', engine: null, part: next })}
      />
    </div>
  );

  return (
    <>
      <PageHead
        title="Config"
        beside={
          <>
            {file && (
              <span className="mono dim cut hide-narrow" title={file.path}>
                {fileName(file.path)}
              </span>
            )}
            {edited && <span className="tag">Edited</span>}
          </>
        }
        actions={
          <>
            <Segments
              label="Shown"
              value={view}
              options={[
                { value: 'edit', label: 'Edit' },
                { value: 'history', label: 'History' },
                { value: 'verified', label: 'Verified' },
              ]}
              onChange={setView}
            />
            {!isWeb() && (
              <Button look="ghost" onClick={() => void bridge().shell('shell.reveal', { what: 'config' })}>
                <FolderOpen className="icon small" aria-hidden="true" />
                Show file
              </Button>
            )}
            <Button look="ghost" disabled={file === null} onClick={() => setImporting(true)}>
              <Import className="icon small" aria-hidden="true" />
              Import from LiteLLM
            </Button>
            <Button look="ghost" disabled={!edited} onClick={() => setComparing('file')}>
              <Diff className="icon small" aria-hidden="true" />
              Compare
            </Button>
            <Button disabled={!edited} onClick={takeTheirs}>
              Discard
            </Button>
          </>
        }
      />
      {notices}
      {(theirs || error) && (
        <div className="notices">
          {theirs && (
            <Note
              tone="attention"
              title="The file was changed on disk while you were editing."
              action={
                <>
                  <Button look="ghost" size="little" onClick={() => setComparing('theirs')}>
                    Compare
                  </Button>
                  <Button look="ghost" size="little" onClick={keepMine}>
                    Keep mine
                  </Button>
                  <Button size="little" onClick={takeTheirs}>
                    Reload from disk
                  </Button>
                </>
              }
            >
              Nothing is overwritten until you decide.
            </Note>
          )}
          {error && (
            <Note tone="failed" title={error.message}>
              {error.hint}
            </Note>
          )}
        </div>
      )}
      {view === 'history' ? (
        <HistoryView />
      ) : view === 'verified' ? (
        <VerifiedView
          onGoTo={(line, column) => {
            setView('edit');
            setWanted({ line, column });
          }}
        />
      ) : (
        <div className="config">
          {part === 'engines' ? (
            <EngineForms key={engine} wanted={engine} text={settled} findings={findings} onGoTo={goTo} tabs={tabs} />
          ) : part === 'models' ? (
            <ModelForms text={settled} findings={findings} onGoTo={goTo} tabs={tabs} />
          ) : (
            <SettingsForm key={part} part={part} text={settled} findings={findings} onGoTo={goTo} tabs={tabs} />
          )}
          <div className="config-text">
            {file && (
              <YamlEditor
                ref={editor}
                label="Config file"
                value={text}
                onChange={setText}
                findings={findings}
                onFix={(finding) => finding.fix && applyFix(finding.fix.edits)}
                changed={changed}
              />
            )}
          </div>
          <PlanDrawer errors={errors} changed={changed.size} onGoTo={goTo} />
        </div>
      )}
      <ImportDialog open={importing} onClose={() => setImporting(false)} onTake={takeImport} />
      <CompareDialog
        open={comparing !== null}
        onClose={() => setComparing(null)}
        title={comparing === 'theirs' ? 'The file on disk, and your text' : 'The saved file, and your text'}
        before={(comparing === 'theirs' ? theirs : file)?.text ?? ''}
        after={text}
      />
    </>
  );
}
