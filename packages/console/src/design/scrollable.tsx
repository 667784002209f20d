import type { ReactNode } from 'react';
import { classes } from './classes.ts';

interface ScrollableProps {
  readonly label: string;
  readonly className?: string;
  readonly children: ReactNode;
}

/** What may be wider or higher than its place: it can be scrolled with the keyboard, too. */
export function Scrollable({ label, className, children }: ScrollableProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: without a focus nobody scrolls it with the keyboard (WCAG 2.1.1)
    <section aria-label={label} tabIndex={0} className={classes('overflow-auto', className)}>
      {children}
    </section>
  );
}

/** Text to the letter: a key, a token, headers. */
export function Verbatim({ label, text, form }: { label: string; text: string; form?: string }) {
  return (
    <Scrollable label={label} className="mt-1 max-h-60 rounded bg-raised">
      <pre data-form={form} className="p-2 font-mono text-xs break-all whitespace-pre-wrap">
        {text}
      </pre>
    </Scrollable>
  );
}
