import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type DemoPorts, demoConfiguration } from '../templates/demo-configuration.ts';
import { cleanEnvironment, freePorts, MAIN } from './portcullis.ts';

export interface RunningDemo {
  readonly ports: DemoPorts;
  readonly child: ChildProcess;
  /** What it has printed so far, on both streams. */
  printed(): string;
  /** Resolves with the exit code. */
  readonly ended: Promise<number | null>;
}

/** Writes the demo's configuration with free ports, as a user who edited it would have it. */
export async function writeDemo(folder: string): Promise<DemoPorts> {
  const [gateway = 0, issuer = 0, admin = 0, api = 0] = await freePorts(4);
  const ports = { gateway, issuer, admin, api };
  await mkdir(join(folder, 'data/demo'), { recursive: true });
  await writeFile(join(folder, 'data/demo/portcullis.yaml'), demoConfiguration(ports));
  return ports;
}

/** Starts the demo and waits until it says that it runs. */
export async function startDemo(t: TestContext, folder: string): Promise<RunningDemo> {
  const ports = await writeDemo(folder);
  const child = spawn(process.execPath, [MAIN, 'start', '--demo'], { cwd: folder, env: cleanEnvironment() });
  t.after(() => child.kill('SIGKILL'));
  let printed = '';
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const running = new Promise<void>((resolve, reject) => {
    const take = (chunk: Buffer) => {
      printed += chunk.toString();
      if (printed.includes('Ctrl-C stops everything.')) resolve();
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.once('close', () => reject(new Error(`the demo ended:\n${printed}`)));
  });
  await running;
  return { ports, child, printed: () => printed, ended };
}

/** A token for the demo's own client, as its tour fetches it. */
export async function demoToken(folder: string, { issuer }: DemoPorts, scope: string): Promise<string> {
  const secret = await readFile(join(folder, 'data/demo/demo-client-secret'), 'utf8');
  const response = await fetch(`http://127.0.0.1:${issuer}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`demo:${secret}`)}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope }),
  });
  const answer: unknown = await response.json();
  if (typeof answer === 'object' && answer !== null && 'access_token' in answer)
    return String(answer.access_token);
  throw new Error(`no token: ${JSON.stringify(answer)}`);
}
