import { ChevronRight, RefreshCw } from 'lucide-react';
import { memo, useState } from 'react';
import { ERRORS, type ErrorCode } from '../../../shared/errors.ts';
import { type Answer, regenerate, type Turn, tokensPerSecond } from '../../chat/chat-store.ts';
import { Markdown } from '../../chat/markdown-view.tsx';
import type { Failure } from '../../chat/stream-events.ts';
import { count, duration, percent, speed, UNKNOWN } from '../../format.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Progress } from '../../ui/progress.tsx';
import { Prose } from '../../ui/prose.tsx';
import { State } from '../../ui/state.tsx';
import type { Said } from '../../words.ts';

/** One answer: who is asked, what it waits for, its text, how it went. */
export const AnswerView = memo(function AnswerView({ turn, last }: { readonly turn: Turn; readonly last: boolean }) {
  const { answer } = turn;
  return (
    <article className="answer" aria-label={`Answer of ${answer.model}`} aria-busy={isComing(answer)}>
      <div className="answer-head">
        <span className="mono medium">{answer.model}</span>
        {answer.state !== 'done' && <State said={stateOf(answer)} />}
      </div>
      {answer.parked?.progress != null && (
        <Progress label={`${answer.parked.engine} ${answer.parked.phase}`} value={answer.parked.progress} />
      )}
      {answer.reasoning !== '' && (
        <Reasoning text={answer.reasoning} thinking={isComing(answer) && answer.content === ''} />
      )}
      {answer.content !== '' && <Markdown source={answer.content} />}
      {answer.state === 'streaming' && <span className="caret" aria-hidden="true" />}
      {answer.failure && <FailureCard failure={answer.failure} last={last} />}
      {!isComing(answer) && answer.content !== '' && <Result answer={answer} last={last} />}
    </article>
  );
});

const isComing = (answer: Answer): boolean => answer.state === 'waiting' || answer.state === 'streaming';

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

function Reasoning({ text, thinking }: { readonly text: string; readonly thinking: boolean }) {
  const [open, setOpen] = useState(false);
  return (
    <div>
      <button type="button" className="disclose" aria-expanded={open} onClick={() => setOpen(!open)}>
        <ChevronRight className="icon small" aria-hidden="true" />
        {thinking ? 'Thinking' : 'Thought first'}
      </button>
      {open && <div className="think">{text}</div>}
    </div>
  );
}

function FailureCard({ failure, last }: { readonly failure: Failure; readonly last: boolean }) {
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
        {last && (
          <Button size="little" onClick={() => void regenerate()}>
            Try again
          </Button>
        )}
        {failure.code !== null && <span className="dim mono">{failure.code}</span>}
      </div>
    </div>
  );
}

function Result({ answer, last }: { readonly answer: Answer; readonly last: boolean }) {
  const { metrics } = answer;
  const engine = metrics.route?.split('/')[0] ?? null;
  return (
    <div className="result">
      <Metric label="First token" value={duration(metrics.firstToken)} />
      <Metric label="Speed" value={speed(tokensPerSecond(metrics))} />
      <Metric
        label="Tokens"
        value={`${metrics.estimated && metrics.tokens !== null ? '~' : ''}${count(metrics.tokens)}`}
        title={metrics.estimated ? 'Counted in pieces: the engine did not tell' : undefined}
      />
      <Metric label="Answered by" value={engine ?? UNKNOWN} title={metrics.route ?? 'The gateway did not say'} />
      {metrics.finish === 'length' && <Metric label="Ended by" value="max tokens" />}
      <span className="grow" />
      <span className="line">
        <CopyButton text={answer.content} what="answer" />
        {last && (
          <IconButton name="Regenerate" size="little" onClick={() => void regenerate()}>
            <RefreshCw className="icon small" aria-hidden="true" />
          </IconButton>
        )}
      </span>
    </div>
  );
}

interface MetricProps {
  readonly label: string;
  readonly value: string;
  readonly title?: string | undefined;
}

function Metric({ label, value, title }: MetricProps) {
  return (
    <div title={title}>
      <span className="label">{label}</span>
      <b>{value}</b>
    </div>
  );
}
