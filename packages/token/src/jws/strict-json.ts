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
  checkStructure(text);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new StrictJsonError('not valid JSON');
  }
  if (!isJsonObject(value)) throw new StrictJsonError('not a JSON object');
  checkValues(value);
  return value;
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * One pass over the text before it is parsed: depth and member names. It need not judge the grammar, which
 * JSON.parse does next; it only has to see every string and every bracket of a text that is valid.
 */
function checkStructure(text: string): void {
  const open: (Set<string> | undefined)[] = [];
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case 0x22: {
        const end = endOfString(text, at);
        const names = open[open.length - 1];
        if (names !== undefined && isMemberName(text, end)) addName(names, text.slice(at, end));
        at = end - 1;
        break;
      }
      case 0x7b:
        open.push(new Set());
        break;
      case 0x5b:
        open.push(undefined);
        break;
      case 0x7d:
      case 0x5d:
        open.pop();
        break;
    }
    if (open.length > DEEPEST) throw new StrictJsonError('nested too deeply');
  }
}

/** Index just after the closing quote of the string that opens at `start`. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x5c) at++;
    else if (code === 0x22) return at + 1;
  }
  throw new StrictJsonError('not valid JSON');
}

function isMemberName(text: string, after: number): boolean {
  for (let at = after; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x3a) return true;
    if (code !== 0x20 && code !== 0x09 && code !== 0x0a && code !== 0x0d) return false;
  }
  return false;
}

function addName(names: Set<string>, quoted: string): void {
  let name: unknown;
  try {
    name = JSON.parse(quoted);
  } catch {
    throw new StrictJsonError('not valid JSON');
  }
  if (typeof name !== 'string' || !name.isWellFormed())
    throw new StrictJsonError('member name not well formed');
  if (names.has(name)) throw new StrictJsonError('duplicate member');
  // No standard defines a member of this name, and objects copied carelessly downstream would be poisoned by it.
  if (name === '__proto__') throw new StrictJsonError('member name not allowed');
  names.add(name);
}

function checkValues(value: unknown): void {
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new StrictJsonError('number out of range');
  } else if (typeof value === 'string') {
    if (!value.isWellFormed()) throw new StrictJsonError('text not well formed');
  } else if (Array.isArray(value)) {
    for (const item of value) checkValues(item);
  } else if (isJsonObject(value)) {
    for (const item of Object.values(value)) checkValues(item);
  }
}
