import { readFile, stat } from 'node:fs/promises';
import { type Algorithm, generateKey, isAlgorithm, type PrivateJwk } from '@portcullis/token';
import { CliError, messageOf, systemCode } from '../errors.ts';
import { printable } from '../terminal/printable.ts';
import { withLock } from './lock.ts';
import { publicJwk } from './public-part.ts';
import { writePrivateFile } from './write-private.ts';

/** The development key ring: private keys in a file of their own, the oldest first. The last one signs. */
export interface Ring {
  readonly file: string;
  readonly keys: readonly PrivateJwk[];
}

/**
 * Reads a ring.
 * @throws CliError when the file is missing, unreadable or no ring; the message never quotes its content
 */
export async function readRing(file: string): Promise<Ring> {
  const ring = await readRingIfThere(file);
  if (ring !== undefined) return ring;
  throw new CliError(
    'configuration',
    `no key ring at ${file}; make one with "npx portcullis keys generate --ring ${file}"`,
  );
}

/**
 * Adds a new key, which signs from now on; makes the ring when there is none. Of commands that do so at once, one
 * goes after the other.
 * @throws CliError when the kid is taken, or the ring cannot be read, written, or had to oneself
 */
export async function addKey(file: string, alg: Algorithm, kid?: string): Promise<PrivateJwk> {
  const { privateJwk } = await generateKey(alg, kid === undefined ? {} : { kid });
  return withLock(file, async () => {
    const keys = (await readRingIfThere(file))?.keys ?? [];
    if (keys.some((key) => key.kid === privateJwk.kid)) {
      throw new CliError(
        'refused',
        `the ring ${file} has a key with the kid ${privateJwk.kid} already; choose another`,
      );
    }
    await writePrivateFile(file, `${JSON.stringify({ keys: [...keys, privateJwk] }, null, 2)}\n`);
    return privateJwk;
  });
}

/**
 * The key with this kid, or the one that signs when none is named.
 * @throws CliError when the ring has no such key
 */
export function chooseKey(ring: Ring, kid: string | undefined): PrivateJwk {
  const key = kid === undefined ? ring.keys.at(-1) : ring.keys.find((candidate) => candidate.kid === kid);
  if (key !== undefined) return key;
  const kids = ring.keys.map((candidate) => candidate.kid).join(', ');
  throw new CliError('notFound', `the ring ${ring.file} has no key with the kid ${kid}; it has: ${kids}`);
}

/** The public keys, as an issuer publishes them (RFC 7517 §5). */
export function publicJwks(keys: readonly PrivateJwk[]): { keys: ReturnType<typeof publicJwk>[] } {
  return { keys: keys.map(publicJwk) };
}

/** Can anyone but its owner read the ring? Always false where files have no such permissions. */
export async function isReadableByOthers(file: string): Promise<boolean> {
  return process.platform !== 'win32' && ((await stat(file)).mode & 0o077) !== 0;
}

async function readRingIfThere(file: string): Promise<Ring | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw new CliError('configuration', `the key ring ${file} cannot be read: ${messageOf(error)}`);
  }
  return { file, keys: parseRing(text, file) };
}

function parseRing(text: string, file: string): readonly PrivateJwk[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw badRing(file, 'it is not JSON');
  }
  const keys = typeof value === 'object' && value !== null && 'keys' in value ? value.keys : undefined;
  if (!Array.isArray(keys) || keys.length === 0)
    throw badRing(file, 'it is not {"keys": […]} with at least one key');
  const seen = new Set<string>();
  return keys.map((key: unknown, index) => {
    if (!isSigningJwk(key))
      throw badRing(file, `keys[${index}] needs kty, kid, a known alg and its private part`);
    if (seen.has(key.kid)) throw badRing(file, `two of its keys have the kid ${printable(key.kid)}`);
    seen.add(key.kid);
    if (!derives(key)) throw badRing(file, `keys[${index}] (${printable(key.kid)}) is damaged`);
    return key;
  });
}

function isSigningJwk(value: unknown): value is PrivateJwk {
  if (typeof value !== 'object' || value === null) return false;
  const { kty, kid, alg, d, priv } = value as Readonly<Record<string, unknown>>;
  const named = typeof kty === 'string' && typeof kid === 'string' && kid !== '';
  return named && isAlgorithm(alg) && kty !== 'oct' && (typeof d === 'string' || typeof priv === 'string');
}

function derives(key: PrivateJwk): boolean {
  try {
    publicJwk(key);
    return true;
  } catch {
    return false;
  }
}

function badRing(file: string, why: string): CliError {
  return new CliError('configuration', `the key ring ${file} is not usable: ${why}`);
}
