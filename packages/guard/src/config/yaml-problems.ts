import { type Document, isScalar, visit, type YAMLError } from 'yaml';
import { routeTextAt } from './route-text.ts';

/** A mistake in the YAML itself, at an offset in the text. */
export interface YamlProblem {
  readonly offset: number;
  readonly message: string;
}

type Code = YAMLError['code'];

/** After one of these the parser goes on as before; after any other, what it says next is about its own confusion. */
const INDEPENDENT: ReadonlySet<Code> = new Set(['BAD_DQ_ESCAPE', 'DUPLICATE_KEY', 'TAG_RESOLVE_FAILED']);

const INDENTED = 'this line is indented differently from its neighbours';
const NO_PAIR = 'expected "key: value" here';

/** What to say where the code alone tells it. */
const MESSAGES: Partial<Record<Code, string>> = {
  BAD_COLLECTION_TYPE: 'this tag is for another kind of value',
  BAD_DIRECTIVE: 'unknown directive: a text that starts with % needs quotes: "%…"',
  BAD_DQ_ESCAPE: 'unknown escape: in double quotes a backslash is written \\\\',
  BLOCK_IN_FLOW: 'within [ ] and { } items are separated by commas, not by lines',
  MULTILINE_IMPLICIT_KEY: NO_PAIR,
  MULTIPLE_DOCS: 'a second document begins here (---); only one is allowed',
  TAB_AS_INDENT: 'this line is indented with a tab: use spaces',
  TAG_RESOLVE_FAILED: 'unknown tag: a text that starts with ! needs quotes: "!…"',
};

/**
 * What the parser found wrong, in our words: its own quote the source, and a line of it may hold a secret. What
 * follows from the first mistake is left out.
 */
export function yamlProblems(
  document: Document,
  text: string,
  lineOf: (offset: number) => number,
): YamlProblem[] {
  // A warning is an unknown tag or directive: something this reader would otherwise pass over.
  const faults = [...document.errors, ...document.warnings].sort((a, b) => a.pos[0] - b.pos[0]);
  const first = faults.findIndex(({ code }) => !INDEPENDENT.has(code));
  const told = first === -1 ? faults : faults.slice(0, first + 1);
  const twice = told.some(({ code }) => code === 'DUPLICATE_KEY')
    ? duplicateKeys(document, lineOf)
    : new Map<number, string>();
  return told.map((fault) => describe(fault, text, twice));
}

function describe(fault: YAMLError, text: string, twice: ReadonlyMap<number, string>): YamlProblem {
  const [offset] = fault.pos;
  switch (fault.code) {
    case 'BAD_ALIAS':
      return { offset, message: starMessage(text, offset) };
    case 'BAD_INDENT':
      return { offset, message: fault.message.startsWith('Flow ') ? notClosed(fault.message) : INDENTED };
    case 'BAD_SCALAR_START':
      return { offset, message: `a text that starts with ${text[offset]} needs quotes: "${text[offset]}…"` };
    case 'BLOCK_AS_IMPLICIT_KEY':
      return nestedKey(text, offset);
    case 'DUPLICATE_KEY':
      return { offset, message: twice.get(offset) ?? 'this key stands above already' };
    case 'MISSING_CHAR':
      return { offset, message: missing(fault.message, text, offset) };
    case 'UNEXPECTED_TOKEN':
      return { offset, message: unexpected(text, offset) };
    default:
      return { offset, message: MESSAGES[fault.code] ?? 'this is not valid YAML' };
  }
}

function starMessage(text: string, offset: number): string {
  const alone = /^\*\s*(?:[\],}\n]|$)/.test(text.slice(offset, offset + 200));
  const shown = alone ? '*' : (routeTextAt(text, offset) ?? '*…');
  return `a text with * needs quotes: "${shown}"`;
}

function unexpected(text: string, offset: number): string {
  const sign = text[offset];
  if (sign !== '{' && sign !== '[')
    return 'this does not belong here: a text with special signs needs quotes';
  const route = routeTextAt(text, offset);
  return `a text with ${sign} needs quotes${route === undefined ? '' : `: "${route}"`}`;
}

function notClosed(message: string): string {
  const signs = message.startsWith('Flow map') ? ['{', '}'] : ['[', ']'];
  return `a ${signs[0]} above is not closed with ${signs[1]}, or its lines are not indented`;
}

function missing(message: string, text: string, offset: number): string {
  if (message.startsWith('Missing closing')) return 'a text in quotes is not closed';
  if (message.startsWith('Sequence item')) return INDENTED;
  if (message.startsWith('Implicit map keys')) return NO_PAIR;
  return text[offset] === '{' || text[offset] === '[' ? unexpected(text, offset) : 'a comma is missing';
}

/** A key where a value was begun: on the same line, or on the next one when that is indented too deeply. */
function nestedKey(text: string, offset: number): YamlProblem {
  const line = /^[^\n]*/.exec(text.slice(offset))?.[0] ?? '';
  if (/^\s*- /.test(line)) return { offset, message: 'a list item (-) stands among keys here' };
  if (/:(?:\s|$)/.test(line)) return { offset, message: 'a text with ": " needs quotes' };
  const below = /^\s*/.exec(text.slice(offset + line.length))?.[0] ?? '';
  return { offset: offset + line.length + below.length, message: INDENTED };
}

/** By the offset of each key that its map holds already: what is to be said of it. Read once, for all of them. */
function duplicateKeys(document: Document, lineOf: (offset: number) => number): Map<number, string> {
  const messages = new Map<number, string>();
  visit(document, {
    Map: (_, { items }) => {
      const first = new Map<unknown, number>();
      for (const { key } of items) {
        if (!isScalar(key)) continue;
        const offset = key.range?.[0] ?? 0;
        const earlier = first.get(key.value);
        if (earlier === undefined) first.set(key.value, offset);
        else messages.set(offset, `the key "${shown(key.value)}" stands at line ${lineOf(earlier)} already`);
      }
    },
  });
  return messages;
}

function shown(key: unknown): string {
  return String(key).slice(0, 64);
}
