import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { After } from './after.ts';
import { freePort } from './ports.ts';

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
