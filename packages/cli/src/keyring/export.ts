import { CliError } from '../errors.ts';
import type { Session } from '../terminal/terminal.ts';
import { privatePem, publicPem } from './public-part.ts';
import { chooseKey, publicJwks } from './ring.ts';
import type { RingOptions } from './which-ring.ts';
import { openRing } from './which-ring.ts';

export interface ExportOptions extends RingOptions {
  readonly kid?: string;
  readonly public?: KeyFormat | true;
  readonly private?: KeyFormat | true;
}

export type KeyFormat = 'jwks' | 'pem';

export async function exportKeys(session: Session, options: ExportOptions): Promise<void> {
  if (options.private !== undefined) return exportPrivate(session, options);
  const ring = await openRing(session, options);
  const keys = options.kid === undefined ? ring.keys : [chooseKey(ring, options.kid)];
  if (options.public === 'pem') session.print(...keys.map((key) => publicPem(key).trimEnd()));
  else session.printJson(publicJwks(keys));
}

async function exportPrivate(session: Session, options: ExportOptions): Promise<void> {
  if (options.kid === undefined) {
    throw new CliError(
      'usage',
      '--private prints one key, named with --kid; "portcullis keys list" shows the names',
    );
  }
  const key = chooseKey(await openRing(session, options), options.kid);
  session.note('portcullis: warning: this is a PRIVATE key; whoever reads it can make tokens');
  if (options.private === 'pem') session.print(privatePem(key).trimEnd());
  else session.printJson({ keys: [key] });
}
