import { Button } from '../../design/button.tsx';
import type { Fault, Mend } from '../../engine/reading/faults.ts';
import { FAULTS } from '../../strings/faults.ts';

interface FaultListProps {
  readonly label: string;
  readonly faults: readonly Fault[];
  readonly onMend?: (mend: Mend) => void;
}

/** What is wrong, each with its place in the editor above, and a button where there is a sure mend. */
export function FaultList({ label, faults, onMend }: FaultListProps) {
  if (faults.length === 0) return null;
  return (
    <ul aria-label={label} className="mt-2 space-y-1.5">
      {faults.map(({ code, start, facts, mend }) => (
        <li
          key={`${code} ${start}`}
          data-fault={code}
          className="flex flex-wrap items-center gap-2 rounded-md bg-bad-soft px-2.5 py-1.5 text-sm text-bad"
        >
          <span className="min-w-0 flex-1 basis-52 break-words">{FAULTS[code].tell(facts)}</span>
          {mend && onMend && (
            <Button small onClick={() => onMend(mend)}>
              {FAULTS[code].mend ?? ''}
            </Button>
          )}
        </li>
      ))}
    </ul>
  );
}
