import { decodeEncryptedHeader, decodeUnverified, isEncrypted, TokenError } from '@portcullis/token';
import { CliError } from '../errors.ts';
import { factLines } from '../terminal/facts.ts';
import type { JsonOption, Session } from '../terminal/terminal.ts';
import { timeInWords } from './times.ts';
import { tokenInput } from './token-input.ts';

const WARNING =
  'NOTHING WAS VERIFIED: not the signature, not the issuer, not the time. Do not believe what this says.';

export async function decode(
  session: Session,
  argument: string | undefined,
  options: JsonOption,
): Promise<void> {
  const token = await tokenInput(session, argument);
  session.note(`portcullis: ${WARNING}`);
  if (isEncrypted(token)) return showEncrypted(session, token, options);
  const { header, claims } = orRefuse(() => decodeUnverified(token));
  if (options.json) return session.printJson({ verified: false, warning: WARNING, header, claims });
  const now = Date.now() / 1000;
  const table = (members: object) => factLines(members, '  ', (name, value) => timeInWords(name, value, now));
  session.print('Header', ...table(header), '', 'Claims', ...table(claims));
}

/** What it holds, only its recipient can read; its header is in the clear. */
function showEncrypted(session: Session, token: string, options: JsonOption): void {
  const header = orRefuse(() => decodeEncryptedHeader(token));
  if (options.json) {
    session.printJson({ verified: false, warning: WARNING, encrypted: true, header });
    return;
  }
  session.print('Header of an encrypted token', ...factLines(header, '  '));
  session.note(
    'portcullis: what it holds can be read with its recipient\'s key only; "portcullis token verify" uses those of the configuration',
  );
}

function orRefuse<T>(decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    if (!(error instanceof TokenError)) throw error;
    throw new CliError('refused', `this is not a token that can be shown: ${error.message}`);
  }
}
