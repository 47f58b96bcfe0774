import { useEffect, useLayoutEffect, useRef } from 'react';
import { useChat } from '../../chat/chat-store.ts';
import { Empty } from '../../ui/empty.tsx';
import { AnswerView } from './answer-view.tsx';

/** The conversation. It follows the newest text until the reader scrolls up. */
export function Turns() {
  const turns = useChat((c) => c.turns);
  const box = useRef<HTMLDivElement>(null);
  const follows = useRef(true);
  const last = turns.at(-1);

  // biome-ignore lint/correctness/useExhaustiveDependencies: new text is what moves the end
  useLayoutEffect(() => {
    if (follows.current && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [last?.answer]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new question takes hold of the end again
  useEffect(() => {
    follows.current = true;
  }, [turns.length]);

  if (turns.length === 0) {
    return (
      <Empty title="Ask something">
        The request goes through the gateway, just like one from your apps: a stopped engine is started, and the
        answer says who gave it and how fast.
      </Empty>
    );
  }
  return (
    <div
      ref={box}
      className="turns scroll"
      role="log"
      aria-label="Conversation"
      aria-live="off"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
      tabIndex={0}
      onScroll={(e) => {
        const el = e.currentTarget;
        follows.current = el.scrollHeight - el.clientHeight - el.scrollTop < 40;
      }}
    >
      {turns.map((turn) => (
        <div key={turn.id} style={{ display: 'contents' }}>
          <div className="ask-row">
            <div className="ask">{turn.ask}</div>
          </div>
          <AnswerView turn={turn} last={turn === last} />
        </div>
      ))}
    </div>
  );
}
