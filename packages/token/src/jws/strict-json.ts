/**
 * JSON as a token may carry it: RFC 8259 read under I-JSON's rules (RFC 7493). Two readers of one text must
 * never see two different values, so duplicate member names (also when spelled with escapes), invalid UTF-8,
 * a byte order mark, numbers that overflow and lone surrogates are refused, and nesting is bounded.
 */
const DEEPEST = 16;

/** Thrown for a text that is not strict JSON; `reason` never repeats the text. */
export class StrictJsonError extends Error {
  override readonly name = 'StrictJsonError';
  readonly reason: string;
  constructor(reason: string) {
    super(reason);
    this.reason = reason;
  }
}

export type JsonObject = Record<string, unknown>;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Reads bytes as one strict JSON object. Throws {@link StrictJsonError}. */
export function parseStrictObject(bytes: Uint8Array<ArrayBuffer>): JsonObject {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    throw new StrictJsonError('not valid UTF-8');
  }
  return parseStrictObjectText(text);
}

/** The same for text that was decoded already. Throws {@link StrictJsonError}. */
export function parseStrictObjectText(text: string): JsonObject {
  const members = countMembers(text);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new StrictJsonError('not valid JSON');
  }
  if (!isJsonObject(value)) throw new StrictJsonError('not a JSON object');
  // Lone surrogates come from escapes, or stand in the text as it is.
  const mayHoldSurrogates = text.includes('\\') || !text.isWellFormed();
  // Of two members of one name JSON.parse keeps the last, with all that is in it.
  if (checkValue(value, mayHoldSurrogates) !== members) throw new StrictJsonError('duplicate member');
  return value;
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * One pass over the text before it is parsed: its depth, and how many members its objects have together. It need not judge
 * the grammar, which JSON.parse does next: in a text that is valid, each colon outside of strings stands behind a name.
 */
function countMembers(text: string): number {
  let members = 0;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case 0x22:
        at = closingQuote(text, at);
        break;
      case 0x3a:
        members += 1;
        break;
      case 0x7b:
      case 0x5b:
        depth += 1;
        if (depth > DEEPEST) throw new StrictJsonError('nested too deeply');
        break;
      case 0x7d:
      case 0x5d:
        depth -= 1;
        break;
    }
  }
  return members;
}

/** Index of the closing quote of the string that opens at `start`. */
function closingQuote(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x5c) at++;
    else if (code === 0x22) return at;
  }
  throw new StrictJsonError('not valid JSON');
}

/** @returns how many members all objects in it have together */
function checkValue(value: unknown, mayHoldSurrogates: boolean): number {
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new StrictJsonError('number out of range');
    return 0;
  }
  if (typeof value === 'string') {
    if (mayHoldSurrogates && !value.isWellFormed()) throw new StrictJsonError('text not well formed');
    return 0;
  }
  let members = 0;
  if (Array.isArray(value)) {
    for (const item of value) members += checkValue(item, mayHoldSurrogates);
  } else if (isJsonObject(value)) {
    for (const name of Object.keys(value)) {
      checkName(name, mayHoldSurrogates);
      members += 1 + checkValue(value[name], mayHoldSurrogates);
    }
  }
  return members;
}

function checkName(name: string, mayHoldSurrogates: boolean): void {
  if (mayHoldSurrogates && !name.isWellFormed()) throw new StrictJsonError('member name not well formed');
  // No standard defines a member of this name, and objects copied carelessly downstream would be poisoned by it.
  if (name === '__proto__') throw new StrictJsonError('member name not allowed');
}
