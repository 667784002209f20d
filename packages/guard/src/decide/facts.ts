import type { Facts, VerifiedToken } from '@portcullis/token';

const LONGEST = 200;
const MOST = 20;

/** A text that a stranger controls, short enough for a log line. */
export function cut(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST).toWellFormed()}…` : text;
}

/** A raw path for a log line, without the fragment that has no business in a request: some clients carry tokens in it. */
export function pathFact(path: string): string {
  const fragment = path.indexOf('#');
  return cut(fragment === -1 ? path : path.slice(0, fragment));
}

/** The texts of a list that a stranger controls, short enough for a log line. */
export function cutAll(texts: readonly string[]): readonly string[] {
  return texts.slice(0, MOST).map(cut);
}

/** A claim for a log line: its value when that is plain, else what kind of value it is. */
export function claimFact(value: unknown): Facts[string] {
  if (typeof value === 'string') return cut(value);
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  if (Array.isArray(value)) {
    return value.every((item) => typeof item === 'string') ? cutAll(value) : '(a list of other than texts)';
  }
  return value === undefined || value === null ? null : '(an object)';
}

const SEEN_CLAIMS = ['iss', 'sub', 'aud', 'client_id', 'jti', 'exp', 'nbf', 'iat'] as const;

/** What operators are told of a verified token. */
export function seenOf(token: VerifiedToken | undefined): Facts {
  if (token === undefined) return {};
  const seen: Record<string, Facts[string]> = { alg: token.header.alg };
  if (token.header.kid !== undefined) seen['kid'] = cut(token.header.kid);
  if (token.header.typ !== undefined) seen['typ'] = cut(token.header.typ);
  for (const name of SEEN_CLAIMS) {
    const value = token.claims[name];
    if (value !== undefined) seen[name] = claimFact(value);
  }
  return seen;
}
