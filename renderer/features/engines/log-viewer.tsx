import './log.css';
import { ArrowDown, Copy, Download, Regex, WrapText } from 'lucide-react';
import { type ReactNode, useMemo, useRef, useState } from 'react';
import { copy } from '../../actions.ts';
import { plural } from '../../format.ts';
import { useShortcuts } from '../../keys.ts';
import { saveFile } from '../../save-file.ts';
import { Button, classes, IconButton } from '../../ui/button.tsx';
import { Choose } from '../../ui/choose.tsx';
import { linesText } from './crash-words.ts';
import { filterLines, type MinLevel, searchFor } from './log-filter.ts';
import { LogRows, type LogRowsHandle } from './log-rows.tsx';
import { useLog } from './use-log.ts';

interface Props {
  readonly engine: string;
  readonly level: MinLevel;
  readonly onLevel: (level: MinLevel) => void;
  readonly external: boolean;
  /** What stands first in its head. */
  readonly tabs?: ReactNode;
}

const LEVELS = [
  { value: 'all', label: 'All levels' },
  { value: 'info', label: 'Info and up' },
  { value: 'warn', label: 'Warnings and errors' },
  { value: 'error', label: 'Errors' },
] as const;

/** An engine's log, live: filtered, followed until somebody scrolls up, copied or saved. */
export function LogViewer({ engine, level, onLevel, external, tabs }: Props) {
  const { lines, read, error, older } = useLog(engine);
  const [text, setText] = useState('');
  const [asExpression, setAsExpression] = useState(false);
  const [wrap, setWrap] = useState(false);
  const [newer, setNewer] = useState<number | null>(null);
  const field = useRef<HTMLInputElement>(null);
  const rows = useRef<LogRowsHandle>(null);
  const search = useMemo(() => searchFor(text, asExpression), [text, asExpression]);
  const shown = useMemo(() => filterLines(lines, level, search), [lines, level, search]);
  useShortcuts({ find: () => field.current?.select() });

  return (
    <section className="log" aria-label={`Log of ${engine}`}>
      <div className="log-head">
        {tabs ?? <h2>Log</h2>}
        <span className="grow">
          <span className="log-count dim small-text tabular">
            {shown.length === lines.length
              ? plural(lines.length, 'line')
              : `${shown.length} of ${plural(lines.length, 'line')}`}
          </span>
        </span>
        <div className={classes('field', search.wrong && 'wrong')}>
          <input
            ref={field}
            value={text}
            placeholder={asExpression ? 'Filter by expression' : 'Filter'}
            aria-label="Filter the log"
            aria-invalid={search.wrong}
            onChange={(e) => setText(e.target.value)}
          />
        </div>
        <IconButton
          name="Use a regular expression"
          aria-pressed={asExpression}
          onClick={() => setAsExpression(!asExpression)}
        >
          <Regex className="icon" aria-hidden="true" />
        </IconButton>
        <Choose label="Level" value={level} options={LEVELS} onChange={onLevel} width={136} />
        <IconButton name="Wrap long lines" aria-pressed={wrap} onClick={() => setWrap(!wrap)}>
          <WrapText className="icon" aria-hidden="true" />
        </IconButton>
        <IconButton name="Copy these lines" onClick={() => void copy(linesText(shown), plural(shown.length, 'line'))}>
          <Copy className="icon" aria-hidden="true" />
        </IconButton>
        <IconButton name="Save these lines" onClick={() => saveFile(`${engine}.log`, linesText(shown))}>
          <Download className="icon" aria-hidden="true" />
        </IconButton>
      </div>
      {shown.length === 0 ? (
        <div className="log-body scroll">
          <div className="empty dim" role={error ? 'alert' : undefined}>
            {error
              ? `The log can’t be read. ${error.message} ${error.hint ?? ''}`
              : emptyWords(read, lines.length, external)}
          </div>
        </div>
      ) : (
        <LogRows
          ref={rows}
          label={`Lines of ${engine}`}
          lines={shown}
          search={search}
          wrap={wrap}
          onNewer={setNewer}
          onTop={older}
        />
      )}
      {newer !== null && (
        <Button className="jump" size="little" onClick={() => rows.current?.toEnd()}>
          <ArrowDown className="icon small" aria-hidden="true" />
          Jump to latest{newer > 0 ? `, ${newer} newer` : ''}
        </Button>
      )}
    </section>
  );
}

function emptyWords(read: boolean, lines: number, external: boolean): string {
  if (!read) return 'Reading the log…';
  if (lines > 0) return 'No line passes the filter.';
  return external
    ? 'Stackyard does not run this engine, so its output goes elsewhere.'
    : 'Nothing was logged yet. Lines appear here as soon as the engine starts.';
}
