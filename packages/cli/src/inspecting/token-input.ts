import { CliError } from '../errors.ts';
import { readInput } from '../terminal/input.ts';
import type { Session } from '../terminal/terminal.ts';

/**
 * The token named on the command line, or else the one on stdin.
 * @throws CliError when there is none
 */
export async function tokenInput(session: Session, argument: string | undefined): Promise<string> {
  const text = argument === undefined || argument === '-' ? await fromStdin(session) : argument;
  const { token, removed } = cleanToken(text);
  if (token === '') throw new CliError('usage', 'no token was given; pass it as the argument or on stdin');
  if (removed)
    session.note('portcullis: note: what surrounded the token was removed; a gateway would not do that');
  return token;
}

async function fromStdin(session: Session): Promise<string> {
  if (session.terminal.stdin.isTTY) session.note('Paste the token, then press Enter and Ctrl-D.');
  return readInput(session.terminal);
}

/** Takes off what comes along when a token is pasted: a header name, the scheme, quotes, line breaks. */
export function cleanToken(text: string): { token: string; removed: boolean } {
  const trimmed = text.trim();
  const token = trimmed
    .replace(/^['"`\s]+/, '')
    .replace(/^authorization\s*:\s*/i, '')
    .replace(/^bearer\s+/i, '')
    .replace(/^["'`]+|["'`,;\s]+$/g, '')
    .replace(/\s+/g, '');
  return { token, removed: token !== trimmed };
}
