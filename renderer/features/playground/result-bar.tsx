import { RefreshCw } from 'lucide-react';
import { type Answer, type Metrics, tokensPerSecond } from '../../chat/answer.ts';
import { regenerate } from '../../chat/chat-store.ts';
import { bytes, count, duration, speed, UNKNOWN } from '../../format.ts';
import { IconButton } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';

interface Props {
  readonly answer: Answer;
  readonly lane: number;
  readonly last: boolean;
}

/** What was measured of an answer, who gave it, and what can be done with it. */
export function ResultBar({ answer, lane, last }: Props) {
  const { metrics } = answer;
  return (
    <div className="result">
      <dl>
        <Metric label="First token" value={duration(metrics.firstToken)} />
        <Metric label="Speed" value={speed(tokensPerSecond(metrics))} title={`In all ${duration(metrics.total)}`} />
        <Metric label="Tokens" value={tokenWords(metrics)} title={tokenTitle(metrics)} />
        <Metric label="Memory" value={memoryWords(metrics)} title={memoryTitle(metrics)} />
        <Metric
          label="Answered by"
          value={metrics.route?.split('/')[0] ?? UNKNOWN}
          title={metrics.route ?? 'The gateway did not say'}
        />
        {metrics.finish === 'length' && <Metric label="Ended by" value="max tokens" />}
      </dl>
      <span className="line">
        <CopyButton text={answer.content} what="answer" />
        {last && (
          <IconButton
            name={`Regenerate the answer of ${answer.model}`}
            aria-label="Regenerate"
            size="little"
            onClick={() => void regenerate(lane)}
          >
            <RefreshCw className="icon small" aria-hidden="true" />
          </IconButton>
        )}
      </span>
    </div>
  );
}

const tokenWords = ({ tokens, estimated }: Metrics): string =>
  `${estimated && tokens !== null ? '~' : ''}${count(tokens)}`;

function tokenTitle({ estimated, promptTokens }: Metrics): string | undefined {
  if (estimated) return 'Counted in pieces: the engine did not tell';
  return promptTokens === null ? undefined : `and ${count(promptTokens)} in the prompt`;
}

function memoryWords({ memory }: Metrics): string {
  if (memory === null) return UNKNOWN;
  const { change } = memory;
  return `${change > 0 ? '+' : change < 0 ? '−' : ''}${bytes(Math.abs(change))}`;
}

function memoryTitle({ memory }: Metrics): string {
  if (memory === null) return 'Nobody tells how much memory the engine holds';
  return `Change of the engine’s ${memory.kind} memory while it answered`;
}

interface MetricProps {
  readonly label: string;
  readonly value: string;
  readonly title?: string | undefined;
}

function Metric({ label, value, title }: MetricProps) {
  return (
    <div title={title}>
      <dt>{label}</dt>
      <dd>{value}</dd>
    </div>
  );
}
