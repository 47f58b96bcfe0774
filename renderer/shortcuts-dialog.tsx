import { modifierName } from './bridge.ts';
import { Modal } from './ui/modal.tsx';

const SHORTCUTS: readonly (readonly [keys: readonly string[], what: string])[] = [
  [['mod 1 … 6'], 'Overview, Models, Engines, Requests, Playground, Config'],
  [['mod L'], 'Log of the selected engine'],
  [['mod F'], 'Filter the list or log, find in the YAML'],
  [['mod N'], 'New chat'],
  [['Enter', 'Shift Enter'], 'Send, new line'],
  [['Esc'], 'Stop the answer, close what is open'],
  [['mod S'], 'Apply the plan'],
  [['mod Shift D'], 'Compare with the saved file'],
  [['F8', 'Shift F8'], 'Next and previous problem in the YAML'],
  [['mod .'], 'Fix the problem at the cursor'],
  [['?'], 'This list'],
];

/** All shortcuts. */
export function ShortcutsDialog({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  return (
    <Modal open={open} onClose={onClose} title="Keyboard shortcuts">
      <dl className="shortcuts">
        {SHORTCUTS.map(([keys, what]) => (
          <div key={what} style={{ display: 'contents' }}>
            <dt>
              {keys.map((k) => (
                <kbd key={k}>{k.replace('mod', modifierName())}</kbd>
              ))}
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}
