import { columns } from '../terminal/columns.ts';
import { printable } from '../terminal/printable.ts';
import type { JsonOption, Session } from '../terminal/terminal.ts';
import type { RingOptions } from './which-ring.ts';
import { openRing } from './which-ring.ts';

export async function list(session: Session, options: RingOptions & JsonOption): Promise<void> {
  const { file, keys } = await openRing(session, options);
  const rows = keys.map(({ kid, alg }, index) => ({ kid, alg, signs: index === keys.length - 1 }));
  if (options.json) return session.printJson({ ring: file, keys: rows });
  const table = rows.map(({ kid, alg, signs }) => [printable(kid), alg, signs ? 'signs' : 'published']);
  session.print(...columns([['KID', 'ALG', 'USE'], ...table]));
}
