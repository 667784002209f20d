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

/** The base64url of a JSON object begins so: `{"`, or `{` and white space. */
const TOKEN = /(?<![A-Za-z0-9_-])e[wy][A-Za-z0-9_-]{6,}(?:\.[A-Za-z0-9_-]*){2,4}/g;
/** What a token may look like when it was broken on its way: wrapped, padded, cut off, in the other alphabet. */
const BROKEN = /^[\w\-+/=.%\s\u200B-\u200D\u2060\uFEFF\u00AD\u2026]+$/;
/** Of a token that was wrapped by blanks, in characters. */
const SHORTEST_PIECE = 16;
const PREFIX =
  /^(?:[\s"'`\u201C\u2018<([]*)(?:authorization\s*:\s*)?(?:(?:bearer|dpop)\s+)?(?:["'`\u201C\u2018]*)/i;
const SUFFIX = /[\s"'`,;\u201D\u2019>)\]]*$/;

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
  const end = text.length - (SUFFIX.exec(text.slice(start))?.[0].length ?? 0);
  const inner = text.slice(start, Math.max(start, end));
  const letters = inner.replaceAll(/[\s\u00AD\u200B-\u200D\u2060\uFEFF]/g, '');
  if (!letters.includes('.') && !/^e[wy]/.test(letters)) return undefined;
  if (!BROKEN.test(inner) || !/^[\w\-+/=]{4,}/.test(letters) || hasWords(inner)) return undefined;
  const surroundings = /bearer|dpop|authorization/i.test(text.slice(0, start)) ? 'authorization' : 'bare';
  return { start, end, surroundings };
}

/** Short pieces between blanks are words, not a token that was wrapped. The last line of a wrapped one may be short. */
function hasWords(inner: string): boolean {
  const pieces = inner.replaceAll(/\s*\n\s*/g, '\n').split(/[^\S\n]+/);
  return pieces.length > 1 && pieces.some((piece) => piece.length < SHORTEST_PIECE);
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

function describe(text: string, start: number): Pick<LocatedToken, 'surroundings' | 'name'> {
  const before = text.slice(Math.max(0, start - 120), start);
  if (/(?:bearer|dpop)\s+$/i.test(before)) return { surroundings: 'authorization' };
  const member = /"([^"\\]{1,60})"\s*:\s*"$/.exec(before)?.[1];
  if (member !== undefined) return { surroundings: 'json', name: member };
  const parameter = /([\w.~-]{1,60})=$/.exec(before)?.[1];
  if (parameter !== undefined) return { surroundings: 'parameter', name: parameter };
  return { surroundings: /^[\s"'`<([]*$/.test(before) ? 'bare' : 'text' };
}
