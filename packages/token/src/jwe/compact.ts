import { TokenError } from '../errors.ts';
import type { Facts } from '../facts.ts';
import { checkBase64url, LONGEST_TOKEN, readHeader } from '../jws/compact.ts';
import { seenOf } from '../jws/seen.ts';
import type { JsonObject } from '../jws/strict-json.ts';
import {
  type ContentEncryption,
  isContentEncryption,
  isKeyManagementAlgorithm,
  type KeyManagementAlgorithm,
} from './algorithms.ts';

/** An encrypted token taken apart; nothing in it is decrypted. */
export interface EncryptedToken {
  readonly text: string;
  readonly header: JsonObject;
  readonly alg: KeyManagementAlgorithm;
  readonly enc: ContentEncryption;
  readonly kid: string | undefined;
}

const PARTS = ['header', 'encrypted key', 'initialization vector', 'ciphertext', 'authentication tag'];

/** Does it have the five parts of a JWE in compact serialisation (RFC 7516 section 7.1)? */
export function isEncrypted(text: unknown): text is string {
  if (typeof text !== 'string' || text.length > LONGEST_TOKEN) return false;
  let dots = 0;
  for (let at = text.indexOf('.'); at !== -1 && dots < 5; at = text.indexOf('.', at + 1)) dots += 1;
  return dots === 4;
}

/**
 * All checks on an encrypted token's form (RFC 7516 section 5.2, steps 1 to 5). Compression is never undone, so what
 * comes out is no longer than what came in.
 */
export function readEncrypted(text: string): EncryptedToken {
  const parts = text.split('.');
  // Direct encryption and direct key agreement leave the second part empty; jose checks that this fits the alg.
  for (const [at, part] of parts.entries()) {
    if (part === '' && at !== 1) throw malformed(`the ${PARTS[at]} is empty`);
    if (at > 0) checkBase64url(part, PARTS[at] ?? '');
  }
  const header = readOuterHeader(parts[0] ?? '');
  const { alg, enc, kid, cty } = header;
  const seen = seenOf(header, undefined);
  if (kid !== undefined && typeof kid !== 'string') throw headerRefused('kid is not text', seen);
  for (const name of ['crit', 'zip']) {
    if (Object.hasOwn(header, name)) throw headerRefused(`it has ${name}`, seen);
  }
  if (!isKeyManagementAlgorithm(alg) || !isContentEncryption(enc)) {
    throw new TokenError('encryption_unsupported', { seen });
  }
  // RFC 7519 section 5.2: what holds another JWT says so.
  if (typeof cty !== 'string' || !/^(?:application\/)?jwt$/i.test(cty)) {
    throw new TokenError('encrypted_content_refused', { detail: { reason: 'cty is not JWT' }, seen });
  }
  return { text, header, alg, enc, kid };
}

/** Its faults have a code of their own: the signed token inside has a header too. */
function readOuterHeader(part: string): JsonObject {
  try {
    return readHeader(part);
  } catch (error) {
    if (!(error instanceof TokenError) || error.code === 'token_malformed') throw error;
    throw headerRefused(String(error.detail['reason'] ?? 'longer than 4 KB'), {});
  }
}

function headerRefused(reason: string, seen: Facts): TokenError {
  return new TokenError('encryption_header_refused', { detail: { reason }, seen });
}

function malformed(reason: string): TokenError {
  return new TokenError('token_malformed', { detail: { reason } });
}
