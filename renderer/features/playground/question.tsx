import { GitBranch, Pencil } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { branch, resend } from '../../chat/chat-store.ts';
import type { Turn } from '../../chat/conversation.ts';
import { Button, IconButton } from '../../ui/button.tsx';

/** What was asked, with its pictures: can be asked anew in other words, or be where another conversation parts. */
export function Question({ turn, last }: { readonly turn: Turn; readonly last: boolean }) {
  const [editing, setEditing] = useState(false);
  const opener = useRef<HTMLButtonElement>(null);
  const wasEditing = useRef(false);
  useEffect(() => {
    if (wasEditing.current && !editing) opener.current?.focus();
    wasEditing.current = editing;
  }, [editing]);
  if (editing) return <Edit turn={turn} last={last} onEnd={() => setEditing(false)} />;
  return (
    <div className="ask-row">
      <div className="ask">
        {turn.images.length > 0 && (
          <ul className="thumbs" aria-label="Pictures">
            {turn.images.map((image) => (
              <li key={image.url}>
                <img src={image.url} alt={image.name} />
              </li>
            ))}
          </ul>
        )}
        {turn.ask}
      </div>
      <span className="ask-actions">
        <IconButton ref={opener} name="Edit and resend" size="little" onClick={() => setEditing(true)}>
          <Pencil className="icon small" aria-hidden="true" />
        </IconButton>
        <IconButton
          name="Branch: go on from here in another chat"
          aria-label="Branch from here"
          size="little"
          onClick={() => branch(turn.id)}
        >
          <GitBranch className="icon small" aria-hidden="true" />
        </IconButton>
      </span>
    </div>
  );
}

function Edit({ turn, last, onEnd }: { readonly turn: Turn; readonly last: boolean; readonly onEnd: () => void }) {
  const [text, setText] = useState(turn.ask);
  const submit = () => {
    onEnd();
    void resend(turn.id, text);
  };
  return (
    <form
      className="ask-edit"
      aria-label="Edit the question"
      onSubmit={(e) => {
        e.preventDefault();
        submit();
      }}
    >
      <textarea
        // biome-ignore lint/a11y/noAutofocus: it opens because somebody wants to write in it
        autoFocus
        aria-label="Question"
        value={text}
        onChange={(e) => setText(e.target.value)}
        onKeyDown={(e) => {
          if (e.key === 'Escape') {
            e.preventDefault();
            onEnd();
          }
          if (e.key === 'Enter' && !e.shiftKey && !e.nativeEvent.isComposing) {
            e.preventDefault();
            submit();
          }
        }}
      />
      <div className="line">
        <span className="dim small-text grow">{last ? '' : 'What came after it stays, as a chat of its own.'}</span>
        <Button size="little" onClick={onEnd}>
          Cancel
        </Button>
        <Button size="little" look="primary" type="submit" disabled={text.trim() === ''}>
          Send again
        </Button>
      </div>
    </form>
  );
}
