import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { After } from './after.ts';
import { freePort } from './ports.ts';
import { PATIENCE } from './processes.ts';

/** The command as users run it. */
export const PORTCULLIS = join(
  dirname(fileURLToPath(import.meta.resolve('@portcullis/cli'))),
  '../bin/portcullis.js',
);

export interface System {
  readonly url: string;
  readonly adminUrl: string;
  /** Where the issuer listens, when there is one. */
  readonly issuerUrl: string;
  readonly folder: string;
  readonly configFile: string;
  readonly process: ChildProcess;
  /** Everything the process wrote to standard error so far. */
  errors(): string;
  /** The access log's records so far; the log is flushed several times a second. */
  log(): Record<string, unknown>[];
  /** The record of one request, once it is written. */
  record(requestId: string): Promise<Record<string, unknown>>;
  /** Replaces the configuration file, as an operator would. */
  rewrite(edit: (yaml: string) => string): void;
  /** Asks to stop and waits for the end; the exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
  /** Once it has ended: starts it in the same place. */
  startAgain(): Promise<void>;
}

/**
 * Starts `portcullis start` on free ports with the given configuration below `listen`, in a folder of its own,
 * and waits until it is ready. It ends with the test.
 *
 * @param yaml the configuration without `listen` and `log`, or what makes it of the URLs of issuer and gateway
 * @param files more files for the folder, by name
 * @param log more members of `log`, such as `, sample: 0.5`
 */
export async function startSystem(
  t: After,
  yaml: string | ((issuerUrl: string, gatewayUrl: string) => string),
  {
    files = {},
    env = {},
    log = '',
  }: { files?: Record<string, string>; env?: Record<string, string>; log?: string } = {},
): Promise<System> {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-e2e-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const [gateway, issuer, admin] = [await freePort(), await freePort(), await freePort()];
  const configFile = join(folder, 'portcullis.yaml');
  const head = `listen: { gateway: "127.0.0.1:${gateway}", issuer: "127.0.0.1:${issuer}", admin: "127.0.0.1:${admin}" }\nlog: { access: ./access.log${log} }\n`;
  const issuerUrl = `http://localhost:${issuer}`;
  writeFileSync(
    configFile,
    head + (typeof yaml === 'string' ? yaml : yaml(issuerUrl, `http://127.0.0.1:${gateway}`)),
  );
  let stderr = '';
  const spawned = (): { child: ChildProcess; exited: Promise<number | null> } => {
    const child = spawn(process.execPath, [PORTCULLIS, 'start', '--config', configFile], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    child.stdout.resume();
    return { child, exited: new Promise((done) => child.once('exit', (code) => done(code))) };
  };
  let running = spawned();

  const system: System = {
    url: `http://127.0.0.1:${gateway}`,
    adminUrl: `http://127.0.0.1:${admin}`,
    issuerUrl,
    folder,
    configFile,
    get process() {
      return running.child;
    },
    errors: () => stderr,
    log: () => readLines(join(folder, 'access.log')),
    async record(requestId) {
      for (let i = 0; i < 100; i += 1) {
        const found = system.log().find(({ id }) => id === requestId);
        if (found !== undefined) return found;
        await sleep(50);
      }
      throw new Error(`no access log record for ${requestId}`);
    },
    rewrite: (edit) => writeFileSync(configFile, edit(readFileSync(configFile, 'utf8'))),
    async stop(signal = 'SIGTERM') {
      const { child, exited } = running;
      child.kill(signal);
      const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE);
      const code = await exited;
      clearTimeout(timer);
      return code;
    },
    async startAgain() {
      running = spawned();
      await untilReady(system);
    },
  };
  t.after(async () => {
    await system.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  await untilReady(system);
  return system;
}

async function untilReady(system: System): Promise<void> {
  for (const deadline = Date.now() + PATIENCE; Date.now() < deadline; await sleep(50)) {
    if (system.process.exitCode !== null) throw new Error(`it ended at start:\n${system.errors()}`);
    const ready = await fetch(`${system.adminUrl}/readyz`).then(
      (response) => response.ok,
      () => false,
    );
    if (ready) return;
  }
  throw new Error(`not ready in time:\n${system.errors()}`);
}

function readLines(file: string): Record<string, unknown>[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return []; // nothing was logged yet
  }
  const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line));
}
