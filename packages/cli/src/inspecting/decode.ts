import { decodeEncryptedHeader, decodeUnverified, isEncrypted } from '@portcullis/token';
import { factLines } from '../terminal/facts.ts';
import type { JsonOption, Session } from '../terminal/terminal.ts';
import { readable } from './readable.ts';
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
  const { header, claims } = readable(() => decodeUnverified(token), 'refused');
  if (options.json) return session.printJson({ verified: false, warning: WARNING, header, claims });
  const now = Date.now() / 1000;
  const table = (members: object) => factLines(members, '  ', (name, value) => timeInWords(name, value, now));
  session.print('Header', ...table(header), '', 'Claims', ...table(claims));
}

/** What it holds, only its recipient can read; its header is in the clear. */
function showEncrypted(session: Session, token: string, options: JsonOption): void {
  const header = readable(() => decodeEncryptedHeader(token), 'refused');
  if (options.json) {
    session.printJson({ verified: false, warning: WARNING, encrypted: true, header });
    return;
  }
  session.print('Header of an encrypted token', ...factLines(header, '  '));
  session.note(
    'portcullis: what it holds can be read with its recipient\'s key only; "portcullis token verify" uses those of the configuration',
  );
}
