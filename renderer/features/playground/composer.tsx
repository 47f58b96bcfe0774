import { ArrowUp, CircleStop } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { isRunning, send, stop, useChat } from '../../chat/chat-store.ts';
import { Button } from '../../ui/button.tsx';

/** Where a question is written. Enter sends, Shift Enter makes a new line, Esc stops the answer. */
export function Composer({ model }: { readonly model: string | null }) {
  const [text, setText] = useState('');
  const running = useChat(isRunning);
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => field.current?.focus(), []);
  const ready = text.trim() !== '' && model !== null && !running;
  const submit = () => {
    if (!ready) return;
    setText('');
    void send(text);
  };
  return (
    <form
      className="compose"
      onSubmit={(e) => {
        e.preventDefault();
        submit();
      }}
    >
      <div>
        <textarea
          ref={field}
          rows={1}
          value={text}
          aria-label="Message"
          placeholder={model === null ? 'Choose a model first' : `Ask ${model}…`}
          onChange={(e) => setText(e.target.value)}
          onKeyDown={(e) => {
            // an input method confirms its suggestion with Enter too: that is not "send"
            if (e.key === 'Enter' && !e.shiftKey && !e.nativeEvent.isComposing) {
              e.preventDefault();
              submit();
            }
          }}
        />
        <div className="line">
          <span className="grow" />
          <span className="dim small-text hide-narrow">
            {running ? (
              <>
                <kbd>Esc</kbd> stops
              </>
            ) : (
              <>
                <kbd>Enter</kbd> sends, <kbd>Shift Enter</kbd> new line
              </>
            )}
          </span>
          {running ? (
            <Button onClick={stop}>
              <CircleStop className="icon small" aria-hidden="true" />
              Stop
            </Button>
          ) : (
            <Button look="primary" disabled={!ready} onClick={submit}>
              <ArrowUp className="icon small" aria-hidden="true" />
              Send
            </Button>
          )}
        </div>
      </div>
    </form>
  );
}
