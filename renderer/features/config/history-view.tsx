import { RotateCcw } from 'lucide-react';
import { useCallback, useEffect, useState } from 'react';
import type { AppliedVersion } from '../../../shared/contract/ipc.ts';
import type { Cause } from '../../../shared/model.ts';
import { bridge } from '../../bridge.ts';
import { day } from '../../format.ts';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { Note } from '../../ui/note.tsx';
import { Segments } from '../../ui/segments.tsx';
import { LineDiff } from './compare-dialog.tsx';
import { type HistoryList, type Opened, ORIGIN_WORDS, openVersion, readHistory } from './history-store.ts';
import { PlanList } from './plan-list.tsx';
import { planHeadline } from './plan-words.ts';
import { RestoreDialog } from './restore-dialog.tsx';

/** Every version that was applied: when, by whom, what it changed, and the way back to it. */
export function HistoryView() {
  const [list, setList] = useState<HistoryList | null>(null);
  const [error, setError] = useState<Cause | null>(null);
  const [chosen, setChosen] = useState<AppliedVersion | null>(null);
  const read = useCallback(async () => {
    const answer = await readHistory();
    if ('code' in answer) return setError(answer);
    setError(null);
    setList(answer);
    // the one that was open stays so; at first the newest is
    setChosen((old) => answer.versions.find((v) => isSame(v, old)) ?? answer.versions[0] ?? null);
  }, []);
  useEffect(() => {
    void read();
    return bridge().on('config', () => void read());
  }, [read]);

  if (error)
    return (
      <div className="notices">
        <Note tone="failed" title={error.message}>
          {error.hint}
        </Note>
      </div>
    );
  if (!list) return <div className="history" aria-busy="true" />;
  if (list.versions.length === 0)
    return (
      <Empty title="No version yet">A version is kept here whenever a config is applied, with what it changed.</Empty>
    );
  const current = list.versions.findIndex((v) => v.revision === list.running);
  return (
    <div className="history">
      <ul className="history-list scroll" aria-label="Applied versions">
        {list.versions.map((version, i) => (
          <li key={`${version.at} ${version.revision}`}>
            <button
              type="button"
              aria-current={isSame(version, chosen) ? 'true' : undefined}
              onClick={() => setChosen(version)}
            >
              <span className="line">
                <b className="medium">{day(version.at)}</b>
                <span className="grow" />
                {i === current && <span className="tag">Runs</span>}
                <span className="mono dim">{version.revision}</span>
              </span>
              <span className="cut">{planHeadline(version.plan)}</span>
              <span className="dim">{ORIGIN_WORDS[version.origin]}</span>
            </button>
          </li>
        ))}
      </ul>
      {chosen && (
        <Version
          key={`${chosen.at} ${chosen.revision}`}
          version={chosen}
          runs={list.versions.indexOf(chosen) === current}
          onRestored={() => void read()}
        />
      )}
    </div>
  );
}

interface VersionProps {
  readonly version: AppliedVersion;
  readonly runs: boolean;
  readonly onRestored: () => void;
}

function Version({ version, runs, onRestored }: VersionProps) {
  const [opened, setOpened] = useState<Opened | Cause | null>(null);
  const [against, setAgainst] = useState<'before' | 'file'>('before');
  const [restoring, setRestoring] = useState(false);
  useEffect(() => {
    let gone = false;
    void openVersion(version).then((answer) => !gone && setOpened(answer));
    return () => {
      gone = true;
    };
  }, [version]);
  const failed = opened && 'code' in opened ? opened : null;
  const open = opened && 'version' in opened ? opened : null;
  const same = open !== null && open.file.text === open.version.text;
  return (
    <section className="history-version scroll" aria-label={`Version ${version.revision}`}>
      <div className="line">
        <h2>What it changed</h2>
        <span className="grow" />
        <Button disabled={open === null || (runs && same)} onClick={() => setRestoring(true)}>
          <RotateCcw className="icon small" aria-hidden="true" />
          Restore…
        </Button>
      </div>
      {version.plan.changed ? (
        <PlanList plan={version.plan} label="What it changed" />
      ) : (
        <p className="dim">Nothing that runs.</p>
      )}
      {failed && (
        <Note tone="failed" title={failed.message}>
          {failed.hint}
        </Note>
      )}
      {open && (
        <>
          <Segments
            label="Compared with"
            value={against}
            options={[
              { value: 'before', label: 'What ran before it' },
              { value: 'file', label: 'The file now' },
            ]}
            onChange={setAgainst}
          />
          {against === 'file' ? (
            <LineDiff before={open.version.text} after={open.file.text} />
          ) : open.before === null && version.plan.base_revision !== null ? (
            <p className="dim">What ran before it is no longer kept.</p>
          ) : (
            <LineDiff before={open.before ?? ''} after={open.version.text} />
          )}
        </>
      )}
      {restoring && open && (
        <RestoreDialog
          opened={open}
          onClose={() => setRestoring(false)}
          onRestored={() => {
            setRestoring(false);
            onRestored();
          }}
        />
      )}
    </section>
  );
}

const isSame = (a: AppliedVersion, b: AppliedVersion | null): boolean => a.revision === b?.revision && a.at === b.at;
