import { type ComponentProps, type ReactNode, useId } from 'react';
import { classes } from './classes.ts';

const CONTROL =
  'w-full min-h-9 rounded-md border border-line-strong bg-surface px-2.5 py-1.5 text-sm text-text placeholder:text-soft aria-invalid:border-bad';

interface FieldProps {
  readonly label: string;
  /** A line below, for what the label does not say. */
  readonly hint?: ReactNode;
  readonly className?: string | undefined;
}

/** What a control needs to be known by its label, and described by its hint. */
interface Names {
  readonly id: string;
  readonly 'aria-describedby': string | undefined;
}

function Labelled({
  label,
  hint,
  className,
  control,
}: FieldProps & { control: (names: Names) => ReactNode }) {
  const id = useId();
  return (
    <div className={classes('min-w-0', className)}>
      <label htmlFor={id} className="mb-1 block text-[0.8125rem] font-medium text-soft">
        {label}
      </label>
      {control({ id, 'aria-describedby': hint ? `${id}h` : undefined })}
      {hint && (
        <div id={`${id}h`} className="mt-1 text-[0.8125rem] text-soft">
          {hint}
        </div>
      )}
    </div>
  );
}

/** A line of text with its label. */
export function TextField({ label, hint, className, ...rest }: FieldProps & ComponentProps<'input'>) {
  const control = (names: Names) => (
    <input className={CONTROL} autoComplete="off" spellCheck={false} {...names} {...rest} />
  );
  return <Labelled label={label} hint={hint} className={className} control={control} />;
}

/** Several lines of text with their label. */
export function TextArea({ label, hint, className, ...rest }: FieldProps & ComponentProps<'textarea'>) {
  const control = (names: Names) => (
    <textarea
      className={classes(CONTROL, 'font-mono text-[0.8125rem] leading-5')}
      autoComplete="off"
      spellCheck={false}
      {...names}
      {...rest}
    />
  );
  return <Labelled label={label} hint={hint} className={className} control={control} />;
}

/** One of several choices, with its label. */
export function Choice({ label, hint, className, ...rest }: FieldProps & ComponentProps<'select'>) {
  const control = (names: Names) => <select className={CONTROL} {...names} {...rest} />;
  return <Labelled label={label} hint={hint} className={className} control={control} />;
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
