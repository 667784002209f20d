import { locateTokens } from '@portcullis/token/inspect';
import { CliError } from '../errors.ts';
import { readInput } from '../terminal/input.ts';
import type { Session } from '../terminal/terminal.ts';

/**
 * The token named on the command line, or else the one on stdin.
 * @throws CliError when there is none
 */
export async function tokenInput(session: Session, argument: string | undefined): Promise<string> {
  const text = argument === undefined || argument === '-' ? await fromStdin(session) : argument;
  const { token, removed, count } = cleanToken(text);
  if (token === '') throw new CliError('usage', 'no token was given; pass it as the argument or on stdin');
  if (count > 1) session.note(`portcullis: note: there are ${count} tokens in this; the first is looked at`);
  else if (removed)
    session.note('portcullis: note: what surrounded the token was removed; a gateway would not do that');
  return token;
}

async function fromStdin(session: Session): Promise<string> {
  if (session.terminal.stdin.isTTY) session.note('Paste the token, then press Enter and Ctrl-D.');
  return readInput(session.terminal);
}

/** Finds the token in what was pasted: a header, a curl command, a cookie, a URL, a response; the first of several. */
export function cleanToken(text: string): { token: string; removed: boolean; count: number } {
  const trimmed = text.trim();
  const located = locateTokens(trimmed);
  const [first] = located;
  const found = first === undefined ? unwrapped(trimmed) : trimmed.slice(first.start, first.end);
  const token = found.replace(/\s+/g, '');
  return { token, removed: token !== trimmed, count: located.length };
}

/** What does not look like a token is judged as it is, without what commonly stands around one. */
function unwrapped(text: string): string {
  return text
    .replace(/^['"`\s]+/, '')
    .replace(/^authorization\s*:\s*/i, '')
    .replace(/^bearer\s+/i, '')
    .replace(/^["'`]+|["'`,;\s]+$/g, '');
}
