import { type Facts, printable } from '../facts.ts';
import type { JsonObject } from './strict-json.ts';

const HEADER_MEMBERS = ['alg', 'enc', 'kid', 'typ'];
const CLAIMS = ['iss', 'sub', 'aud', 'client_id', 'jti', 'exp', 'nbf', 'iat'];

/** What an operator is shown of a token that was refused. */
export function seenOf(header: Readonly<JsonObject>, claims: Readonly<JsonObject> | undefined): Facts {
  const seen: Record<string, Facts[string]> = {};
  for (const name of HEADER_MEMBERS) if (header[name] !== undefined) seen[name] = printable(header[name]);
  if (claims !== undefined) {
    for (const name of CLAIMS) if (claims[name] !== undefined) seen[name] = printable(claims[name]);
  }
  return seen;
}
