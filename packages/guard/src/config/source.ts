import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  visit,
  type YAMLError,
} from 'yaml';
import type { Place } from './configuration.ts';
import { type Environment, substituteEnvironment } from './environment.ts';

export type KeyPath = readonly (string | number)[];

/** A mistake in the YAML itself. */
export interface SourceProblem extends Place {
  readonly message: string;
}

const MAX_BYTES = 1024 * 1024;
const MAX_ALIASES = 100;
/** In nodes of the document: about twice as many as levels that are written. */
const MAX_DEPTH = 100;

const TOO_DEEP: SourceProblem = { line: 1, column: 1, message: 'nested too deeply' };

const NO_ANCHOR = 'no such anchor: a text that starts with "*" must stand in quotes';

/** In place of messages that are made of the source itself. */
const OWN_MESSAGES: Partial<Record<YAMLError['code'], string>> = {
  BAD_COLLECTION_TYPE: 'this tag is for another kind of value',
  BAD_DIRECTIVE: 'Unknown directive',
  BAD_DQ_ESCAPE: 'Invalid escape sequence',
  TAG_RESOLVE_FAILED: 'Unresolved tag: a text that starts with "!" must stand in quotes',
};

/** The YAML text of a configuration, read once: the plain value, and where everything in it stands. */
export class Source {
  readonly problems: readonly SourceProblem[];
  readonly value: unknown;
  readonly #document: Document;
  readonly #lines = new LineCounter();

  /** Reads YAML 1.2 (core schema, no custom tags) and fills in the environment. Problems are collected, never thrown. */
  constructor(text: string, env: Environment) {
    const tooLarge = new TextEncoder().encode(text).length > MAX_BYTES;
    this.#document = parseDocument(tooLarge ? '' : text, {
      lineCounter: this.#lines,
      version: '1.2',
      schema: 'core',
      merge: false,
      resolveKnownTags: false,
      uniqueKeys: true,
      // Pretty errors quote the source, and a quoted line may hold a secret.
      prettyErrors: false,
    });
    if (tooLarge) {
      this.problems = [{ line: 1, column: 1, message: 'larger than 1 MB' }];
      return;
    }
    const problems = this.#syntaxProblems();
    if (problems.length === 0) {
      for (const { offset, message } of substituteEnvironment(this.#document, env)) {
        problems.push({ ...this.#placeAt(offset), message });
      }
    }
    if (problems.length === 0) this.value = this.#toValue(problems);
    this.problems = problems;
  }

  /** Is there a value at exactly this path? */
  has(path: KeyPath): boolean {
    return this.#walk(path).complete;
  }

  /** The place of the value at this path, or of the deepest ancestor that is there. */
  locate(path: KeyPath): Place {
    return this.#placeAt(this.#walk(path).offset);
  }

  /** The place of the key that ends this path. */
  locateKey(path: KeyPath): Place {
    return this.#placeAt(this.#walk(path).keyOffset);
  }

  #walk(path: KeyPath): { offset: number; keyOffset: number; complete: boolean } {
    let node = this.#resolve(this.#document.contents);
    let offset = node?.range?.[0] ?? 0;
    let keyOffset = offset;
    for (const segment of path) {
      const step = this.#step(node, segment);
      if (step === undefined) return { offset, keyOffset, complete: false };
      keyOffset = step.keyOffset ?? offset;
      offset = step.node?.range?.[0] ?? keyOffset;
      node = step.node;
    }
    return { offset, keyOffset, complete: true };
  }

  #step(
    node: Node | undefined,
    segment: string | number,
  ): { node: Node | undefined; keyOffset?: number } | undefined {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(segment));
      return pair && { node: this.#resolve(pair.value), keyOffset: keyOffsetOf(pair) };
    }
    if (!isSeq(node)) return undefined;
    const item = node.items[Number(segment)];
    return item === undefined ? undefined : { node: this.#resolve(item) };
  }

  #resolve(node: unknown): Node | undefined {
    if (isAlias(node)) return node.resolve(this.#document);
    return isMap(node) || isSeq(node) || isScalar(node) ? node : undefined;
  }

  #syntaxProblems(): SourceProblem[] {
    // A warning is an unknown tag or directive: something this reader would otherwise pass over.
    const faults = [...this.#document.errors, ...this.#document.warnings];
    if (faults.some(({ message }) => message.startsWith('Maximum call stack'))) return [TOO_DEEP];
    const problems = faults.map((fault) => ({ ...this.#placeAt(fault.pos[0]), message: messageOf(fault) }));
    const { yaml } = this.#document.directives ?? {};
    if (yaml?.explicit && yaml.version !== '1.2')
      problems.push({ line: 1, column: 1, message: 'only YAML 1.2 is read' });
    const anchors = new Set<string>();
    visit(this.#document, {
      Alias: (_, { source, range }) => {
        if (!anchors.has(source)) problems.push({ ...this.#placeAt(range?.[0] ?? 0), message: NO_ANCHOR });
      },
      Scalar: (_, { anchor }) => {
        if (anchor !== undefined) anchors.add(anchor);
      },
      Collection: (_, { anchor }, path) => {
        if (anchor !== undefined) anchors.add(anchor);
        if (path.length <= MAX_DEPTH) return undefined;
        problems.push(TOO_DEEP);
        return visit.BREAK;
      },
      Pair: (_, { key }) => {
        const message = keyFault(key);
        if (message !== undefined) {
          problems.push({ ...this.#placeAt(this.#resolve(key)?.range?.[0] ?? 0), message });
        }
      },
    });
    return problems;
  }

  #toValue(problems: SourceProblem[]): unknown {
    try {
      return this.#document.toJS({ maxAliasCount: MAX_ALIASES }) ?? {};
    } catch {
      problems.push({ line: 1, column: 1, message: 'uses too many aliases' });
      return undefined;
    }
  }

  #placeAt(offset: number): Place {
    const { line, col } = this.#lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  }
}

/** What the parser found wrong, without the piece of source that some of its messages end with: it may be a secret. */
function messageOf({ code, message }: YAMLError): string {
  const own = OWN_MESSAGES[code];
  if (own !== undefined) return own;
  return code === 'UNEXPECTED_TOKEN' ? (message.split(': ')[0] ?? '') : message;
}

function keyFault(key: unknown): string | undefined {
  if (!isScalar(key)) return 'a key must be a plain text';
  return key.value === '__proto__' ? 'this key is not allowed' : undefined;
}

function keyOffsetOf(pair: Pair): number {
  return (isScalar(pair.key) ? pair.key.range?.[0] : undefined) ?? 0;
}
