import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { requireDebian } from './debian.ts';

/** The colours of its output. */
const COLOURS = new RegExp(`${String.fromCharCode(27)}\\[[\\d;]*m`, 'g');

/**
 * Runs Debian's slowhttptest to its end. It stops by itself after `-l` seconds, or when the last of its connections was
 * closed on it.
 *
 * @param options as on its command line, without the URL
 * @returns what it printed, without colours
 */
export async function slowhttptest(url: string, options: readonly string[]): Promise<string> {
  requireDebian(['slowhttptest']);
  const child = spawn('slowhttptest', [...options, '-u', url], { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<number | null>((done, fail) => child.once('close', done).once('error', fail));
  const [told, complaint, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  const output = told.replace(COLOURS, '');
  if (code !== 0) throw new Error(`slowhttptest ended with ${code}:\n${complaint}\n${output.slice(-2000)}`);
  return output;
}
