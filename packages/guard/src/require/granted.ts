import { claimValue, textList } from './claim-value.ts';
import type { Claims } from './requirement.ts';

/** What a token was granted. unreadable: a claim is there, but of a type that says nothing; it grants nothing. */
export type Granted = readonly string[] | 'unreadable';

const NOTHING: readonly string[] = [];

/** The scopes of a token: of the first of `scope` (RFC 8693 §4.2: a text), `scp` (a text or a list), `scopes` (a list) that is there. */
export function scopesOf(claims: Claims): Granted {
  const scope = claimValue(claims, ['scope']);
  if (scope !== undefined) return typeof scope === 'string' ? words(scope) : 'unreadable';
  const scp = claimValue(claims, ['scp']);
  if (scp !== undefined) return typeof scp === 'string' ? words(scp) : (textList(scp) ?? 'unreadable');
  const scopes = claimValue(claims, ['scopes']);
  return scopes === undefined ? NOTHING : (textList(scopes) ?? 'unreadable');
}

/** The roles of a token: a list of texts, or one text that is one role. */
export function rolesOf(claims: Claims, path: readonly string[]): Granted {
  const roles = claimValue(claims, path);
  if (roles === undefined) return NOTHING;
  return typeof roles === 'string' ? [roles] : (textList(roles) ?? 'unreadable');
}

function words(text: string): readonly string[] {
  return text.split(' ').filter((word) => word !== '');
}
