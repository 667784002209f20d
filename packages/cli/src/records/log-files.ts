import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { PassThrough, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';

/**
 * A log file and what a rotation left beside it (`access.log.1`, `access.log-20261122.gz` …), the newest first.
 * Empty when there is none.
 */
export async function logFiles(file: string): Promise<readonly string[]> {
  const folder = dirname(file);
  const name = basename(file);
  const names = await readdir(folder).catch(() => []);
  const family = names.filter(
    (other) => other === name || (/^[.-]\d/.test(other.slice(name.length)) && other.startsWith(name)),
  );
  const dated = await Promise.all(family.map((other) => withAge(join(folder, other))));
  return dated
    .filter((found) => found !== undefined)
    .sort((a, b) => b.modified - a.modified)
    .map(({ path }) => path);
}

/** Undefined when a rotation took the file away in the meantime. */
async function withAge(path: string): Promise<{ path: string; modified: number } | undefined> {
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() || found?.isFIFO() ? { path, modified: found.mtimeMs } : undefined;
}

/** The content of a log file, decompressed when its name ends in `.gz`. */
export function openLog(file: string): Readable {
  const source = createReadStream(file, { highWaterMark: 256 * 1024 });
  if (!file.endsWith('.gz')) return source;
  const plain = new PassThrough();
  // An error of any part surfaces on the stream that is being read.
  pipeline(source, createGunzip(), plain).catch((error: Error) => plain.destroy(error));
  return plain;
}
