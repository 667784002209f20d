/** Verifiers take 16 levels. */
const DEEPEST = 200;

/**
 * Is it nested deeper than anything that is laid out or parsed here? Each level would be indented further, and recursion
 * has an end. Brackets in strings count too: that does no harm.
 */
export function isTooDeep(text: string): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x7b || code === 0x5b) depth += 1;
    else if ((code === 0x7d || code === 0x5d) && depth > 0) depth -= 1;
    if (depth > DEEPEST) return true;
  }
  return false;
}
