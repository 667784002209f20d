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
} from 'yaml';
import { aliasProblems } from './alias-problems.ts';
import type { Place } from './configuration.ts';
import { type Environment, substituteEnvironment } from './environment.ts';
import type { KeyPath } from './key-path.ts';
import { type YamlProblem, yamlProblems } from './yaml-problems.ts';

/** A mistake in the YAML itself. */
export interface SourceProblem extends Place {
  readonly message: string;
}

const MAX_BYTES = 1024 * 1024;
const MAX_ALIASES = 100;
/** In nodes of the document: about twice as many as levels that are written. */
const MAX_DEPTH = 100;

const START: Place = { line: 1, column: 1 };
const TOO_DEEP: SourceProblem = { ...START, message: 'nested too deeply' };

/** The YAML text of a configuration, read once: the plain value, and where everything in it stands. */
export class Source {
  readonly problems: readonly SourceProblem[];
  readonly value: unknown;
  readonly #document: Document;
  readonly #lines = new LineCounter();

  /** Reads YAML 1.2 (core schema, no custom tags) and fills in the environment. Problems are collected, never thrown. */
  constructor(text: string, env: Environment) {
    const unfit = unfitText(text);
    this.#document = parseDocument(unfit === undefined ? text : '', {
      lineCounter: this.#lines,
      version: '1.2',
      schema: 'core',
      merge: false,
      resolveKnownTags: false,
      uniqueKeys: true,
      // Pretty errors quote the source, and a quoted line may hold a secret.
      prettyErrors: false,
    });
    if (unfit !== undefined) {
      this.problems = [unfit];
      return;
    }
    const problems = this.#syntaxProblems(text);
    if (problems.length === 0) {
      for (const { offset, message } of substituteEnvironment(this.#document, env)) {
        problems.push({ ...this.#placeAt(offset), message });
      }
    }
    if (problems.length === 0) this.value = this.#toValue(problems);
    this.problems = problems;
  }

  /** The place of the value at this path, or of the deepest ancestor that is there. */
  locate(path: KeyPath): Place {
    return this.#placeAt(this.#walk(path).offset);
  }

  /** The place of the key that ends this path. */
  locateKey(path: KeyPath): Place {
    return this.#placeAt(this.#walk(path).keyOffset);
  }

  #walk(path: KeyPath): { offset: number; keyOffset: number } {
    let node = this.#resolve(this.#document.contents);
    let offset = node?.range?.[0] ?? 0;
    let keyOffset = offset;
    for (const segment of path) {
      const step = this.#step(node, segment);
      if (step === undefined) return { offset, keyOffset };
      keyOffset = step.keyOffset ?? offset;
      offset = step.node?.range?.[0] ?? keyOffset;
      node = step.node;
    }
    return { offset, keyOffset };
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

  #syntaxProblems(text: string): SourceProblem[] {
    if (this.#document.errors.some(({ message }) => message.startsWith('Maximum call stack')))
      return [TOO_DEEP];
    const lineOf = (offset: number): number => this.#placeAt(offset).line;
    const problems = yamlProblems(this.#document, text, lineOf).map((problem) => this.#placed(problem));
    const { yaml } = this.#document.directives ?? {};
    if (yaml?.explicit && yaml.version !== '1.2')
      problems.push({ ...START, message: 'only YAML 1.2 is read' });
    // What is left of a document that does not parse says nothing about what was meant.
    return problems.length > 0 ? problems : this.#structureProblems();
  }

  #structureProblems(): SourceProblem[] {
    const problems: SourceProblem[] = aliasProblems(this.#document).map((problem) => this.#placed(problem));
    visit(this.#document, {
      Collection: (_, _node, path) => {
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
      problems.push({ ...START, message: 'uses too many aliases' });
      return undefined;
    }
  }

  #placed({ offset, message }: YamlProblem): SourceProblem {
    return { ...this.#placeAt(offset), message };
  }

  #placeAt(offset: number): Place {
    const { line, col } = this.#lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  }
}

/** What keeps a text from being looked at as YAML at all. */
function unfitText(text: string): SourceProblem | undefined {
  if (new TextEncoder().encode(text).length > MAX_BYTES) return { ...START, message: 'larger than 1 MB' };
  // Whoever reads a file as UTF-8 gets U+FFFD for every byte that is none; NUL is what ASCII in UTF-16 leaves.
  const foreign = text.search(/[\0\uFFFD]/);
  if (foreign === -1) return undefined;
  return { line: text.slice(0, foreign).split('\n').length, column: 1, message: 'this is not UTF-8 text' };
}

function keyFault(key: unknown): string | undefined {
  if (!isScalar(key)) return 'a key must be a plain text';
  return key.value === '__proto__' ? 'this key is not allowed' : undefined;
}

function keyOffsetOf(pair: Pair): number {
  return (isScalar(pair.key) ? pair.key.range?.[0] : undefined) ?? 0;
}
