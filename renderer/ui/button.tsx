import type { ComponentPropsWithRef, ReactNode } from 'react';
import { Tip } from './tip.tsx';

type Look = 'plain' | 'primary' | 'ghost';

interface Props extends Omit<ComponentPropsWithRef<'button'>, 'type'> {
  readonly look?: Look;
  readonly size?: 'little' | 'large' | undefined;
  /** Sends its form; a button does nothing but what it is clicked for otherwise. */
  readonly type?: 'submit';
}

/** A button with words. Verb first. */
export function Button({ look = 'plain', size, className, children, ...rest }: Props) {
  return (
    <button type="button" className={classes('button', look, size, className)} {...rest}>
      {children}
    </button>
  );
}

interface IconProps extends Props {
  /** Its accessible name and its tooltip. */
  readonly name: string;
  readonly children: ReactNode;
}

/** A button that is only an icon: always with a name and a tooltip. */
export function IconButton({ name, look = 'ghost', size, className, ...rest }: IconProps) {
  return (
    <Tip text={name}>
      <button
        type="button"
        aria-label={name}
        className={classes('button', 'icon-only', look, size, className)}
        {...rest}
      />
    </Tip>
  );
}

/** Joins what is set. */
export const classes = (...names: readonly (string | false | null | undefined)[]): string =>
  names.filter((n) => n && n !== 'plain').join(' ');
