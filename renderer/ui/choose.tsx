import { Select } from '@base-ui/react/select';
import { Check, ChevronDown } from 'lucide-react';
import type { ReactNode } from 'react';
import { classes } from './button.tsx';

export interface Option<T extends string> {
  readonly value: T;
  readonly label: string;
  /** Stands at the right of the row: a state in words. */
  readonly aside?: ReactNode;
}

interface Props<T extends string> {
  /** Accessible name. */
  readonly label: string;
  readonly value: T | null;
  readonly options: readonly Option<T>[];
  readonly onChange: (value: T) => void;
  readonly placeholder?: string;
  readonly disabled?: boolean;
  readonly wrong?: boolean;
  readonly mono?: boolean;
  readonly width?: number;
}

/** A drop-down of one choice. */
export function Choose<T extends string>(props: Props<T>) {
  const {
    label,
    value,
    options,
    onChange,
    placeholder,
    disabled = false,
    wrong = false,
    mono = false,
    width,
  } = props;
  return (
    <Select.Root
      items={options.map((o) => ({ value: o.value, label: o.label }))}
      value={value}
      disabled={disabled}
      onValueChange={(next: T | null) => {
        if (next !== null) onChange(next);
      }}
    >
      <Select.Trigger
        className={classes('field chooser', wrong && 'wrong')}
        aria-label={label}
        style={width ? { width } : undefined}
      >
        <span className={classes('cut', mono && 'mono', value === null && 'dim')}>
          {options.find((o) => o.value === value)?.label ?? value ?? placeholder ?? ''}
        </span>
        <ChevronDown className="icon small" aria-hidden="true" />
      </Select.Trigger>
      <Select.Portal>
        <Select.Positioner className="popup-place" sideOffset={4} alignItemWithTrigger={false}>
          <Select.Popup className="popup" style={{ minWidth: 'var(--anchor-width)' }}>
            {options.map((option) => (
              <Select.Item key={option.value} value={option.value} className="choice">
                <Select.ItemIndicator className="tick">
                  <Check className="icon small" aria-hidden="true" />
                </Select.ItemIndicator>
                <Select.ItemText className={classes(mono && 'mono')}>{option.label}</Select.ItemText>
                {option.aside}
              </Select.Item>
            ))}
          </Select.Popup>
        </Select.Positioner>
      </Select.Portal>
    </Select.Root>
  );
}
