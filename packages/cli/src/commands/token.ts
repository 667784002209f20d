import type { Command } from 'commander';
import type { Session } from '../terminal/terminal.ts';
import { addHelp } from './help.ts';
import { addDecode } from './token-decode.ts';
import { addMint } from './token-mint.ts';
import { addVerify } from './token-verify.ts';

export function addToken(program: Command, session: Session): void {
  const token = program.command('token').description('mint, decode and verify tokens');
  for (const add of [addMint, addDecode, addVerify]) add(token, session);
  addHelp(token);
}
