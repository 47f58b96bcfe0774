import { Tooltip } from '@base-ui/react/tooltip';
import type { ReactElement } from 'react';

interface Props {
  readonly text: string;
  readonly side?: 'top' | 'bottom' | 'right';
  readonly children: ReactElement<Record<string, unknown>>;
}

/** Shows `text` beside its only child on hover and on keyboard focus. */
export function Tip({ text, side = 'bottom', children }: Props) {
  return (
    <Tooltip.Root>
      <Tooltip.Trigger render={children} />
      <Tooltip.Portal>
        <Tooltip.Positioner side={side} sideOffset={6} className="popup-place">
          <Tooltip.Popup className="tooltip">{text}</Tooltip.Popup>
        </Tooltip.Positioner>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}
