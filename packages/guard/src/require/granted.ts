import { claimValue, textList } from './claim-value.ts';
import type { Claims } from './requirement.ts';

/** What a token was granted. unreadable: a claim is there, but of a type that says nothing; it grants nothing. */
export type Granted = readonly string[] | 'unreadable';

const NOTHING: readonly string[] = [];
const SCOPE_CLAIMS = [['scope'], ['scp'], ['scopes']] as const;

/**
 * The scopes of a token: of the first of `scope`, `scp` and `scopes` that is there, as a text of words (RFC 8693 §4.2) or,
 * as some issuers write it, a list of texts.
 */
export function scopesOf(claims: Claims): Granted {
  for (const path of SCOPE_CLAIMS) {
    const value = claimValue(claims, path);
    if (value !== undefined)
      return typeof value === 'string' ? words(value) : (textList(value) ?? 'unreadable');
  }
  return NOTHING;
}

/** The roles of a token: a list of texts, or one text that is one role. */
export function rolesOf(claims: Claims, path: readonly string[]): Granted {
  const roles = claimValue(claims, path);
  if (roles === undefined) return NOTHING;
  return typeof roles === 'string' ? [roles] : (textList(roles) ?? 'unreadable');
}

function words(text: string): readonly string[] {
  const all = text.split(' ');
  return all.includes('') ? all.filter((word) => word !== '') : all;
}
