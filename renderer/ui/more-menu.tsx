import { Menu } from '@base-ui/react/menu';
import { Check, Ellipsis } from 'lucide-react';
import type { ReactElement } from 'react';
import { IconButton } from './button.tsx';

export interface MenuEntry {
  readonly label: string;
  readonly run: () => void;
  /** Set for entries of a choice: whether it is the present one. */
  readonly ticked?: boolean;
}

interface Props {
  /** Accessible name of the button. */
  readonly name: string;
  readonly entries: readonly MenuEntry[];
  readonly size?: 'little';
  /** Another button than the three dots. */
  readonly button?: ReactElement<Record<string, unknown>>;
  readonly side?: 'bottom' | 'top' | 'right';
}

/** A button that opens a menu of actions. */
export function MoreMenu({ name, entries, size, button, side = 'bottom' }: Props) {
  return (
    <Menu.Root>
      <Menu.Trigger
        render={
          button ?? (
            <IconButton name={name} size={size}>
              <Ellipsis className="icon" aria-hidden="true" />
            </IconButton>
          )
        }
      />
      <Menu.Portal>
        <Menu.Positioner className="popup-place" sideOffset={4} side={side} align="end">
          <Menu.Popup className="popup">
            {entries.map((entry) => (
              <Menu.Item key={entry.label} className="choice" onClick={entry.run}>
                {entry.ticked === true && (
                  <span className="tick">
                    <Check className="icon small" aria-hidden="true" />
                  </span>
                )}
                {entry.label}
                {entry.ticked === true && <span className="visually-hidden">, chosen</span>}
              </Menu.Item>
            ))}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}
