import { type ComponentProps, type ReactNode, useId } from 'react';
import { classes } from './classes.ts';

const CONTROL =
  'w-full min-h-9 rounded-md border border-line-strong bg-surface px-2.5 py-1.5 text-sm text-text placeholder:text-soft aria-invalid:border-bad';

interface FieldProps {
  readonly label: string;
  /** A line below, for what the label does not say. */
  readonly hint?: ReactNode;
  readonly className?: string;
}

/** A line of text with its label. */
export function TextField({ label, hint, className, ...rest }: FieldProps & ComponentProps<'input'>) {
  const id = useId();
  return (
    <div className={classes('min-w-0', className)}>
      <label htmlFor={id} className="mb-1 block text-[0.8125rem] font-medium text-soft">
        {label}
      </label>
      <input
        id={id}
        className={CONTROL}
        autoComplete="off"
        spellCheck={false}
        aria-describedby={hint ? `${id}h` : undefined}
        {...rest}
      />
      {hint && (
        <p id={`${id}h`} className="mt-1 text-[0.8125rem] text-soft">
          {hint}
        </p>
      )}
    </div>
  );
}

/** Several lines of text with their label. */
export function TextArea({ label, hint, className, ...rest }: FieldProps & ComponentProps<'textarea'>) {
  const id = useId();
  return (
    <div className={classes('min-w-0', className)}>
      <label htmlFor={id} className="mb-1 block text-[0.8125rem] font-medium text-soft">
        {label}
      </label>
      <textarea
        id={id}
        className={classes(CONTROL, 'font-mono text-[0.8125rem] leading-5')}
        autoComplete="off"
        spellCheck={false}
        aria-describedby={hint ? `${id}h` : undefined}
        {...rest}
      />
      {hint && (
        <div id={`${id}h`} className="mt-1 text-[0.8125rem] text-soft">
          {hint}
        </div>
      )}
    </div>
  );
}

/** One of several choices, with its label. */
export function Choice({ label, hint, className, children, ...rest }: FieldProps & ComponentProps<'select'>) {
  const id = useId();
  return (
    <div className={classes('min-w-0', className)}>
      <label htmlFor={id} className="mb-1 block text-[0.8125rem] font-medium text-soft">
        {label}
      </label>
      <select id={id} className={CONTROL} aria-describedby={hint ? `${id}h` : undefined} {...rest}>
        {children}
      </select>
      {hint && (
        <p id={`${id}h`} className="mt-1 text-[0.8125rem] text-soft">
          {hint}
        </p>
      )}
    </div>
  );
}

/** A choice of yes or no. */
export function Checkbox({
  label,
  className,
  ...rest
}: { label: string } & Omit<ComponentProps<'input'>, 'type'>) {
  return (
    <label className={classes('flex min-h-6 items-center gap-2 text-sm', className)}>
      <input type="checkbox" className="size-4 accent-accent" {...rest} />
      {label}
    </label>
  );
}
