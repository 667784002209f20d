import { readFile, stat } from 'node:fs/promises';

/** Longest PEM file, in bytes: a bundle of all public authorities takes a fifth of it. */
const LONGEST_FILE = 1024 * 1024;

const WHY: Readonly<Record<string, string>> = {
  ENOENT: 'it is not there',
  ENOTDIR: 'it is not there',
  EISDIR: 'it is a folder',
  EACCES: 'this user may not read it',
};

/** A file of certificates or keys that cannot be used. The message names the file, and never what is in it. */
export class TlsFileError extends Error {
  override readonly name = 'TlsFileError';
  /** The configuration key that names the file. */
  readonly key: TlsFileKey;

  constructor(key: TlsFileKey, file: string, why: string) {
    super(`${file} cannot be used: ${why}`);
    this.key = key;
  }
}

export type TlsFileKey = 'cert' | 'key' | 'ca';

/** @throws TlsFileError */
export async function readPemFile(key: TlsFileKey, file: string): Promise<string> {
  let text: string;
  try {
    const { size } = await stat(file);
    if (size > LONGEST_FILE) throw new TlsFileError(key, file, 'it is longer than 1 MiB');
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof TlsFileError) throw error;
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    throw new TlsFileError(key, file, WHY[code] ?? `it cannot be read (${code})`);
  }
  if (!text.includes('-----BEGIN ')) throw new TlsFileError(key, file, 'it holds no PEM');
  return text;
}
