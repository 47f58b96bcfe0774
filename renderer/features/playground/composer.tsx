import { ArrowUp, CircleStop, Image as ImageIcon, X } from 'lucide-react';
import { type ClipboardEvent, useCallback, useEffect, useRef, useState } from 'react';
import type { ModelView } from '../../../shared/model.ts';
import { withoutAbility } from '../../abilities.ts';
import { wrongIn } from '../../chat/chat-request.ts';
import { send, stop, useChat } from '../../chat/chat-store.ts';
import { type Image, isRunning } from '../../chat/conversation.ts';
import { keepPrompt, keptPrompt } from '../../chat/prompt-draft.ts';
import { useWorkedOut } from '../../store.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { IMAGE_TYPES, readImages } from './image-input.ts';

/** Where a question is written, with its pictures. Enter sends, Shift Enter makes a new line, Esc stops the answer. */
export function Composer({ models }: { readonly models: readonly string[] }) {
  const [text, setText] = useState(keptPrompt);
  const [images, setImages] = useState<readonly Image[]>([]);
  const [refused, setRefused] = useState<string | null>(null);
  const running = useChat(isRunning);
  const wrong = useChat((c) => wrongIn(c.settings));
  const id = useChat((c) => c.id);
  const field = useRef<HTMLTextAreaElement>(null);
  const picker = useRef<HTMLInputElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another conversation is there to be written in
  useEffect(() => field.current?.focus(), [id]);
  useEffect(() => keepPrompt(text), [text]);

  const sight = useCallback((all: readonly ModelView[]) => withoutAbility(all, models, 'images'), [models]);
  const blind = useWorkedOut((s) => s.models, sight);
  const blindWords = blind.no.length === 0 ? null : `${listed(blind.no)} no pictures`;
  const sendable = wrong === null && (images.length === 0 || blindWords === null);
  const ready = (text.trim() !== '' || images.length > 0) && models.length > 0 && !running && sendable;
  const submit = () => {
    if (!ready) return;
    void send(text, images);
    setText('');
    setImages([]);
  };
  const attach = async (files: readonly File[]) => {
    if (files.length === 0) return;
    if (blindWords !== null) return setRefused(`${blindWords}.`);
    const read = await readImages(files, images.length);
    setImages((now) => [...now, ...read.images]);
    setRefused(read.wrong);
  };
  const pasted = (event: ClipboardEvent) => {
    const files = [...event.clipboardData.files];
    if (files.length === 0) return;
    event.preventDefault();
    void attach(files);
  };
  return (
    <form
      className="compose"
      aria-label="Question"
      onSubmit={(e) => {
        e.preventDefault();
        submit();
      }}
      onDragOver={(e) => e.preventDefault()}
      onDrop={(e) => {
        e.preventDefault();
        void attach([...e.dataTransfer.files]);
      }}
    >
      <div>
        {images.length > 0 && (
          <ul className="thumbs" aria-label="Pictures to send">
            {images.map((image, i) => (
              <li key={image.url}>
                <img src={image.url} alt={image.name} />
                <IconButton
                  name={`Remove ${image.name}`}
                  size="little"
                  onClick={() => setImages(images.filter((_, at) => at !== i))}
                >
                  <X className="icon small" aria-hidden="true" />
                </IconButton>
              </li>
            ))}
          </ul>
        )}
        <textarea
          ref={field}
          rows={1}
          value={text}
          aria-label="Message"
          placeholder={placeholder(models)}
          onPaste={pasted}
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
          <input
            ref={picker}
            type="file"
            accept={IMAGE_TYPES}
            multiple
            hidden
            aria-label="Pictures"
            onChange={(e) => {
              void attach([...(e.target.files ?? [])]);
              e.target.value = '';
            }}
          />
          <IconButton
            name="Add pictures, for models that see"
            aria-label="Add pictures"
            disabled={blindWords !== null}
            onClick={() => picker.current?.click()}
          >
            <ImageIcon className="icon" aria-hidden="true" />
          </IconButton>
          {blindWords !== null && images.length === 0 && (
            <span className="dim small-text cut" title={blindWords}>
              {blindWords}
            </span>
          )}
          <span className="compose-wrong small-text" role="status">
            {wrong ?? (images.length > 0 ? (blindWords ?? unsure(blind.unknown)) : null) ?? refused}
          </span>
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

/** `tiny takes`, `a and b take`: who, with the verb that fits. */
const listed = (names: readonly string[]): string =>
  names.length === 1 ? `${names[0]} takes` : `${names.slice(0, -1).join(', ')} and ${names.at(-1)} take`;

const unsure = (names: readonly string[]): string | null =>
  names.length === 0 ? null : `Nobody tells whether ${listed(names)} pictures; they may be refused.`;

function placeholder(models: readonly string[]): string {
  if (models.length === 0) return 'Choose a model first';
  if (models.length === 1) return `Ask ${models[0]}…`;
  return models.length === 2 ? 'Ask both models…' : `Ask all ${models.length} models…`;
}
