import { readFile, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import {
  CONTENT_ENCRYPTIONS,
  type ContentEncryption,
  generateEncryptionKey,
  KEY_MANAGEMENT_ALGORITHMS,
  KeyError,
  type KeyManagementAlgorithm,
} from '@portcullis/token';
import { decryptionKeysFile } from '@portcullis/token/node';
import { CliError, systemCode } from '../errors.ts';
import { printable } from '../terminal/printable.ts';
import type { Session } from '../terminal/terminal.ts';
import { withLock } from './lock.ts';
import { writePrivateFile } from './write-private.ts';

export interface DecryptionKeyOptions {
  readonly file: string;
  readonly alg: string;
}

/** Of shared keys there is no public half that could be handed over. */
const PUBLIC_KEY_ALGORITHMS = KEY_MANAGEMENT_ALGORITHMS.filter((alg) => /^(?:RSA|ECDH)/.test(alg));
/** Whatever it is, a key pair fits it. */
const ANY_ENCRYPTION: ContentEncryption = 'A256GCM';

/** Adds a private key to the file that `decryption.jwksFile` names, and prints its public half for the issuer. */
export async function generateDecryptionKey(session: Session, options: DecryptionKeyOptions): Promise<void> {
  const alg = PUBLIC_KEY_ALGORITHMS.find((known) => known === options.alg);
  if (alg === undefined) {
    throw new CliError(
      'usage',
      `--alg ${printable(options.alg)} makes no key pair; choose one of ${PUBLIC_KEY_ALGORITHMS.join(', ')} (shared keys for dir and A…KW: openssl rand -base64 32)`,
    );
  }
  const file = resolve(session.terminal.cwd, options.file);
  await checkFolder(file);
  const { privateJwk, publicJwk } = await generateEncryptionKey(alg, ANY_ENCRYPTION);
  await withLock(file, async () => {
    const keys = [...(await keysIn(file)), privateJwk];
    await writePrivateFile(file, `${JSON.stringify({ keys }, null, 2)}\n`);
  });
  session.printJson({ keys: [publicJwk] });
  session.note(
    `portcullis: the private key is in ${file}; the issuer needs the public key above. In its entry under issuers:`,
    `  decryption: { algorithms: [${alg}], encryptions: [${ANY_ENCRYPTION}], jwksFile: ${printable(options.file)} }`,
  );
}

/** A slip in the path must not leave a private key somewhere. */
async function checkFolder(file: string): Promise<void> {
  const folder = dirname(file);
  const found = await stat(folder).catch(() => undefined);
  if (found?.isDirectory()) return;
  throw new CliError(
    'unavailable',
    `the folder ${folder} is not there; make it first, or name another --file`,
  );
}

/** The keys that are there already, which must all be usable. */
async function keysIn(file: string): Promise<readonly unknown[]> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  }
  await checkUsable(file);
  const value: { keys: readonly unknown[] } = JSON.parse(text);
  if (value.keys.length >= 4) {
    throw new CliError(
      'refused',
      `${file} holds 4 keys already; take out one that no issuer encrypts to any more`,
    );
  }
  return value.keys;
}

async function checkUsable(file: string): Promise<void> {
  const all: readonly KeyManagementAlgorithm[] = KEY_MANAGEMENT_ALGORITHMS;
  try {
    await decryptionKeysFile(file, { algorithms: all, encryptions: CONTENT_ENCRYPTIONS });
  } catch (error) {
    if (!(error instanceof KeyError)) throw error;
    throw new CliError('configuration', `no key can be added there: ${error.message}`);
  }
}
