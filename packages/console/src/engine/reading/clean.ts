import type { Fault, FaultCode } from './faults.ts';

/** The characters of a token without those that do not belong, each with its place in the text it was read from. */
export interface CleanToken {
  /** Only characters of base64url, and dots. */
  readonly text: string;
  /** The place of each character of `text`, and behind the last one the end. */
  readonly places: readonly number[];
  readonly faults: readonly Fault[];
}

interface Stray {
  readonly code: FaultCode;
  readonly pattern: RegExp;
  /** What the characters stand for; nothing when they do not belong. */
  readonly means: (text: string) => string;
}

const nothing = (): string => '';

const STRAYS: readonly Stray[] = [
  { code: 'white_space', pattern: /\s+/y, means: nothing },
  { code: 'invisible', pattern: /[\u00AD\u200B-\u200F\u2060\uFEFF]+/y, means: nothing },
  { code: 'ellipsis', pattern: /\u2026|\.{3,}/y, means: nothing },
  {
    code: 'percent_encoded',
    pattern: /%(?:2E|2D|5F|3D|2B|2F)/iy,
    means: (text) => meantBy(decodeURIComponent(text)),
  },
  { code: 'padding', pattern: /=+/y, means: nothing },
  { code: 'base64_alphabet', pattern: /[+/]/y, means: meantBy },
  { code: 'illegal_character', pattern: /[^A-Za-z0-9_.-]/uy, means: nothing },
];

/** A character of either alphabet in that of base64url (RFC 4648 section 5). */
function meantBy(character: string): string {
  return character === '+' ? '-' : character === '/' ? '_' : character === '=' ? '' : character;
}

/**
 * Reads a token that may have been damaged on its way: what does not belong is left out, what is spelled otherwise is
 * spelled right, and each kind of damage is told once, at its first place, with how often it occurs.
 *
 * @param start where the token begins in the whole text; places count from the beginning of that
 */
export function cleanToken(token: string, start: number): CleanToken {
  const pieces = piecesOf(token);
  const places: number[] = [];
  let text = '';
  for (const { at, means, code } of pieces) {
    for (let index = 0; index < means.length; index++)
      places.push(start + at + (code === undefined ? index : 0));
    text += means;
  }
  places.push(start + token.length);
  return { text, places, faults: faultsOf(token, start, pieces) };
}

/** A run of sound characters, or of characters of one kind that do not belong. */
interface Piece {
  readonly at: number;
  readonly text: string;
  readonly means: string;
  readonly code?: FaultCode;
}

function piecesOf(token: string): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  while (at < token.length) {
    SOUND.lastIndex = at;
    const sound = SOUND.exec(token)?.[0];
    const piece = sound === undefined ? strayAt(token, at) : { at, text: sound, means: sound };
    pieces.push(piece);
    at += piece.text.length;
  }
  return pieces;
}

function faultsOf(token: string, start: number, pieces: readonly Piece[]): Fault[] {
  const found = new Map<FaultCode, Piece & { count: number }>();
  for (const piece of pieces) {
    if (piece.code === undefined) continue;
    const known = found.get(piece.code);
    found.set(piece.code, { ...(known ?? piece), count: (known?.count ?? 0) + 1 });
  }
  return [...found].map(([code, { at, text, count }]): Fault => {
    const place = { start: start + at, end: start + at + text.length };
    const facts = { count, character: text.slice(0, 12) };
    // What stood in an illegal place may have been anything.
    if (code === 'ellipsis' || code === 'illegal_character') return { code, pane: 'token', ...place, facts };
    const mended = pieces.map((piece) => (piece.code === code ? piece.means : piece.text)).join('');
    return { code, pane: 'token', ...place, facts, mend: { start, end: start + token.length, text: mended } };
  });
}

/** Characters of base64url, and dots, unless three of them stand for what was left out. */
const SOUND = /(?:[A-Za-z0-9_-]|\.(?!\.\.)(?<!\.\.\.))+/y;

function strayAt(token: string, at: number): Piece {
  for (const { code, pattern, means } of STRAYS) {
    pattern.lastIndex = at;
    const text = pattern.exec(token)?.[0];
    if (text !== undefined) return { at, text, means: means(text), code };
  }
  // Half a character: a surrogate without its other half.
  return { at, text: token.charAt(at), means: '', code: 'illegal_character' };
}
