import { memo, useEffect, useLayoutEffect, useRef } from 'react';
import { isComing } from '../../chat/answer.ts';
import { useChat } from '../../chat/chat-store.ts';
import type { Turn } from '../../chat/conversation.ts';
import { Empty } from '../../ui/empty.tsx';
import { AnswerView, endWords } from './answer-view.tsx';
import { LaneHeads } from './lane-heads.tsx';
import { Question } from './question.tsx';

/** The conversation under its models. It follows the newest text until the reader scrolls up. */
export function Turns() {
  const turns = useChat((c) => c.turns);
  const models = useChat((c) => c.models);
  const box = useRef<HTMLElement>(null);
  const follows = useRef(true);
  const last = turns.at(-1);
  const widest = Math.max(models.length, ...turns.map(({ answers }) => answers.length), 1);

  // biome-ignore lint/correctness/useExhaustiveDependencies: new text is what moves the end
  useLayoutEffect(() => {
    if (follows.current && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [last]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new question takes hold of the end again
  useEffect(() => {
    follows.current = true;
  }, [turns.length]);

  return (
    <section
      ref={box}
      className="turns scroll"
      style={{ ['--lanes' as string]: widest }}
      data-lanes={widest}
      aria-label="Conversation"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
      tabIndex={0}
      onScroll={(e) => {
        const el = e.currentTarget;
        follows.current = el.scrollHeight - el.clientHeight - el.scrollTop < 40;
      }}
    >
      <LaneHeads />
      {turns.length === 0 && (
        <Empty title="Ask something">
          The request goes through the gateway, just like one from your apps: a stopped engine is started, and the
          answer says who gave it and how fast.
        </Empty>
      )}
      {turns.map((turn) => (
        <TurnView key={turn.id} turn={turn} last={turn === last} models={models} />
      ))}
      <p className="visually-hidden" aria-live="polite">
        {last && !last.answers.some(isComing) ? last.answers.map(endWords).join(' ') : ''}
      </p>
    </section>
  );
}

interface TurnProps {
  readonly turn: Turn;
  readonly last: boolean;
  /** Whom the heads of the lanes name. */
  readonly models: readonly string[];
}

const TurnView = memo(function TurnView({ turn, last, models }: TurnProps) {
  return (
    <div className="turn">
      <Question turn={turn} last={last} />
      <div className="lanes">
        {turn.answers.map((answer, lane) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the lane is its identity
          <AnswerView key={lane} answer={answer} lane={lane} last={last} named={answer.model !== models[lane]} />
        ))}
      </div>
    </div>
  );
});
