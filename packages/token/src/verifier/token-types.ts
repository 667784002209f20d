import { PolicyError } from '../errors.ts';

/** JWTs that are something else than access tokens. None of these can be let in by configuration. */
const NEVER = new Set([
  'dpop+jwt',
  'logout+jwt',
  'id+jwt',
  'id_token+jwt',
  'rt+jwt',
  'refresh+jwt',
  'secevent+jwt',
  'token-introspection+jwt',
  'oauth-authz-req+jwt',
  'client-authentication+jwt',
  'authorization-grant+jwt',
  'oauth-client-attestation+jwt',
  'oauth-client-attestation-pop+jwt',
  'openid4vci-proof+jwt',
  'entity-statement+jwt',
  'trust-mark+jwt',
  'jose',
  'jose+json',
  'dc+sd-jwt',
  'vc+sd-jwt',
  'sd-jwt',
  'kb+jwt',
  'vc+jwt',
  'vp+jwt',
]);

/** How a header without typ is written in a policy. No typ normalises to it: a space cannot be in one. */
const ABSENT = ' none';
const VISIBLE_ASCII = /^[\x21-\x7e]+$/;

/** The set of admitted types in their normal form. Throws {@link PolicyError}. */
export function compileTypes(types: unknown, about: string): ReadonlySet<string> {
  if (!Array.isArray(types) || types.length === 0) throw new PolicyError('types_invalid', about);
  const admitted = new Set<string>();
  for (const type of types) {
    if (typeof type !== 'string') throw new PolicyError('types_invalid', about);
    if (type === 'none') {
      admitted.add(ABSENT);
      continue;
    }
    const normal = normalType(type);
    if (normal === undefined) throw new PolicyError('types_invalid', about);
    if (NEVER.has(normal)) throw new PolicyError('type_refused', `${about}: ${normal}`);
    admitted.add(normal);
  }
  return admitted;
}

export function admitsType(admitted: ReadonlySet<string>, typ: string | undefined): boolean {
  if (typ === undefined) return admitted.has(ABSENT);
  const normal = normalType(typ);
  return normal !== undefined && admitted.has(normal);
}

/** True for a typ that says access token outright (RFC 9068 section 2.1). */
export function isAccessTokenType(typ: string | undefined): boolean {
  return typ !== undefined && normalType(typ) === 'at+jwt';
}

/** RFC 7515 section 4.1.9: a media type, without case, where `application/` goes without saying. */
function normalType(typ: string): string | undefined {
  if (!VISIBLE_ASCII.test(typ)) return undefined;
  const lower = typ.toLowerCase();
  const short = lower.startsWith('application/') ? lower.slice('application/'.length) : lower;
  return short === '' || short.includes('/') ? undefined : short;
}
