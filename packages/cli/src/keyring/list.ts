import { loadConfiguration } from '../configuration/load.ts';
import { locateConfiguration } from '../configuration/locate.ts';
import { columns } from '../terminal/columns.ts';
import { printable } from '../terminal/printable.ts';
import type { JsonOption, Session } from '../terminal/terminal.ts';
import { listIssuerKeys } from './issuer-ring.ts';
import type { RingOptions } from './which-ring.ts';
import { openRing } from './which-ring.ts';

export async function list(session: Session, options: RingOptions & JsonOption): Promise<void> {
  if (options.ring === undefined && (await hasStore(session, options)))
    return listIssuerKeys(session, options);
  const { file, keys } = await openRing(session, options);
  const rows = keys.map(({ kid, alg }, index) => ({ kid, alg, signs: index === keys.length - 1 }));
  if (options.json) return session.printJson({ ring: file, keys: rows });
  const table = rows.map(({ kid, alg, signs }) => [printable(kid), alg, signs ? 'signs' : 'published']);
  session.print(...columns([['KID', 'ALG', 'USE'], ...table]));
}

async function hasStore(session: Session, options: RingOptions): Promise<boolean> {
  const file = locateConfiguration(options.config, session.terminal);
  return (
    file !== undefined && (await loadConfiguration(file, session.terminal.env)).config.store !== undefined
  );
}
