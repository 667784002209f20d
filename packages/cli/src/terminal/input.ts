import { CliError } from '../errors.ts';
import type { Terminal } from './terminal.ts';

const MAX_INPUT = 256 * 1024;

/**
 * Reads all of stdin as text.
 * @throws CliError after 256 KiB: nothing this command reads is that long
 */
export async function readInput(terminal: Terminal): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of terminal.stdin) {
    text += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
    if (text.length > MAX_INPUT)
      throw new CliError('usage', 'stdin holds more than 256 KiB; a token is expected');
  }
  return text + decoder.decode();
}
