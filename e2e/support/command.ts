import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { PATIENCE } from './processes.ts';
import { PORTCULLIS } from './system.ts';

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs one `portcullis` command to its end; one that does not end in a minute is killed.
 *
 * @param env what its environment holds besides the test's own
 * @param input what its standard input holds
 */
export async function runPortcullis(
  args: readonly string[],
  cwd?: string,
  env: Readonly<Record<string, string>> = {},
  input = '',
): Promise<Outcome> {
  const child = spawn(process.execPath, [PORTCULLIS, ...args], {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.on('error', () => {}); // it may not want to read it
  child.stdin.end(input);
  const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE);
  const ended = new Promise<number | null>((done) => child.once('close', done));
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  clearTimeout(timer);
  return { code, stdout, stderr };
}
