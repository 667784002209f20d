import type { JWK } from 'jose';
import { KeyError } from '../errors.ts';
import { type Algorithm, factsOf } from '../jwa/algorithms.ts';
import { decodeBase64url } from '../jws/base64url.ts';
import { isJsonObject } from '../jws/strict-json.ts';
import { isRocaModulus } from './roca.ts';
import { isSmallOrder } from './small-order.ts';

/** RSA sizes in bits: below, forgeable (RFC 7518 section 3.3 and RFC 8725); above, too slow to be worth it. */
const SHORTEST_RSA = 2048;
const LONGEST_RSA = 8192;
/** FIPS 186-5: 2^16 < e < 2^256, odd. A small e breaks sloppy padding checks, a huge one costs our time. */
const SMALLEST_EXPONENT = 65537n;
const LONGEST_EXPONENT_BYTES = 32;

const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'priv'];

/** What the policy let through of a JWK: its public members only, and the algorithms it may serve. */
export interface PublicKeyFacts {
  readonly kid: string | undefined;
  readonly jwk: JWK;
  readonly algorithms: readonly Algorithm[];
}

/** How a key is named in an error. */
interface KeyPlace {
  readonly kid: string | undefined;
  readonly about?: string;
}

/**
 * Checks what a JWK (RFC 7517) says about itself and picks its public members, so that nothing else in it (such
 * as x5c or x5u) can have an effect. Throws {@link KeyError}.
 *
 * @param value one member of `keys`
 * @param allowed the algorithms of the issuer
 */
export function inspectPublicJwk(value: unknown, allowed: readonly Algorithm[]): PublicKeyFacts {
  if (!isJsonObject(value)) throw new KeyError('key_malformed');
  const kid = readKid(value['kid']);
  if (value['kty'] === 'oct' || value['k'] !== undefined) throw new KeyError('key_symmetric', { kid });
  if (holdsPrivatePart(value)) throw new KeyError('key_private', { kid });
  checkUse(value['use'], value['key_ops'], kid);
  const algorithms = fitting(value, allowed, kid);
  const jwk = publicMembers(value);
  if (jwk.kty === 'RSA') checkEncodedRsa(jwk, kid);
  return { kid, jwk, algorithms };
}

/** Does this JWK hold what only its owner may know? A symmetric key is another matter. */
export function holdsPrivatePart(jwk: Readonly<Record<string, unknown>>): boolean {
  return PRIVATE_MEMBERS.some((name) => jwk[name] !== undefined);
}

/** Checks the public key that was really imported, however it was spelled. Throws {@link KeyError}. */
export async function checkPublicKey(key: CryptoKey, place: KeyPlace): Promise<void> {
  if (isRsa(key)) checkRsa(key, (await crypto.subtle.exportKey('jwk', key)).n, place);
  if (key.algorithm.name !== 'Ed25519') return;
  const point = new Uint8Array(await crypto.subtle.exportKey('raw', key));
  if (isSmallOrder(point)) throw new KeyError('key_low_order', place);
}

/**
 * Checks a public or private key, when it is an RSA key: its size and exponent, and that its modulus is none that is
 * known to be factored easily. Throws {@link KeyError}.
 *
 * @param n its modulus, as it stands in a JWK
 */
export function checkRsa(key: CryptoKey, n: string | undefined, place: KeyPlace): void {
  const facts: KeyAlgorithm & { modulusLength?: unknown; publicExponent?: unknown } = key.algorithm;
  if (!isRsa(key)) return;
  if (typeof facts.modulusLength !== 'number' || !(facts.publicExponent instanceof Uint8Array)) {
    throw new KeyError('key_malformed', place);
  }
  if (facts.modulusLength < SHORTEST_RSA) throw new KeyError('key_too_short', place);
  if (facts.modulusLength > LONGEST_RSA) throw new KeyError('key_too_long', place);
  checkExponent(facts.publicExponent, place);
  const modulus = decodeBase64url(n ?? '') ?? new Uint8Array();
  if (isRocaModulus(toBigInt(modulus))) throw new KeyError('key_roca', place);
}

function isRsa({ algorithm }: CryptoKey): boolean {
  return 'modulusLength' in algorithm;
}

function readKid(kid: unknown): string | undefined {
  if (kid === undefined || typeof kid === 'string') return kid;
  throw new KeyError('key_malformed', { about: 'kid is not text' });
}

/** RFC 7517 sections 4.2 and 4.3. */
function checkUse(use: unknown, operations: unknown, kid: string | undefined): void {
  if (use !== undefined && use !== 'sig') throw new KeyError('key_use', { kid });
  if (operations === undefined) return;
  if (!Array.isArray(operations) || !operations.includes('verify')) throw new KeyError('key_use', { kid });
}

function fitting(
  jwk: Record<string, unknown>,
  allowed: readonly Algorithm[],
  kid: string | undefined,
): Algorithm[] {
  const { kty, crv, alg } = jwk;
  const named = allowed.filter((name) => {
    // An AKP key is nothing without its alg (RFC 9964); others may leave it open.
    if (alg === undefined) return factsOf(name).kty !== 'AKP';
    return factsOf(name).jwkAlg.some((fit) => fit === alg);
  });
  if (named.length === 0 && alg !== undefined) throw new KeyError('key_alg', { kid });
  const algorithms = named.filter((name) => {
    const facts = factsOf(name);
    return facts.kty === kty && facts.crv === crv;
  });
  if (algorithms.length === 0) throw new KeyError('key_type', { kid });
  return algorithms;
}

/** Only what makes up a public key, so that nothing else in the JWK has an effect. */
export function publicMembers(value: Record<string, unknown>): JWK & Record<string, string> {
  const jwk: JWK & Record<string, string> = {};
  for (const name of ['kty', 'n', 'e', 'crv', 'x', 'y', 'pub']) {
    const member = value[name];
    if (typeof member === 'string') jwk[name] = member;
  }
  if (jwk['kty'] === 'AKP' && typeof value['alg'] === 'string') jwk['alg'] = value['alg'];
  return jwk;
}

/** Before the import: a modulus of a million bits should not even reach it. */
function checkEncodedRsa(jwk: Readonly<JWK>, kid: string | undefined): void {
  if (jwk.n === undefined || jwk.e === undefined) throw new KeyError('key_malformed', { kid });
  if (jwk.n.length > (LONGEST_RSA / 8 + 8) * 2) throw new KeyError('key_too_long', { kid });
  if (jwk.e.length > LONGEST_EXPONENT_BYTES * 2) throw new KeyError('key_exponent', { kid });
}

function checkExponent(bytes: Uint8Array, place: KeyPlace): void {
  const e = toBigInt(bytes);
  if (e < SMALLEST_EXPONENT || e % 2n === 0n || e >> BigInt(LONGEST_EXPONENT_BYTES * 8) !== 0n) {
    throw new KeyError('key_exponent', place);
  }
}

/** Of unsigned bytes, the highest first. */
function toBigInt(bytes: Uint8Array): bigint {
  return bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
}
