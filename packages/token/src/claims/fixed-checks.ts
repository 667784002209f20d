import type { TokenErrorCode } from '../errors.ts';
import { type Facts, printable } from '../facts.ts';
import type { JsonObject } from '../jws/strict-json.ts';
import { isAccessTokenType } from '../verifier/token-types.ts';
import type { JwtClaims } from '../verifier/types.ts';

/** A refusal that does not depend on who asks or when. */
export interface Fault {
  readonly code: TokenErrorCode;
  readonly detail: Facts;
}

/** Claims that only tokens of another kind carry. */
const OTHER_KINDS: readonly (readonly [claim: string, kind: string])[] = [
  ['at_hash', 'id token'],
  ['c_hash', 'id token'],
  ['s_hash', 'id token'],
  ['events', 'logout token or security event'],
  ['htm', 'DPoP proof'],
  ['htu', 'DPoP proof'],
  ['token_introspection', 'introspection response'],
  ['_sd_alg', 'SD-JWT'],
  ['vct', 'verifiable credential'],
];

/** How some issuers name the kind in the payload: Keycloak in `typ`, Cognito in `token_use`. */
const KIND_CLAIMS: readonly (readonly [claim: string, access: string])[] = [
  ['typ', 'bearer'],
  ['token_use', 'access'],
];

type Fits = (value: unknown) => boolean;

/** What values the standard gives these claims (RFC 7519 section 4.1, RFC 8693 sections 4.2 and 4.3). */
const TYPES: readonly (readonly [claim: string, fits: Fits])[] = [
  ['exp', isTime],
  ['nbf', isTime],
  ['iat', isTime],
  ['sub', isText],
  ['jti', isText],
  ['client_id', isText],
  ['aud', isTextOrList],
  ['scope', isTextOrList],
];

/** Claims that mean something else than an access token, or ask for a closer look, whatever their value. */
const REMARKABLE = [...[...OTHER_KINDS, ...KIND_CLAIMS].map(([claim]) => claim), 'nonce', 'cnf'];

/** Claims that a check asks for, and the values at which it finds nothing whatever else there is. */
const CHECKED: ReadonlyMap<string, Fits> = new Map<string, Fits>([
  ...REMARKABLE.map((claim) => [claim, () => false] as const),
  ...TYPES,
]);

/** Kind, binding and types of claims, in the order of CHECKS: the part of the checks that need be done once only. */
export function checkOnce(
  claims: JsonObject,
  typ: string | undefined,
): { claims: JwtClaims } | { fault: Fault } {
  if (isOrdinary(claims)) return { claims };
  const fault = findOtherKind(claims, typ) ?? findBinding(claims) ?? findMalformed(claims);
  return fault === undefined ? { claims } : { fault };
}

/** Whether none of the checks has anything to look at, told in one pass. True of most tokens. */
function isOrdinary(claims: JsonObject): boolean {
  for (const name of Object.keys(claims)) {
    const fits = CHECKED.get(name);
    if (fits !== undefined && !fits(claims[name])) return false;
  }
  return true;
}

/** Claims or a name that mark a token of another kind than an access token. */
export function findOtherKind(claims: JsonObject, typ: string | undefined): Fault | undefined {
  for (const [claim, kind] of OTHER_KINDS) {
    if (Object.hasOwn(claims, claim)) return { code: 'token_kind_refused', detail: { claim, kind } };
  }
  for (const [claim, access] of KIND_CLAIMS) {
    const said = claims[claim];
    if (typeof said === 'string' && said.toLowerCase() !== access && isOtherKindName(said)) {
      return { code: 'token_kind_refused', detail: { claim, kind: printable(said) } };
    }
  }
  // A nonce answers a browser's login request, so it marks an id token, unless the token says what it is.
  if (Object.hasOwn(claims, 'nonce') && !isAccessTokenType(typ) && !saysAccess(claims)) {
    return { code: 'token_kind_refused', detail: { claim: 'nonce', kind: 'id token' } };
  }
  return undefined;
}

function isOtherKindName(said: string): boolean {
  return ['id', 'refresh', 'offline', 'logout'].includes(said.toLowerCase());
}

function saysAccess(claims: JsonObject): boolean {
  return KIND_CLAIMS.some(([claim, access]) => {
    const said = claims[claim];
    return typeof said === 'string' && said.toLowerCase() === access;
  });
}

/** RFC 7800: a token with cnf is worth nothing without proof of that key. */
export function findBinding(claims: JsonObject): Fault | undefined {
  if (!Object.hasOwn(claims, 'cnf')) return undefined;
  return { code: 'binding_unsupported', detail: { claim: 'cnf' } };
}

/** A registered claim of another type than the standard gives it (RFC 7519 section 4.1). */
export function findMalformed(claims: JsonObject): Fault | undefined {
  const [claim] = TYPES.find(([name, fits]) => Object.hasOwn(claims, name) && !fits(claims[name])) ?? [];
  if (claim === undefined) return undefined;
  return { code: 'claim_malformed', detail: { claim, value: printable(claims[claim]) } };
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

function isTime(value: unknown): boolean {
  return typeof value === 'number' && Number.isFinite(value);
}

function isTextOrList(value: unknown): boolean {
  return isText(value) || isTextList(value);
}

function isTextList(value: unknown): boolean {
  return Array.isArray(value) && value.every(isText);
}
