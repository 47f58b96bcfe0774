import { Checkbox as Box } from '@base-ui/react/checkbox';
import { Switch as Sliding } from '@base-ui/react/switch';
import { Check } from 'lucide-react';

interface Props {
  readonly label: string;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
  readonly disabled?: boolean;
}

/** On or off, at once. */
export function Switch({ label, checked, onChange, disabled = false }: Props) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: Base UI's Switch is the labelled control
    <label className="switch-label">
      {label}
      <Sliding.Root className="switch" checked={checked} onCheckedChange={onChange} disabled={disabled}>
        <Sliding.Thumb />
      </Sliding.Root>
    </label>
  );
}

/** Ticked or not; `label` is its accessible name, the visible words stand beside it. */
export function Checkbox({ label, checked, onChange, disabled = false }: Props) {
  return (
    <Box.Root
      className="checkbox"
      aria-label={label}
      checked={checked}
      onCheckedChange={onChange}
      disabled={disabled}
    >
      <Box.Indicator>
        <Check aria-hidden="true" />
      </Box.Indicator>
    </Box.Root>
  );
}
