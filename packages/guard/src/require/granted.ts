import { claimValue, textList } from './claim-value.ts';
import type { Claims } from './requirement.ts';

/** What a token was granted: each item of a list, or each word of a text (they are told apart by spaces). */
export type Granted = string | readonly string[];

const NOTHING: readonly string[] = [];
const SPACE = 0x20;
const SCOPE_CLAIMS = [['scope'], ['scp'], ['scopes']] as const;

/**
 * The scopes of a token: of the first of `scope`, `scp` and `scopes` that is there, as a text of words (RFC 8693 §4.2) or,
 * as some issuers write it, a list of texts.
 *
 * @returns undefined when the claim is there, but of a type that says nothing
 */
export function scopesOf(claims: Claims): Granted | undefined {
  for (const path of SCOPE_CLAIMS) {
    const value = claimValue(claims, path);
    if (value !== undefined) return typeof value === 'string' ? value : textList(value);
  }
  return NOTHING;
}

/**
 * The roles of a token: a list of texts, or one text that is one role.
 *
 * @returns undefined when the claim is there, but of a type that says nothing
 */
export function rolesOf(claims: Claims, path: readonly string[]): Granted | undefined {
  const roles = claimValue(claims, path);
  if (roles === undefined) return NOTHING;
  return typeof roles === 'string' ? [roles] : textList(roles);
}

/** @param one without a space, where words are meant; nothing grants an empty one */
export function grants(granted: Granted, one: string): boolean {
  return typeof granted === 'string' ? holdsWord(granted, one) : granted.includes(one);
}

export function grantedList(granted: Granted): readonly string[] {
  return typeof granted === 'string' ? granted.split(' ').filter((word) => word !== '') : granted;
}

/** Most requests ask for one word of a text: to find it takes less than to make a list of all. */
function holdsWord(text: string, word: string): boolean {
  if (word === '') return false;
  for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + 1)) {
    if (isEdge(text, at - 1) && isEdge(text, at + word.length)) return true;
  }
  return false;
}

function isEdge(text: string, at: number): boolean {
  return at === -1 || at === text.length || text.charCodeAt(at) === SPACE;
}
