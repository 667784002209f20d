import type { ComponentProps } from 'react';
import { classes } from './classes.ts';

const LOOKS = {
  primary: 'bg-accent text-accent-text border-accent hover:brightness-110',
  plain: 'bg-surface text-text border-line-strong hover:bg-raised',
  quiet: 'bg-transparent text-accent border-transparent hover:bg-accent-soft',
};

interface ButtonProps extends ComponentProps<'button'> {
  readonly look?: keyof typeof LOOKS;
  readonly small?: boolean;
}

/** A button that does something on this page. */
export function Button({ look = 'plain', small = false, className, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      className={classes(
        'inline-flex items-center gap-1.5 rounded-md border font-medium disabled:cursor-not-allowed disabled:opacity-60',
        small ? 'min-h-6 px-2 py-0.5 text-[0.8125rem]' : 'min-h-9 px-3 py-1.5 text-sm',
        LOOKS[look],
        className,
      )}
      {...rest}
    />
  );
}
