export type ArrayForm = 'comma' | 'space' | 'json';

/** A claim that would change its meaning, or break the message, were it written into a header. */
export class UnsafeHeaderValue {
  readonly why: string;
  constructor(why: string) {
    this.why = why;
  }
}

const ENCODER = new TextEncoder();

/**
 * Writes a claim as a field value (RFC 9110 §5.5): each character of the result is one byte, non-ASCII text as UTF-8.
 * @param value a claim that is there
 */
export function headerValue(value: unknown, form: ArrayForm): string | UnsafeHeaderValue {
  const text = textOf(value, form);
  return typeof text === 'string' ? toFieldValue(text) : text;
}

function textOf(value: unknown, form: ArrayForm): string | UnsafeHeaderValue {
  if (holdsInexact(value)) return new UnsafeHeaderValue('a whole number too large to be read exactly');
  const scalar = scalarText(value);
  if (scalar !== undefined) return scalar;
  if (form === 'json') return JSON.stringify(value);
  return Array.isArray(value)
    ? joined(value, form)
    : new UnsafeHeaderValue('an object can only be written as json');
}

function joined(items: readonly unknown[], form: 'comma' | 'space'): string | UnsafeHeaderValue {
  const separator = form === 'comma' ? ',' : ' ';
  const texts: string[] = [];
  for (const item of items) {
    const text = scalarText(item);
    if (text === undefined) return new UnsafeHeaderValue('an element is a list, an object or null');
    if (text === '' || text !== text.trim()) {
      return new UnsafeHeaderValue('an element is empty or has white space at its ends');
    }
    if (text.includes(separator)) return new UnsafeHeaderValue('an element holds the separator');
    texts.push(text);
  }
  return texts.join(separator);
}

/** Beyond 2^53 neighbours are read as one number: the header would name somebody else (RFC 7493 section 2.2). */
function holdsInexact(value: unknown): boolean {
  if (typeof value === 'number') return Number.isInteger(value) && !Number.isSafeInteger(value);
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsInexact);
}

function scalarText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

function toFieldValue(text: string): string | UnsafeHeaderValue {
  let ascii = true;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code < 0x20 || code === 0x7f) return new UnsafeHeaderValue('a control character');
    if (code > 0x7f) ascii = false;
  }
  if (isBlank(text.charCodeAt(0)) || isBlank(text.charCodeAt(text.length - 1))) {
    return new UnsafeHeaderValue('white space at an end');
  }
  if (ascii) return text;
  if (!text.isWellFormed()) return new UnsafeHeaderValue('a lone surrogate');
  // Joined, and not added one by one: it is kept with the token, and a sum is a tree of its parts, thirty times as large.
  return Array.from(ENCODER.encode(text), (byte) => String.fromCharCode(byte)).join('');
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}
