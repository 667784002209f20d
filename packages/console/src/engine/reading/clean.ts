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
  const kept: string[] = [];
  const places: number[] = [];
  const found = new Map<FaultCode, { start: number; end: number; count: number; character: string }>();
  let at = 0;
  while (at < token.length) {
    const stray = strayAt(token, at);
    if (stray === undefined) {
      kept.push(token.charAt(at));
      places.push(start + at);
      at += 1;
      continue;
    }
    const { code, text, means } = stray;
    const known = found.get(code);
    if (known) known.count += 1;
    else
      found.set(code, {
        start: start + at,
        end: start + at + text.length,
        count: 1,
        character: text.slice(0, 12),
      });
    for (const character of means) {
      kept.push(character);
      places.push(start + at);
    }
    at += text.length;
  }
  places.push(start + token.length);
  const text = kept.join('');
  const mend = { start, end: start + token.length, text };
  const faults = [...found].map(
    ([code, { count, character, ...place }]): Fault => ({
      code,
      pane: 'token',
      ...place,
      facts: { count, character },
      // What was left out of an illegal place may have been anything.
      ...(code !== 'ellipsis' && code !== 'illegal_character' && { mend }),
    }),
  );
  return { text, places, faults };
}

const SOUND = /[A-Za-z0-9_-]/;

function strayAt(token: string, at: number): { code: FaultCode; text: string; means: string } | undefined {
  if (SOUND.test(token.charAt(at))) return undefined;
  for (const { code, pattern, means } of STRAYS) {
    pattern.lastIndex = at;
    const text = pattern.exec(token)?.[0];
    if (text !== undefined) return { code, text, means: means(text) };
  }
  return undefined;
}
