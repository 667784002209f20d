import { createHash, randomBytes } from 'node:crypto';
import { CompactEncrypt, compactDecrypt, errors } from 'jose';
import { StoreError } from '../errors.ts';

const KEY_BYTES = 32;
/** Of a hash over 256 random bits: it names the key and tells nothing of it. */
const ID_LENGTH = 16;

/**
 * What private keys are sealed under before they are stored: one key that seals, and earlier ones that still open.
 * Sealed is a JWE (RFC 7516, `dir` with A256GCM), bound to the name of what it is.
 */
export class MasterKey {
  readonly #current: { readonly id: string; readonly key: Buffer };
  readonly #byId: ReadonlyMap<string, Buffer>;

  /** @param keys the one that seals first; each 32 bytes */
  private constructor(keys: readonly Buffer[]) {
    const named = keys.map((key) => ({ id: idOf(key), key }));
    const [current] = named;
    if (current === undefined) throw new StoreError('master_key_invalid', 'there is none');
    this.#current = current;
    this.#byId = new Map(named.map(({ id, key }) => [id, key]));
  }

  /**
   * @param secrets base64url of 32 bytes each, the one that seals first
   * @throws {StoreError} `master_key_invalid`
   */
  static fromSecrets(secrets: readonly string[]): MasterKey {
    return new MasterKey(secrets.map((secret, index) => bytesOf(secret, `secret ${index + 1}`)));
  }

  /**
   * @param text the content of a file that {@link masterKeyFile} made
   * @throws {StoreError} `master_key_invalid`; the message holds nothing of the file
   */
  static fromFile(text: string, file: string): MasterKey {
    return MasterKey.fromSecrets(secretsIn(text, file));
  }

  /** Names the key that seals; it is no secret. */
  get id(): string {
    return this.#current.id;
  }

  /** @param name what is sealed: it opens under this name only */
  seal(plain: object, name: string): Promise<string> {
    return new CompactEncrypt(new TextEncoder().encode(JSON.stringify({ name, plain })))
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid: this.#current.id })
      .encrypt(this.#current.key);
  }

  /** @throws {StoreError} `master_key_unknown`, `sealed_broken` */
  async open(sealed: string, name: string): Promise<object> {
    try {
      const { plaintext } = await compactDecrypt(
        sealed,
        ({ kid = '' }) => {
          const key = this.#byId.get(kid);
          if (key === undefined)
            throw new StoreError('master_key_unknown', `${name} needs ${kid.slice(0, 64)}`);
          return key;
        },
        { keyManagementAlgorithms: ['dir'], contentEncryptionAlgorithms: ['A256GCM'] },
      );
      const opened = JSON.parse(new TextDecoder().decode(plaintext)) as { name: string; plain: object };
      if (opened.name !== name) throw new StoreError('sealed_broken', name);
      return opened.plain;
    } catch (error) {
      if (error instanceof errors.JOSEError) throw new StoreError('sealed_broken', name);
      throw error;
    }
  }
}

/** A new key, as base64url. */
export function newMasterSecret(): string {
  return randomBytes(KEY_BYTES).toString('base64url');
}

/** The content of a file of master keys, the one that seals first. */
export function masterKeyFile(secrets: readonly string[]): string {
  return `${JSON.stringify({ masterKeys: secrets }, null, 2)}\n`;
}

/** @throws {StoreError} `master_key_invalid` */
export function secretsIn(text: string, file: string): string[] {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    throw new StoreError('master_key_invalid', `${file} is not JSON`);
  }
  const list =
    typeof content === 'object' && content !== null && 'masterKeys' in content
      ? content.masterKeys
      : undefined;
  if (Array.isArray(list) && list.every((one) => typeof one === 'string')) return list;
  throw new StoreError('master_key_invalid', `${file} is not {"masterKeys": […]}`);
}

function bytesOf(secret: string, place: string): Buffer {
  const bytes = Buffer.from(secret, 'base64url');
  if (bytes.length === KEY_BYTES && bytes.toString('base64url') === secret) return bytes;
  throw new StoreError('master_key_invalid', `${place} is not 32 bytes as base64url`);
}

function idOf(key: Buffer): string {
  return createHash('sha256').update(key).digest('base64url').slice(0, ID_LENGTH);
}
