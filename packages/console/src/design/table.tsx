import type { ReactNode } from 'react';
import { classes } from './classes.ts';
import { Scrollable } from './scrollable.tsx';

interface TableProps {
  readonly label: string;
  readonly heads: readonly string[];
  /** On a phone each row becomes a card: its cells below each other, without the heads. */
  readonly cards?: boolean;
  readonly className?: string;
  readonly children: ReactNode;
}

/** Rows of facts, which may be wider than their place. */
export function Table({ label, heads, cards = false, className, children }: TableProps) {
  return (
    <Scrollable label={label} {...(className !== undefined && { className })}>
      <table className={classes('w-full text-left text-sm', cards && 'cards')}>
        <thead>
          <tr className="text-[0.8125rem] text-soft">
            {heads.map((head) => (
              <th key={head} className="py-1 pr-3 font-medium">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </Scrollable>
  );
}
