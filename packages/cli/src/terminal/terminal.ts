import type { Writable } from 'node:stream';
import { printableJson } from './printable.ts';

export interface JsonOption {
  readonly json?: boolean;
}

/** Where a command reads and writes. Tests hand in their own. */
export interface Terminal {
  readonly stdin: AsyncIterable<string | Uint8Array> & { readonly isTTY?: boolean };
  readonly stdout: Writable;
  readonly stderr: Writable;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}

/** One run of the command: its terminal, and the exit code it is going to end with. */
export class Session {
  readonly terminal: Terminal;
  exitCode = 0;
  /** Which configuration was chosen without being named, and why: "./portcullis.yaml, found in this folder". */
  configuration: string | undefined;

  constructor(terminal: Terminal) {
    this.terminal = terminal;
  }

  /** Writes lines of data to stdout. */
  print(...lines: readonly string[]): void {
    this.terminal.stdout.write(`${lines.join('\n')}\n`);
  }

  printJson(value: unknown): void {
    this.print(printableJson(value));
  }

  /** Writes lines about the run to stderr, where they do not mix with data. */
  note(...lines: readonly string[]): void {
    this.terminal.stderr.write(`${lines.join('\n')}\n`);
  }
}

/** The terminal of this process. */
export function processTerminal(): Terminal {
  return {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    cwd: process.cwd(),
  };
}
