import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { writeTrouble } from '../failures.ts';

/**
 * Replaces a file that only its owner may read, in one step: a reader sees the old content or the new, never a half,
 * and a crash leaves the old. Missing folders are made.
 * @throws CliError when it cannot be written
 */
export async function writePrivateFile(file: string, content: string): Promise<void> {
  const draft = `${file}.${randomUUID()}.tmp`;
  try {
    await mkdir(dirname(file), { recursive: true });
    const handle = await open(draft, 'wx', 0o600);
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw writeTrouble(file, error);
  }
}
