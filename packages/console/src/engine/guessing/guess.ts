import { type Algorithm, isAlgorithm } from '@portcullis/token';
import { factsOf, isSymmetric } from '@portcullis/token/inspect';
import { secretBytes } from '../keys/secret.ts';

/** What came of trying the shipped list of secrets on a token. */
export type Guess =
  | { readonly kind: 'found'; readonly secret: string; readonly encoding: 'utf8' | 'base64' | 'hex' }
  | { readonly kind: 'not_found'; readonly tried: number }
  | { readonly kind: 'not_applicable' };

/** How many secrets are tried between two reports of progress. */
const BATCH = 250;

/**
 * Tries secrets that everybody can look up on the signature of a token: as text, and as the bytes that base64 or
 * hexadecimal digits stand for.
 *
 * @param onProgress is told how many of how many were tried; false from it ends the search
 */
export async function guessSecret(
  token: string,
  alg: unknown,
  secrets: readonly string[],
  onProgress: (tried: number, of: number) => boolean | Promise<boolean>,
): Promise<Guess> {
  const [header, payload, signature, ...more] = token.split('.');
  if (!isAlgorithm(alg) || !isSymmetric(alg) || !signature || payload === undefined || more.length > 0) {
    return { kind: 'not_applicable' };
  }
  const signed = new TextEncoder().encode(`${header}.${payload}`);
  const expected = secretBytes(signature, 'base64url');
  if (expected === undefined) return { kind: 'not_applicable' };
  for (const [index, secret] of secrets.entries()) {
    if (index % BATCH === 0 && !(await onProgress(index, secrets.length)))
      return { kind: 'not_found', tried: index };
    for (const encoding of ['utf8', 'base64', 'hex'] as const) {
      const bytes = secretBytes(secret, encoding);
      if (bytes !== undefined && bytes.length > 0 && (await signs(bytes, alg, signed, expected))) {
        return { kind: 'found', secret, encoding };
      }
    }
  }
  return { kind: 'not_found', tried: secrets.length };
}

async function signs(
  secret: Uint8Array<ArrayBuffer>,
  alg: Algorithm,
  signed: Uint8Array<ArrayBuffer>,
  expected: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  const algorithm = { name: 'HMAC', hash: factsOf(alg).hash ?? 'SHA-256' };
  const key = await crypto.subtle.importKey('raw', secret, algorithm, false, ['verify']);
  return crypto.subtle.verify('HMAC', key, expected, signed);
}
