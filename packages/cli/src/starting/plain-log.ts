import type { SupervisorLog } from '@portcullis/gateway';
import { printable } from '../terminal/printable.ts';
import type { Session } from '../terminal/terminal.ts';

/** What the supervisor says, for a person at a terminal: `portcullis: configuration reloaded (revision 2)`. */
export function plainLog(session: Session): SupervisorLog {
  return {
    // That it listens is told by the demo itself, with commands to paste.
    info: (facts, message) => {
      if (message !== 'gateway listening') session.note(line(facts, message));
    },
    warn: (facts, message) => session.note(line(facts, message)),
    error: (facts, message) => session.note(line(facts, message)),
  };
}

function line(facts: object, message: string): string {
  const told = Object.entries(facts)
    .filter(([name]) => name !== 'file')
    .map(([name, value]) => `${name} ${printable(String(value))}`);
  return `portcullis: ${message}${told.length === 0 ? '' : ` (${told.join(', ')})`}`;
}
