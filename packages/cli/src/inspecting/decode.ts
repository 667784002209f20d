import { decodeUnverified, TokenError } from '@portcullis/token';
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
  const { header, claims } = decodeOrRefuse(await tokenInput(session, argument));
  session.note(`portcullis: ${WARNING}`);
  if (options.json) return session.printJson({ verified: false, warning: WARNING, header, claims });
  const now = Date.now() / 1000;
  const table = (members: object) => factLines(members, '  ', (name, value) => timeInWords(name, value, now));
  session.print('Header', ...table(header), '', 'Claims', ...table(claims));
}

function decodeOrRefuse(token: string): ReturnType<typeof decodeUnverified> {
  try {
    return decodeUnverified(token);
  } catch (error) {
    if (!(error instanceof TokenError)) throw error;
    throw new CliError('refused', `this is not a token that can be shown: ${error.message}`);
  }
}
