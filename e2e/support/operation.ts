import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { After } from './after.ts';
import { freePort } from './ports.ts';
import { PORTCULLIS } from './system.ts';

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs one `portcullis` command to its end. */
export async function runPortcullis(args: readonly string[], cwd?: string): Promise<Outcome> {
  const child = spawn(process.execPath, [PORTCULLIS, ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), 30_000);
  const code = await new Promise<number | null>((done) => child.once('close', (status) => done(status)));
  clearTimeout(timer);
  return { code, stdout, stderr };
}

/** A folder of its own for the test, with these files. */
export function folderWith(t: After, files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-operation-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

/** A `listen` section on free ports, and where the gateway then is. */
export async function freeListen(): Promise<{ listen: string; url: string; adminUrl: string }> {
  const [gateway, issuer, admin] = [await freePort(), await freePort(), await freePort()];
  return {
    listen: `listen: { gateway: "127.0.0.1:${gateway}", issuer: "127.0.0.1:${issuer}", admin: "127.0.0.1:${admin}" }\n`,
    url: `http://127.0.0.1:${gateway}`,
    adminUrl: `http://127.0.0.1:${admin}`,
  };
}
