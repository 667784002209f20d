import type { ReactNode } from 'react';
import { classes } from './classes.ts';

const TONES = {
  good: 'bg-good-soft text-good',
  bad: 'bg-bad-soft text-bad',
  warn: 'bg-warn-soft text-warn',
  note: 'bg-note-soft text-note',
  plain: 'bg-raised text-soft',
};

export type Tone = keyof typeof TONES;

/** A word or two that stand out. The tone never says anything that the words do not. */
export function Badge({ tone = 'plain', children }: { tone?: Tone; children: ReactNode }) {
  return (
    <span
      className={classes(
        'inline-block rounded px-1.5 py-0.5 text-xs font-semibold whitespace-nowrap',
        TONES[tone],
      )}
    >
      {children}
    </span>
  );
}

/** A message that belongs to what stands beside it. */
export function Notice({
  tone,
  children,
  role,
}: {
  tone: Tone;
  children: ReactNode;
  role?: 'status' | 'alert';
}) {
  return (
    <div role={role} className={classes('rounded-md px-3 py-2 text-sm break-words', TONES[tone])}>
      {children}
    </div>
  );
}
