import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { KeyError } from '../errors.ts';
import { type DecryptionKeys, type DecryptionKeysOptions, decryptionKeys } from '../jwe/decryption-keys.ts';
import { type JsonObject, parseStrictObjectText, StrictJsonError } from '../jws/strict-json.ts';
import type { KeySource } from '../keys/key-source.ts';
import { jwksKeys, pemKeys, type StaticKeysOptions } from '../keys/static-keys.ts';
import { refuseJwks, refuseLoneJwk, refusePem } from './file-kind.ts';
import { type KeyFileOptions, watchKeys } from './watched-keys.ts';

/** Longest file of keys, in bytes. */
const LONGEST_FILE = 1024 * 1024;

/** What an operator makes of the codes of the operating system. */
const WHY: Readonly<Record<string, string>> = {
  ENOENT: 'is not there',
  ENOTDIR: 'is not there',
  EISDIR: 'is a folder',
  EACCES: 'may not be read by this user',
  EPERM: 'may not be read by this user',
};

/**
 * A JSON Web Key Set in a file, read now and again whenever the file changes. A key that is taken out is not trusted any
 * more; a file that cannot be used changes nothing. `close()` ends the watching.
 *
 * @throws {KeyError} when the file cannot be read now (with its full path), or for a key that may not be used
 * @throws {PolicyError} when the algorithms are missing or HMAC
 */
export function jwksFile(path: string, options: KeyFileOptions): Promise<KeySource> {
  const file = resolve(path);
  return watchKeys(file, () => readJwks(file, options), options);
}

/**
 * Public keys or certificates in a PEM file, read now and again whenever the file changes, as with `jwksFile`.
 *
 * @throws {KeyError} when the file cannot be read now (with its full path), or for a key that may not be used
 * @throws {PolicyError} when the algorithms are missing or HMAC
 */
export function pemFile(
  path: string,
  options: KeyFileOptions & { readonly kid?: string },
): Promise<KeySource> {
  const file = resolve(path);
  return watchKeys(file, () => readPem(file, options), options);
}

/**
 * Private keys of ours in a JSON Web Key Set file, for tokens that are encrypted to us. Read once.
 *
 * @throws {KeyError} when the file cannot be read (with its full path), or for a key that may not be used
 * @throws {PolicyError} when the algorithms or encryptions are missing
 */
export async function decryptionKeysFile(
  path: string,
  options: DecryptionKeysOptions,
): Promise<DecryptionKeys> {
  const file = resolve(path);
  return inFile(file, decryptionKeys(parseObject(await read(file), file), options));
}

async function readJwks(file: string, options: StaticKeysOptions): Promise<KeySource> {
  const text = await read(file);
  refusePem(text, file);
  const value = parseObject(text, file);
  refuseLoneJwk(value, file);
  return inFile(file, jwksKeys(value, options));
}

async function readPem(
  file: string,
  options: StaticKeysOptions & { readonly kid?: string },
): Promise<KeySource> {
  const text = await read(file);
  refuseJwks(text, file);
  return inFile(file, pemKeys(text, options));
}

function parseObject(text: string, path: string): JsonObject {
  try {
    return parseStrictObjectText(text);
  } catch (error) {
    if (!(error instanceof StrictJsonError)) throw error;
    throw new KeyError('key_set_malformed', { about: `${path}: ${error.reason}` });
  }
}

async function read(path: string): Promise<string> {
  try {
    const { size } = await stat(path);
    if (size > LONGEST_FILE)
      throw new KeyError('key_file_unreadable', { about: `${path}: longer than 1 MiB` });
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof KeyError) throw error;
    const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
    throw new KeyError('key_file_unreadable', {
      about: `${path} ${(typeof code === 'string' && WHY[code]) || `cannot be opened: ${String(code)}`}`,
    });
  }
}

/** Adds the path to whatever is wrong with the keys inside. */
async function inFile<Keys>(path: string, keys: Promise<Keys>): Promise<Keys> {
  try {
    return await keys;
  } catch (error) {
    if (!(error instanceof KeyError)) throw error;
    throw new KeyError(error.code, {
      about: error.about === '' ? path : `${path}: ${error.about}`,
      kid: error.kid,
    });
  }
}
