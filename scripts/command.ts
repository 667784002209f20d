import { spawn } from 'node:child_process';
import { delimiter, dirname, join } from 'node:path';
import { ROOT } from './workspace.ts';

/** What a finished command left behind. */
export interface Outcome {
  /** The exit code; 128 when a signal ended it. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  readonly cwd?: string;
  /** Added to this process's environment; undefined removes a variable. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/**
 * Runs a command to its end and keeps what it prints. A code other than 0 is an answer, not an error.
 * The repository's own tools come first on PATH, so `node` is the version that the lock file names.
 */
export async function run(
  command: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<Outcome> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const child = spawn(command, args, {
    cwd: options.cwd ?? ROOT,
    env: { ...process.env, PATH: pathWithOwnTools(), ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const printed = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    printed.stderr += text;
  });
  child.on('error', reject);
  child.on('close', (code) => resolve(code ?? 128));
  return { code: await promise, ...printed };
}

/** Like {@link run}, but a code other than 0 is an error that carries everything the command printed. */
export async function mustRun(
  command: string,
  args: readonly string[],
  options?: CommandOptions,
): Promise<Outcome> {
  const outcome = await run(command, args, options);
  if (outcome.code === 0) return outcome;
  const printed = [outcome.stdout, outcome.stderr].filter((text) => text !== '').join('\n');
  throw new Error(`${command} ${args.join(' ')} ended with ${outcome.code}\n${printed}`);
}

/** PATH with the programs of this repository first: its Node, its compiler, its linter. */
export function pathWithOwnTools(): string {
  return [join(ROOT, 'node_modules', '.bin'), dirname(process.execPath), process.env['PATH'] ?? ''].join(
    delimiter,
  );
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
