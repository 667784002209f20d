import type { Facts } from '@portcullis/token';
import type { Credential } from '../decide/decision.ts';
import type { HeadFields } from './head-fields.ts';

/** A credential that cannot be taken. */
export interface CredentialFault {
  readonly kind: 'fault';
  readonly reason: 'credential_scheme' | 'credential_malformed' | 'credential_ambiguous';
  readonly detail: Facts;
}

const SCHEME = 'bearer';
const OTHER_SCHEMES: ReadonlySet<string> = new Set([
  'basic',
  'digest',
  'dpop',
  'negotiate',
  'token',
  'apikey',
]);
const ABSENT = { kind: 'absent', optional: false } as const;
const ABSENT_OPTIONAL = { kind: 'absent', optional: true } as const;

/** RFC 6750 section 2.1. */
const B64_TOKEN = /^[A-Za-z0-9\-._~+/]+=*$/;

/**
 * Finds the one credential of a request: exactly one `Authorization: Bearer` (RFC 6750 §2.1), nothing joined to it,
 * and no `access_token` in the query. The token may hold any character: verifying it tells, and {@link tokenFault}.
 * @param query empty, or `?` and the raw query
 */
export function readCredential(
  fields: HeadFields,
  query: string,
  optional: boolean,
): Credential | CredentialFault {
  if (fields.authorizations > 1) {
    return fault('credential_ambiguous', {
      why: 'more than one Authorization field',
      fields: fields.authorizations,
    });
  }
  if (query !== '' && holdsAccessToken(query)) {
    return fault('credential_ambiguous', { why: 'access_token in the query' });
  }
  if (fields.authorization === undefined) return optional ? ABSENT_OPTIONAL : ABSENT;
  return readBearer(fields.authorization);
}

function readBearer(value: string): Credential | CredentialFault {
  if (value.includes(','))
    return fault('credential_ambiguous', { why: 'a comma in the Authorization field' });
  const space = value.indexOf(' ');
  const scheme = space === -1 ? value : value.slice(0, space);
  if (scheme.toLowerCase() !== SCHEME) {
    // Anything else that stands there may be a token that was sent bare: do not repeat it.
    return fault('credential_scheme', { scheme: OTHER_SCHEMES.has(scheme.toLowerCase()) ? scheme : null });
  }
  let start = scheme.length;
  while (value.charCodeAt(start) === 0x20) start += 1;
  if (start === value.length) return fault('credential_malformed', { why: 'no token after the scheme' });
  return { kind: 'bearer', token: value.slice(start) };
}

/**
 * Why a token that no verifier took is none at all, if it is none. What verifies is made of the characters of a token, so this is
 * asked of the others only.
 */
export function tokenFault(token: string): CredentialFault | undefined {
  if (B64_TOKEN.test(token)) return undefined;
  return fault('credential_malformed', { why: 'a character that no token has' });
}

function holdsAccessToken(query: string): boolean {
  if (!query.includes('access') && !query.includes('%')) return false;
  // Some servers also take ";" to separate parameters.
  return query
    .slice(1)
    .replaceAll(';', '&')
    .split('&')
    .some((pair) => decodedName(pair) === 'access_token');
}

function decodedName(pair: string): string {
  const equals = pair.indexOf('=');
  const name = (equals === -1 ? pair : pair.slice(0, equals)).replaceAll('+', ' ');
  if (!name.includes('%')) return name;
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

function fault(reason: CredentialFault['reason'], detail: Facts): CredentialFault {
  return { kind: 'fault', reason, detail };
}
