/** How a token was written down where it was found. */
export type Surroundings = 'bare' | 'authorization' | 'json' | 'parameter' | 'text';

/** A token found in a text. */
export interface LocatedToken {
  /** From here to before `end` in the text; what lies there may be no sound token. */
  readonly start: number;
  readonly end: number;
  readonly surroundings: Surroundings;
  /** What the text calls it: a JSON member, a query parameter or a cookie. */
  readonly name?: string;
}

/** Most tokens that are pointed out in one text. */
const MOST_TOKENS = 20;
/** Of a token that was wrapped by blanks, in characters. */
const SHORTEST_PIECE = 16;
/** Characters that have no business in a token, and so many of which do not hide that it is one. */
const MOST_STRAYS = 3;

/**
 * The base64url of a JSON object begins so: `{"`, or `{` and white space. What stands before it is no part of a word, but
 * may be the end of an escape: `%3D` in a URL, `\n` in a string.
 */
const TOKEN =
  /(?:(?<![A-Za-z0-9_-])|(?<=%[0-9A-Fa-f]{2})|(?<=\\[nrt]))e[wy][A-Za-z0-9_-]{6,}(?:\.[A-Za-z0-9_-]*){2,4}/g;
/** What a token may consist of when it was broken on its way: wrapped, padded, cut off, in the other alphabet. */
const BROKEN = /[\w\-+/=.%\s\u00AD\u200B-\u200F\u2026\u2060\uFEFF]/g;
const UNSEEN = /[\s\u00AD\u200B-\u200F\u2060\uFEFF]/g;
const PREFIX =
  /^[\s"'`\u201C\u2018<([]*(?:authorization\s*:\s*)?(?:(?:bearer|dpop)(?:\s+|%20))?["'`\u201C\u2018]*/i;
const AFTER = new Set('"\'`,;\u201D\u2019>)]');

/**
 * Finds the tokens in whatever somebody pasted: a token, an Authorization header, a curl command, cookies, a URL, a
 * JSON response. At most 20, in the order of the text. When there is none, but the whole looks like one that was
 * broken, that is pointed out. Linear in the length of the text.
 */
export function locateTokens(text: string): readonly LocatedToken[] {
  const whole = wholeOf(text);
  const found: LocatedToken[] = [];
  for (const match of text.matchAll(TOKEN)) {
    const start = match.index;
    found.push({ start, end: start + match[0].length, ...describe(text, start) });
    if (found.length === MOST_TOKENS) break;
  }
  if (whole !== undefined && !isTold(text, whole, found)) return [whole];
  return found;
}

/** All of the text but what commonly stands around a token, when that could be a token, sound or broken. */
function wholeOf(text: string): LocatedToken | undefined {
  const start = PREFIX.exec(text)?.[0].length ?? 0;
  const end = endOf(text, start);
  const inner = text.slice(start, end);
  const letters = inner.replaceAll(UNSEEN, '');
  const begins = /^e[wy]/.test(letters);
  if (!(begins || letters.includes('.')) || !/^[\w\-+/=]{4,}/.test(letters)) return undefined;
  const strays = inner.replaceAll(BROKEN, '').length;
  // A tilde is no stray: the disclosures of an SD-JWT follow it.
  const tolerated =
    begins && !inner.includes('~') && letters.includes('.') && !/\s/.test(inner) ? MOST_STRAYS : 0;
  if (strays > tolerated || hasWords(inner)) return undefined;
  const surroundings = /bearer|dpop|authorization/i.test(text.slice(0, start)) ? 'authorization' : 'bare';
  return { start, end, surroundings };
}

function endOf(text: string, start: number): number {
  let end = text.length;
  while (end > start && (AFTER.has(text.charAt(end - 1)) || text.charAt(end - 1).trim() === '')) end -= 1;
  return end;
}

/** Short pieces between blanks are words, not a token that was wrapped. The last line of a wrapped one may be short. */
function hasWords(inner: string): boolean {
  const lines = inner.split('\n').map((line) => line.trim());
  return lines.some((line) => {
    const pieces = line.split(/[^\S\n]/).filter((piece) => piece !== '');
    return pieces.length > 1 && pieces.some((piece) => piece.replaceAll(UNSEEN, '').length < SHORTEST_PIECE);
  });
}

/** Do the tokens that were found leave nothing of the whole but white space? Else they are pieces of a broken one. */
function isTold(text: string, whole: LocatedToken, found: readonly LocatedToken[]): boolean {
  if (found.length === 0) return false;
  if (found.length === MOST_TOKENS) return true;
  let at = whole.start;
  for (const { start, end } of found) {
    if (text.slice(at, start).trim() !== '') return false;
    at = end;
  }
  return text.slice(at, whole.end).trim() === '';
}

/** How far before a token its name is looked for, in characters. */
const NAME_WITHIN = 120;

function describe(text: string, start: number): Pick<LocatedToken, 'surroundings' | 'name'> {
  const before = text.slice(Math.max(0, start - NAME_WITHIN), start);
  if (/(?:bearer|dpop)(?:\s+|%20)$/i.test(before)) return { surroundings: 'authorization' };
  const member = /"([^"\\]{1,60})"\s*:\s*"$/.exec(before)?.[1];
  if (member !== undefined) return { surroundings: 'json', name: member };
  const parameter = /(?:%[0-9a-f]{2}|[^\w.~-]|^)([\w.~-]{1,60})(?:=|%3D)$/i.exec(before)?.[1];
  if (parameter !== undefined) return { surroundings: 'parameter', name: parameter };
  return { surroundings: /^[\s"'`<([]*$/.test(before) ? 'bare' : 'text' };
}
