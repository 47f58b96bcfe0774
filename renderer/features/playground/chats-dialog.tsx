import { Download, ListFilter, Trash2 } from 'lucide-react';
import { useEffect, useState } from 'react';
import { find, MAX_CHATS } from '../../chat/archive.ts';
import { chat, deleteChat, openChat } from '../../chat/chat-store.ts';
import { type Conversation, titleOf } from '../../chat/conversation.ts';
import { EXPORTS, exported } from '../../chat/export.ts';
import { day, plural } from '../../format.ts';
import { saveFile } from '../../save-file.ts';
import { IconButton } from '../../ui/button.tsx';
import { Modal } from '../../ui/modal.tsx';
import { MoreMenu } from '../../ui/more-menu.tsx';

/** The conversations of this window: found by any word in them, opened, saved as a file, deleted. */
export function ChatsDialog({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  return (
    <Modal open={open} onClose={onClose} title="Chats" wide>
      <Chats onClose={onClose} />
    </Modal>
  );
}

function Chats({ onClose }: { readonly onClose: () => void }) {
  const [text, setText] = useState('');
  const [list, setList] = useState<readonly Conversation[] | null>(null);
  useEffect(() => {
    let current = true;
    void find(text).then((found) => current && setList(found));
    return () => {
      current = false;
    };
  }, [text]);
  const remove = async (id: string) => {
    await deleteChat(id);
    setList(await find(text));
  };
  return (
    <div className="chats">
      <div className="field">
        <ListFilter className="icon small" aria-hidden="true" />
        <input
          value={text}
          placeholder="Search in questions and answers"
          aria-label="Search in chats"
          onChange={(e) => setText(e.target.value)}
        />
      </div>
      {list?.length === 0 && <p className="dim chats-none">{text === '' ? 'No chats yet.' : 'No chat says that.'}</p>}
      <ul aria-label="Chats">
        {list?.map((one) => (
          <li key={one.id} aria-current={one.id === chat.getState().id ? 'true' : undefined}>
            <button
              type="button"
              className="chat-name"
              onClick={() => {
                if (one.id !== chat.getState().id) openChat(one);
                onClose();
              }}
            >
              <span className="medium cut">{titleOf(one)}</span>
              <span className="dim small-text cut">
                {day(one.changed)}, {plural(one.turns.length, 'question')}, {one.models.join(', ')}
              </span>
            </button>
            <MoreMenu
              name={`Save ${titleOf(one)}`}
              entries={EXPORTS.map((kind) => ({
                label: `Save as ${kind}`,
                run: () => {
                  const file = exported(one, kind);
                  saveFile(file.name, file.text, file.type);
                },
              }))}
              button={
                <IconButton name="Save as a file" aria-label={`Save ${titleOf(one)}`}>
                  <Download className="icon small" aria-hidden="true" />
                </IconButton>
              }
            />
            <IconButton name="Delete" aria-label={`Delete ${titleOf(one)}`} onClick={() => void remove(one.id)}>
              <Trash2 className="icon small" aria-hidden="true" />
            </IconButton>
          </li>
        ))}
      </ul>
      <p className="dim small-text">
        Kept on this machine only, the newest {MAX_CHATS}. They are never sent anywhere but to the models you ask.
      </p>
    </div>
  );
}
