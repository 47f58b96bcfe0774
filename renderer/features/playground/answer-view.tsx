import { ChevronRight } from 'lucide-react';
import { memo, useState } from 'react';
import { ERRORS, type ErrorCode } from '../../../shared/errors.ts';
import { type Answer, isComing } from '../../chat/answer.ts';
import { regenerate } from '../../chat/chat-store.ts';
import { CodeBlock } from '../../chat/code-block.tsx';
import { Markdown } from '../../chat/markdown-view.tsx';
import { type Failure, parseJson } from '../../chat/stream-events.ts';
import { duration, percent } from '../../format.ts';
import { Button } from '../../ui/button.tsx';
import { Progress } from '../../ui/progress.tsx';
import { Prose } from '../../ui/prose.tsx';
import { State } from '../../ui/state.tsx';
import type { Said } from '../../words.ts';
import { ResultBar } from './result-bar.tsx';

interface Props {
  readonly answer: Answer;
  readonly lane: number;
  /** It belongs to the newest question. */
  readonly last: boolean;
  /** Whether the head of its lane names another model, or none. */
  readonly named: boolean;
}

/** One answer: who is asked, what it waits for, its text, how it went. */
export const AnswerView = memo(function AnswerView({ answer, lane, last, named }: Props) {
  const said = answer.content !== '' || answer.tools.length > 0;
  return (
    <article className="answer" aria-label={`Answer of ${answer.model}`} aria-busy={isComing(answer)}>
      {(named || answer.state !== 'done') && (
        <div className="answer-head">
          {named && (
            <span className="mono medium cut" title={answer.model}>
              {answer.model}
            </span>
          )}
          {answer.state !== 'done' && <State said={stateOf(answer)} />}
        </div>
      )}
      {answer.parked?.progress != null && (
        <Progress label={`${answer.parked.engine} ${answer.parked.phase}`} value={answer.parked.progress} />
      )}
      {answer.reasoning !== '' && <Reasoning answer={answer} />}
      {answer.content !== '' && <Markdown source={answer.content} />}
      {answer.tools.map((call, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: calls only grow at the end
        <CodeBlock key={i} title={`Calls ${call.name || 'a tool'}`} language="json" text={pretty(call.arguments)} />
      ))}
      {answer.state === 'streaming' && <span className="caret" aria-hidden="true" />}
      {answer.failure && <FailureCard failure={answer.failure} lane={lane} last={last} />}
      {!isComing(answer) && said && <ResultBar answer={answer} lane={lane} last={last} />}
      {answer.state === 'stopped' && !said && last && <TryAgain lane={lane} />}
    </article>
  );
});

/** For an answer that has no words, and so no bar under it. */
function TryAgain({ lane }: Pick<Props, 'lane'>) {
  return (
    <Button size="little" onClick={() => void regenerate(lane)}>
      Try again
    </Button>
  );
}

/** How an answer ended, for who can't see it. */
export function endWords(answer: Answer): string {
  if (answer.state === 'failed') return `${answer.model} failed.`;
  return answer.state === 'stopped' ? `${answer.model} was stopped.` : `${answer.model} answered.`;
}

/** Arguments as they are read best; while they are still coming, as they are. */
function pretty(text: string): string {
  const value = parseJson(text);
  return value === null ? text : JSON.stringify(value, null, 2);
}

function stateOf(answer: Answer): Said {
  const said = (tone: Said['tone'], word: string, progress: number | null = null): Said => ({ tone, word, progress });
  switch (answer.state) {
    case 'waiting': {
      const { parked } = answer;
      if (!parked) return said('busy', 'Waiting for the first word');
      const share = parked.progress === null ? '' : ` ${percent(parked.progress)}`;
      return said('busy', `Waiting for ${parked.engine}: ${parked.phase}${share}`, parked.progress);
    }
    case 'streaming':
      return said('busy', 'Streaming');
    case 'stopped':
      return said('off', 'Stopped by you');
    case 'failed':
      return said('failed', 'Failed');
    case 'done':
      return said('ok', 'Done');
  }
}

/** A shorter thought came with the answer, ms. */
const TELLING = 100;

function Reasoning({ answer }: { readonly answer: Answer }) {
  const [open, setOpen] = useState(false);
  const { thought } = answer.metrics;
  const thinking = isComing(answer) && answer.content === '';
  return (
    <div>
      <button type="button" className="disclose" aria-expanded={open} onClick={() => setOpen(!open)}>
        <ChevronRight className="icon small" aria-hidden="true" />
        {thinking
          ? 'Thinking'
          : thought === null || thought < TELLING
            ? 'Thought first'
            : `Thought for ${duration(thought)}`}
      </button>
      {open && <div className="think">{answer.reasoning}</div>}
    </div>
  );
}

function FailureCard({ failure, lane, last }: Pick<Props, 'lane' | 'last'> & { readonly failure: Failure }) {
  const known = failure.code !== null && Object.hasOwn(ERRORS, failure.code);
  return (
    <div className="failure" role="alert">
      <b>{known ? ERRORS[failure.code as ErrorCode].title : 'The answer failed'}</b>
      <p>
        <Prose text={failure.message} />
      </p>
      {failure.attempts?.map((attempt) => (
        <p key={attempt} className="small-text">
          {attempt}
        </p>
      ))}
      {failure.hint !== null && (
        <p>
          <Prose text={failure.hint} />
        </p>
      )}
      <div className="line">
        {last && <TryAgain lane={lane} />}
        {failure.code !== null && <span className="dim mono">{failure.code}</span>}
      </div>
    </div>
  );
}
