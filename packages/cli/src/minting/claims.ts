import { randomUUID } from 'node:crypto';
import type { JwtClaims } from '@portcullis/token';
import { CliError } from '../errors.ts';
import { printable } from '../terminal/printable.ts';

export interface ClaimsInput {
  readonly issuer: string;
  readonly audience: string;
  readonly client: string;
  /** Who the token speaks of; the client itself when left out, as with a client credentials grant. */
  readonly subject?: string | undefined;
  readonly scopes: readonly string[];
  readonly roles: readonly string[];
  /** Seconds. */
  readonly lifetime: number;
  /** As given on the command line: `name=json`. */
  readonly extra: readonly string[];
}

/**
 * The claims of an access token (RFC 9068 §2.2).
 * @param now seconds since the epoch
 * @throws CliError for a scope that RFC 6749 §3.3 does not allow, or a bad `--claim`
 */
export function accessTokenClaims(input: ClaimsInput, now: number): JwtClaims {
  const issuedAt = Math.floor(now);
  const scopes = [...new Set(input.scopes.flatMap(splitScopes))];
  return {
    ...extraClaims(input.extra),
    iss: input.issuer,
    sub: input.subject ?? input.client,
    aud: input.audience,
    exp: issuedAt + input.lifetime,
    iat: issuedAt,
    jti: randomUUID(),
    client_id: input.client,
    ...(scopes.length > 0 && { scope: scopes.join(' ') }),
    ...(input.roles.length > 0 && { roles: [...input.roles] }),
  };
}

function splitScopes(text: string): string[] {
  const scopes = text.split(' ').filter((scope) => scope !== '');
  const bad = scopes.find((scope) => !/^[\x21\x23-\x5b\x5d-\x7e]+$/.test(scope));
  if (bad === undefined) return scopes;
  throw new CliError(
    'usage',
    `--scope ${printable(bad)} holds a character that no scope may have (RFC 6749 section 3.3)`,
  );
}

/** Claims that have an option, or a meaning that must not be bent by accident. */
const SET_ELSEWHERE: ReadonlyMap<string, string> = new Map([
  ['iss', 'it is the issuer of the configuration, or --issuer'],
  ['sub', 'use --subject'],
  ['aud', 'use --audience or --api'],
  ['exp', 'use --lifetime'],
  ['iat', 'it is the time of minting'],
  ['jti', 'it is made at random'],
  ['client_id', 'use --client'],
  ['scope', 'use --scope'],
  ['roles', 'use --role'],
]);

function extraClaims(given: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(given.map(extraClaim));
}

function extraClaim(text: string): [string, unknown] {
  const at = text.indexOf('=');
  if (at < 1)
    throw new CliError(
      'usage',
      `--claim ${printable(text)} is not name=json, such as tenant='"acme"' or level=3`,
    );
  const name = text.slice(0, at);
  const elsewhere = SET_ELSEWHERE.get(name);
  if (elsewhere !== undefined) throw new CliError('usage', `--claim cannot set ${name}: ${elsewhere}`);
  try {
    return [name, JSON.parse(text.slice(at + 1))];
  } catch {
    throw new CliError(
      'usage',
      `--claim ${printable(name)}: the value is not JSON; a text needs quotes that survive the shell: ${printable(name)}='"acme"'`,
    );
  }
}
