import './palette.css';
import { Autocomplete } from '@base-ui/react/autocomplete';
import { Dialog } from '@base-ui/react/dialog';
import { Search } from 'lucide-react';
import { useMemo, useState } from 'react';
import { modifierName } from '../bridge.ts';
import { keyWords } from '../shortcuts.ts';
import { useStack } from '../store.ts';
import { commandsOf } from './commands.ts';
import { type Hit, type HitGroup, search } from './search.ts';

/** Search for an action and run it. Focus returns to where it was, unless the action leads elsewhere. */
export function Palette({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  return (
    <Dialog.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="backdrop" />
        <Dialog.Popup className="dialog palette" aria-label="Actions">
          <List onClose={onClose} />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** Its own part, so that nothing is listed while it is closed. */
function List({ onClose }: { readonly onClose: () => void }) {
  const snapshot = useStack((s) => s);
  const [text, setText] = useState('');
  const commands = useMemo(() => commandsOf(snapshot), [snapshot]);
  const groups = useMemo(() => search(commands, text), [commands, text]);
  const run = ({ command }: Hit) => {
    onClose();
    command.run();
  };
  return (
    <Autocomplete.Root<readonly HitGroup[]>
      open
      inline
      items={groups}
      mode="none"
      itemToStringValue={(hit: Hit) => hit.command.title}
      value={text}
      onValueChange={(next, { reason }) => {
        // choosing a row would write its title into the field
        if (reason !== 'item-press') setText(next);
      }}
      autoHighlight="always"
      keepHighlight
    >
      <div className="palette-field">
        <Search className="icon" aria-hidden="true" />
        <Autocomplete.Input
          aria-label="Search or run any action"
          placeholder="Search or run any action"
          onKeyDown={(event) => {
            if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
              event.preventDefault();
              onClose();
            }
          }}
        />
        <kbd>Esc</kbd>
      </div>
      <Autocomplete.Status className="visually-hidden">{told(groups)}</Autocomplete.Status>
      {groups.length === 0 && <p className="palette-none dim">Nothing is called “{text.trim()}”.</p>}
      <Autocomplete.List className="palette-list scroll">
        {(group: HitGroup) => (
          <Autocomplete.Group key={group.name} items={group.items}>
            <Autocomplete.GroupLabel className="palette-group">{group.name}</Autocomplete.GroupLabel>
            <Autocomplete.Collection>
              {(hit: Hit) => (
                <Autocomplete.Item key={hit.command.id} value={hit} className="palette-row" onClick={() => run(hit)}>
                  <span className="cut">
                    {hit.title.map((piece, i) =>
                      // biome-ignore lint/suspicious/noArrayIndexKey: pieces have no identity but their place
                      piece.found ? <mark key={i}>{piece.text}</mark> : piece.text,
                    )}
                  </span>
                  <span className="dim small-text cut">{hit.command.about}</span>
                  {hit.command.key !== null && <kbd>{keyWords(hit.command.key, modifierName())}</kbd>}
                </Autocomplete.Item>
              )}
            </Autocomplete.Collection>
          </Autocomplete.Group>
        )}
      </Autocomplete.List>
    </Autocomplete.Root>
  );
}

function told(groups: readonly HitGroup[]): string {
  const many = groups.reduce((sum, { items }) => sum + items.length, 0);
  return many === 0 ? 'No action found' : many === 1 ? '1 action' : `${many} actions`;
}
