import { useState } from 'react';
import { holderWords } from '../../../shared/foreign-owner-words.ts';
import type { EngineView } from '../../../shared/model.ts';
import { takeOverEngine } from '../../actions.ts';
import { Button } from '../../ui/button.tsx';
import { Modal } from '../../ui/modal.tsx';
import { Prose } from '../../ui/prose.tsx';
import { useWish } from '../../wish.ts';
import { takeoverWords } from './takeover-words.ts';

/** For an engine that was found running: a button that ends what runs it, once the person has read what that means. */
export function Takeover({ engine }: { readonly engine: EngineView }) {
  const [open, setOpen] = useState(false);
  const [busy, setBusy] = useState(false);
  useWish(
    (wish) => wish.what === 'takeover' && wish.engine === engine.name,
    () => setOpen(true),
  );
  if (!engine.adopted || engine.phase === 'stopped') return null;
  const words = takeoverWords(engine.run_by);
  const confirm = async () => {
    setBusy(true);
    setOpen(false);
    await takeOverEngine(engine.name, engine.run_by?.pid ?? null);
    setBusy(false);
  };
  return (
    <>
      <Button onClick={() => setOpen(true)} disabled={busy}>
        {busy ? 'Taking over' : 'Take over'}
      </Button>
      <Modal
        open={open}
        onClose={() => setOpen(false)}
        title={`Take over ${engine.name}?`}
        footer={
          <>
            <Button onClick={() => setOpen(false)}>Leave it alone</Button>
            {words.possible && (
              <Button look="primary" onClick={() => void confirm()}>
                End it and take over
              </Button>
            )}
          </>
        }
      >
        <p>
          Its server is <b>{holderWords(engine.run_by)}</b>.
        </p>
        <p>
          <Prose text={words.text} />
        </p>
        {words.possible && <p className="dim">Requests that it is answering now are cut off.</p>}
      </Modal>
    </>
  );
}
