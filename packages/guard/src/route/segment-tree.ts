import { decoded } from '../path/decoded.ts';
import type { Segment } from './pattern.ts';

/** A node stands for the segments that lead to it. It can be reached at one depth only. */
interface Node<Leaf> {
  readonly statics: Map<string, Node<Leaf>>;
  param: Node<Leaf> | undefined;
  /** The path may end here. */
  leaf: Leaf | undefined;
  /** Whatever follows may follow, also nothing. */
  rest: Leaf | undefined;
}

/** What a path led to, with the raw segments that stand for its placeholders, in order. */
export interface Reached<Leaf> {
  readonly leaf: Leaf;
  readonly values: readonly string[];
}

/**
 * Patterns by their segments: static beats `{param}` beats `{rest*}` at each step, and a beginning that leads nowhere
 * is gone back on. A look-up visits no node twice, whatever the path. Static parts are compared decoded:
 * `/a%3Ab` is `/a:b` to the upstream, and must not pass for a `{param}` here.
 */
export class SegmentTree<Leaf> {
  readonly #root: Node<Leaf> = newNode();

  /** Adds a pattern; one of the same shape that is there already stays. */
  add(segments: readonly Segment[], leaf: Leaf): void {
    let node = this.#root;
    for (const segment of segments) {
      if (segment.kind === 'rest') {
        node.rest ??= leaf;
        return;
      }
      node = segment.kind === 'static' ? staticChild(node, decoded(segment.text)) : paramChild(node);
    }
    node.leaf ??= leaf;
  }

  /** @param path starts with a slash; one at its end makes an empty last segment */
  find(path: string): Reached<Leaf> | undefined {
    const values: string[] = [];
    const leaf = descend(this.#root, path, 1, values);
    return leaf === undefined ? undefined : { leaf, values };
  }
}

/** @param at where the next segment starts; past the end of the path when there is none */
function descend<Leaf>(node: Node<Leaf>, path: string, at: number, values: string[]): Leaf | undefined {
  if (at > path.length) return node.leaf ?? takeRest(node, '', values);
  const slash = path.indexOf('/', at);
  const end = slash === -1 ? path.length : slash;
  const segment = path.slice(at, end);
  const exact = node.statics.get(decoded(segment));
  const found = exact && descend(exact, path, end + 1, values);
  if (found !== undefined) return found;
  if (node.param !== undefined && segment !== '') {
    values.push(segment);
    const below = descend(node.param, path, end + 1, values);
    if (below !== undefined) return below;
    values.pop();
  }
  return takeRest(node, path.slice(at), values);
}

function takeRest<Leaf>({ rest }: Node<Leaf>, value: string, values: string[]): Leaf | undefined {
  if (rest !== undefined) values.push(value);
  return rest;
}

function staticChild<Leaf>(node: Node<Leaf>, text: string): Node<Leaf> {
  const child = node.statics.get(text) ?? newNode<Leaf>();
  node.statics.set(text, child);
  return child;
}

function paramChild<Leaf>(node: Node<Leaf>): Node<Leaf> {
  node.param ??= newNode();
  return node.param;
}

function newNode<Leaf>(): Node<Leaf> {
  return { statics: new Map(), param: undefined, leaf: undefined, rest: undefined };
}
