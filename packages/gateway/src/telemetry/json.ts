import { withoutTokens } from './redact.ts';

const SPACE = 0x20;
const QUOTE = 0x22;
const LETTER_J = 0x4a;
const BACKSLASH = 0x5c;
const TILDE = 0x7e;

/** A text as JSON, less the tokens in it. */
export function jsonText(text: string): string {
  return isPlain(text) ? `"${text}"` : withoutTokens(JSON.stringify(text));
}

/** Neither needs an escape nor can hold a token (`eyJ`): true of almost all texts, and told sooner than they are escaped. */
function isPlain(text: string): boolean {
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code < SPACE || code > TILDE || code === QUOTE || code === BACKSLASH || code === LETTER_J)
      return false;
  }
  return true;
}

/** By thousandths: what stands behind the whole milliseconds. */
const FRACTIONS: readonly string[] = Array.from({ length: 1000 }, (_, thousandths) =>
  String(thousandths / 1000).slice(1),
);

/**
 * Milliseconds as JSON, to the microsecond: a whole number is written in a fifth of the time of a fraction. What is no time is
 * written as 0.
 */
export function jsonMilliseconds(milliseconds: number): string {
  if (!(milliseconds >= 0 && milliseconds < Number.MAX_SAFE_INTEGER)) return '0';
  const micros = Math.round(milliseconds * 1000);
  const whole = Math.floor(micros / 1000);
  return `${whole}${FRACTIONS[micros - whole * 1000]}`;
}
