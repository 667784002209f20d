import { parseStrictObjectText, StrictJsonError } from '@portcullis/token/inspect';
import {
  createScanner,
  format,
  type Node,
  type ParseError,
  type ParseErrorCode,
  parseTree,
  printParseErrorCode,
} from 'jsonc-parser';
import type { Fault, FaultCode, Pane } from './faults.ts';
import { isTooDeep } from './json-depth.ts';

/** `SyntaxKind.EOF` of jsonc-parser, whose enumerations exist for its types only. */
const END_OF_FILE = 17;

const LAYOUT = { insertSpaces: true, tabSize: 2, eol: '\n' };

/** JSON as people read it: indented, with what is wrong in it. */
export interface JsonView {
  /** The same tokens as in the raw text, laid out; nothing else was changed, also not duplicates or spellings of numbers. */
  readonly text: string;
  /** Undefined where it is no JSON object. Of duplicates the last one counts. */
  readonly object: Readonly<Record<string, unknown>> | undefined;
  readonly faults: readonly Fault[];
}

/** Lays JSON out and finds what is wrong with it (RFC 8259, RFC 7493), also when it is broken. */
export function viewJson(raw: string, pane: Pane): JsonView {
  return judgeJson(isTooDeep(raw) ? raw : layOut(raw), pane);
}

/** The same without laying it out: places count in the text as it is. */
export function judgeJson(text: string, pane: Pane): JsonView {
  if (isTooDeep(text)) {
    const facts = { reason: 'nested too deeply' };
    return {
      text,
      object: undefined,
      faults: [{ code: 'not_strict', pane, start: 0, end: text.length, facts }],
    };
  }
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { disallowComments: true, allowTrailingComma: false });
  if (errors.length > 0 || tree === undefined) {
    return { text, object: undefined, faults: [syntaxFault(text, errors[0], pane)] };
  }
  const faults: Fault[] = duplicates(tree, pane);
  if (tree.type !== 'object') {
    faults.push({ code: 'not_an_object', pane, start: 0, end: text.length, facts: { type: tree.type } });
  } else if (faults.length === 0) {
    faults.push(...strictFault(text, pane));
  }
  const value: unknown = tree.type === 'object' ? JSON.parse(text) : undefined;
  return { text, object: isObject(value) ? value : undefined, faults };
}

function layOut(raw: string): string {
  const pieces: string[] = [];
  let at = 0;
  // They come in order. `applyEdits` copies the whole text for each of them.
  for (const { offset, length, content } of format(raw, undefined, LAYOUT)) {
    pieces.push(raw.slice(at, offset), content);
    at = offset + length;
  }
  return pieces.join('') + raw.slice(at);
}

/** The tokens of a JSON text without what is between them, all else as it was written. */
export function withoutWhiteSpace(text: string): string {
  const scanner = createScanner(text, true);
  let bare = '';
  while (scanner.scan() !== END_OF_FILE) {
    bare += text.slice(scanner.getTokenOffset(), scanner.getTokenOffset() + scanner.getTokenLength());
  }
  return bare;
}

function syntaxFault(text: string, error: ParseError | undefined, pane: Pane): Fault {
  const { offset = 0, length = 0, error: kind } = error ?? {};
  const start = Math.min(offset, text.length);
  const end = Math.min(text.length, start + Math.max(1, length));
  const place = {
    pane,
    start,
    end,
    facts: { ...position(text, start), found: text.slice(start, end).slice(0, 20) },
  };
  if (text.slice(start).trim() === '' || isOpenString(text, kind, end))
    return { ...place, code: 'json_ends_early' };
  const trailing = trailingComma(text, start);
  if (trailing !== undefined) {
    return { ...place, code: 'json_trailing_comma', mend: { start: trailing, end: trailing + 1, text: '' } };
  }
  if (
    /['\u2018\u2019\u201C\u201D]/.test(text.slice(start, end)) &&
    kind !== undefined &&
    printParseErrorCode(kind) === 'InvalidSymbol'
  ) {
    const mended = text.replaceAll(/['\u2018\u2019\u201C\u201D]/g, '"');
    return {
      ...place,
      code: 'json_quotes',
      ...(parses(mended) && { mend: { start: 0, end: text.length, text: mended } }),
    };
  }
  return { ...place, code: 'not_json' };
}

/** A string that no quote ends: what follows it was cut off. */
function isOpenString(text: string, kind: ParseErrorCode | undefined, end: number): boolean {
  return (
    kind !== undefined &&
    printParseErrorCode(kind) === 'UnexpectedEndOfString' &&
    end >= text.trimEnd().length
  );
}

/** Where the comma stands before a closing bracket at `at`. */
function trailingComma(text: string, at: number): number | undefined {
  if (!/[}\]]/.test(text.charAt(at))) return undefined;
  const before = text.slice(0, at).trimEnd();
  return before.endsWith(',') ? before.length - 1 : undefined;
}

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function position(text: string, at: number): { line: number; column: number } {
  const before = text.slice(0, at).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

/** Most of one kind that are told. */
const MOST_FAULTS = 100;

/** Every member whose name stands twice in its object, at the second place; of very many the first hundred or so. */
function duplicates(tree: Node, pane: Pane): Fault[] {
  const faults: Fault[] = [];
  const open: Node[] = [tree];
  for (let node = open.pop(); node !== undefined && faults.length < MOST_FAULTS; node = open.pop()) {
    const names = new Set<unknown>();
    for (const child of node.children ?? []) {
      open.push(child);
      const name = node.type === 'object' ? child.children?.[0] : undefined;
      if (name === undefined) continue;
      if (names.has(name.value) && faults.length < MOST_FAULTS) {
        const { offset, length } = name;
        const facts = { name: String(name.value).slice(0, 60) };
        faults.push({ code: 'duplicate_member', pane, start: offset, end: offset + length, facts });
      }
      names.add(name.value);
    }
  }
  return faults.sort((a, b) => a.start - b.start);
}

/** What only the verifier's own reader objects to. */
function strictFault(text: string, pane: Pane): Fault[] {
  try {
    parseStrictObjectText(text);
    return [];
  } catch (error) {
    if (!(error instanceof StrictJsonError)) throw error;
    const code: FaultCode = 'not_strict';
    return [{ code, pane, start: 0, end: text.length, facts: { reason: error.reason } }];
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
