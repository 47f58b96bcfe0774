import { X } from 'lucide-react';
import { dismiss, useNotices } from './notices.ts';
import { IconButton } from './ui/button.tsx';
import { Note } from './ui/note.tsx';
import { Prose } from './ui/prose.tsx';

/** Failures of what the user did, under the page head until dismissed. Nothing when there are none. */
export function Notices() {
  const list = useNotices();
  if (list.length === 0) return null;
  return (
    <div className="notices">
      {list.map((notice) => (
        <Note
          key={notice.id}
          tone="failed"
          title={`${notice.about} did not work.`}
          action={
            <IconButton name="Dismiss" size="little" onClick={() => dismiss(notice.id)}>
              <X className="icon small" aria-hidden="true" />
            </IconButton>
          }
        >
          <Prose text={notice.cause.message} /> <Prose text={notice.cause.hint} />
        </Note>
      ))}
    </div>
  );
}
