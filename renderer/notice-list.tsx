import { X } from 'lucide-react';
import { dismiss, useNotices } from './notices.ts';
import { IconButton } from './ui/button.tsx';
import { Note } from './ui/note.tsx';
import { Prose } from './ui/prose.tsx';
import { useConnection } from './web/connection.ts';

/** Under the page head: that the host is out of reach, and failures of what the user did until dismissed. Else nothing. */
export function Notices() {
  const list = useNotices();
  const lost = useConnection() === 'lost';
  if (list.length === 0 && !lost) return null;
  return (
    <div className="notices">
      {lost && (
        <Note tone="failed" title="Stackyard does not answer.">
          What is shown here is as it was. It is tried again by itself; if Stackyard was started anew, open the
          address that it printed.
        </Note>
      )}
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
