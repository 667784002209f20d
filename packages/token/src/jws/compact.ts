import { deepFreeze } from '../claims/deep-freeze.ts';
import { TokenError } from '../errors.ts';
import type { Facts } from '../facts.ts';
import { type Algorithm, isAlgorithm } from '../jwa/algorithms.ts';
import { decodeBase64url, isBase64url } from './base64url.ts';
import { seenOf } from './seen.ts';
import { type JsonObject, parseStrictObject, StrictJsonError } from './strict-json.ts';

/** Longest token, in characters. */
export const LONGEST_TOKEN = 16 * 1024;
/** Longest header, in bytes; and the same as base64url. */
const LONGEST_HEADER = 4 * 1024;
const LONGEST_ENCODED_HEADER = Math.ceil((LONGEST_HEADER * 4) / 3);

/** Header members that change what the other parts mean (RFC 7515 section 4.1.11, RFC 7797, RFC 7516 section 4.1.3). */
const UNKNOWN_EXTENSIONS = ['crit', 'b64', 'zip'];

/** A token taken apart; nothing in it is verified. */
export interface CompactToken {
  readonly text: string;
  readonly header: JsonObject;
  readonly alg: Algorithm;
  readonly kid: string | undefined;
  readonly typ: string | undefined;
  readonly payload: Uint8Array<ArrayBuffer>;
  /** As it stands in the token: canonical base64url. */
  readonly signature: string;
}

/** The three parts of a token before anything in them is judged. */
export interface TokenParts {
  readonly header: JsonObject;
  readonly payload: Uint8Array<ArrayBuffer>;
  /** As it stands in the token: canonical base64url. */
  readonly signature: string;
}

/** Size, parts and header: takes a token apart without an opinion on what its header asks for. */
export function splitToken(text: unknown): TokenParts {
  if (typeof text !== 'string') throw new TokenError('token_malformed', { detail: { reason: 'not text' } });
  if (text.length > LONGEST_TOKEN) {
    throw new TokenError('token_too_large', { detail: { length: text.length, most: LONGEST_TOKEN } });
  }
  const parts = text.split('.', 6);
  if (parts.length === 5) throw new TokenError('token_encrypted');
  const [encodedHeader, encodedPayload, signature] = parts;
  // An unsigned token has an empty signature; saying which algorithm it names is worth more than saying so.
  if (parts.length !== 3 || !encodedHeader || !encodedPayload || signature === undefined) {
    throw malformed(parts.length === 3 ? 'a part is empty' : 'not three parts');
  }
  checkBase64url(signature, 'signature');
  const payload = readBase64url(encodedPayload, 'payload');
  return { header: readKnownHeader(encodedHeader), payload, signature };
}

/** Throws `token_malformed` for a part of a token in any other spelling. */
export function checkBase64url(part: string, name: string): void {
  if (!isBase64url(part)) throw notBase64url(name);
}

function readBase64url(part: string, name: string): Uint8Array<ArrayBuffer> {
  const bytes = decodeBase64url(part);
  if (bytes === undefined) throw notBase64url(name);
  return bytes;
}

/** An issuer writes the same few headers into all its tokens. */
const knownHeaders = new Map<string, JsonObject>();
const MOST_KNOWN_HEADERS = 64;
const LONGEST_KNOWN_HEADER = 512;

function readKnownHeader(part: string): JsonObject {
  const known = knownHeaders.get(part);
  if (known !== undefined) return known;
  const header = deepFreeze(readHeader(part));
  if (part.length > LONGEST_KNOWN_HEADER) return header;
  if (knownHeaders.size === MOST_KNOWN_HEADERS) knownHeaders.clear();
  knownHeaders.set(part, header);
  return header;
}

/** The first part of a signed or encrypted token. Throws `token_malformed`, `header_too_large`, `header_malformed`. */
export function readHeader(part: string): JsonObject {
  const bytes = readBase64url(part, 'header');
  if (part.length > LONGEST_ENCODED_HEADER) {
    throw new TokenError('header_too_large', { detail: { bytes: bytes.length, most: LONGEST_HEADER } });
  }
  return parseHeader(bytes);
}

/** All checks on a token's form up to its algorithm (RFC 7515 section 5.2, RFC 8725 section 3). */
export function readCompact(text: string): CompactToken {
  const { header, payload, signature } = splitToken(text);
  const { alg, kid, typ } = header;
  if (kid !== undefined && typeof kid !== 'string') {
    throw headerMalformed('kid is not text', seenOf(header, undefined));
  }
  if (typ !== undefined && typeof typ !== 'string') {
    throw headerMalformed('typ is not text', seenOf(header, undefined));
  }
  for (const member of UNKNOWN_EXTENSIONS) {
    if (!Object.hasOwn(header, member)) continue;
    throw new TokenError('header_critical', { detail: { member }, seen: seenOf(header, undefined) });
  }
  if (!isAlgorithm(alg)) {
    throw new TokenError('alg_unsupported', {
      detail: { type: typeof alg },
      seen: seenOf(header, undefined),
    });
  }
  return { text, header, alg, kid, typ, payload, signature };
}

/** The claims set (RFC 7519 section 4). Throws `payload_malformed`. */
export function readClaims(payload: Uint8Array<ArrayBuffer>, header: JsonObject): JsonObject {
  try {
    return parseStrictObject(payload);
  } catch (error) {
    if (!(error instanceof StrictJsonError)) throw error;
    throw new TokenError('payload_malformed', {
      detail: { reason: error.reason },
      seen: seenOf(header, undefined),
    });
  }
}

function parseHeader(bytes: Uint8Array<ArrayBuffer>): JsonObject {
  try {
    return parseStrictObject(bytes);
  } catch (error) {
    if (!(error instanceof StrictJsonError)) throw error;
    throw headerMalformed(error.reason, {});
  }
}

function notBase64url(name: string): TokenError {
  return malformed(`the ${name} is not canonical base64url`);
}

function malformed(reason: string): TokenError {
  return new TokenError('token_malformed', { detail: { reason } });
}

function headerMalformed(reason: string, seen: Facts): TokenError {
  return new TokenError('header_malformed', { detail: { reason }, seen });
}
