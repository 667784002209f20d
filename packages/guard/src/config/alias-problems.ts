import { type Alias, type Document, isAlias, isMap, isPair, isScalar, isSeq, visit } from 'yaml';
import type { KeyPath } from './key-path.ts';
import { knownKeys } from './known-keys.ts';
import type { YamlProblem } from './yaml-problems.ts';

/**
 * Aliases (`*name`) whose anchor (`&name`) does not stand above them, most of which are texts that lack their quotes,
 * and those that would make a value without end.
 */
export function aliasProblems(document: Document): YamlProblem[] {
  const problems: YamlProblem[] = [];
  const anchors = new Set<string>();
  visit(document, {
    Alias: (_, alias, ancestors) => {
      const offset = alias.range?.[0] ?? 0;
      if (!anchors.has(alias.source)) problems.push({ offset, message: unknownAnchor(alias, ancestors) });
      else if (ancestors.some((node) => holdsAnchor(node, alias.source))) {
        problems.push({ offset, message: 'an alias cannot stand within what it stands for' });
      }
    },
    Value: (_, node) => {
      if (!isAlias(node) && node.anchor !== undefined) anchors.add(node.anchor);
    },
  });
  return problems;
}

function unknownAnchor({ source }: Alias, ancestors: readonly unknown[]): string {
  const name = mayBeShown(ancestors) ? `anchor &${source.slice(0, 64)}` : 'such anchor';
  return `no ${name}; a text that starts with * needs quotes: "*…"`;
}

function holdsAnchor(node: unknown, name: string): boolean {
  return (isMap(node) || isSeq(node)) && node.anchor === name;
}

/** Under a key that the configuration knows and that holds no secret. */
function mayBeShown(ancestors: readonly unknown[]): boolean {
  const path = pathOf(ancestors);
  const key = path.findLast((segment) => typeof segment === 'string');
  if (key === undefined || path.includes('secrets')) return false;
  return knownKeys(path.slice(0, path.lastIndexOf(key))).includes(key);
}

function pathOf(ancestors: readonly unknown[]): KeyPath {
  return ancestors.flatMap((node): KeyPath => {
    // Which item of a list it is does not matter here.
    if (isSeq(node)) return [0];
    return isPair(node) && isScalar(node.key) ? [String(node.key.value)] : [];
  });
}
