import { isWeb, modifierName } from './bridge.ts';
import { keyWords, SHORTCUT_IDS, SHORTCUTS, WHERE, type Where } from './shortcuts.ts';
import { Modal } from './ui/modal.tsx';

/** All shortcuts, by where they work. */
export function ShortcutsDialog({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  return (
    <Modal open={open} onClose={onClose} title="Keyboard shortcuts" wide>
      <div className="shortcuts">
        {WHERE.map((where) => (
          <section key={where} aria-label={where}>
            <h3>{where}</h3>
            <dl>
              {of(where).map(({ id, key, what }) => (
                <div key={id}>
                  <dt>{what}</dt>
                  <dd>
                    <kbd>{keyWords(key, modifierName())}</kbd>
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Modal>
  );
}

/** A browser keeps for itself what the application menu would do. */
const of = (where: Where) =>
  SHORTCUT_IDS.map((id) => ({ id, by: undefined, ...SHORTCUTS[id] })).filter(
    (one) => one.where === where && !(one.by === 'app' && isWeb()),
  );
