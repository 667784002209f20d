import { globSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Node } from 'typescript/unstable/ast';
import {
  isArrayLiteralExpression,
  isBinaryExpression,
  isCallExpression,
  isCaseClause,
  isLiteralTypeNode,
  isNewExpression,
  isPropertyAssignment,
  isStringLiteral,
} from 'typescript/unstable/ast/is';
import { lineOf, type ParsedFile, parseFiles, walk } from '../sources/parse.ts';
import { COMBINED, type Registry } from '../sources/registries.ts';
import { isTestFile, productPackages, ROOT } from '../workspace.ts';

/** A text in product code that has the shape of a code, and how it stands there. */
interface Mention {
  readonly package: string;
  readonly where: string;
  readonly text: string;
  /** It may be what is thrown, logged or answered; not just a comparison or a type. */
  readonly use: boolean;
  /** It stands where only a registered code may stand. */
  readonly raised: boolean;
}

/**
 * Holds the registries of error codes against the product's sources.
 * @returns one line for each code that is badly named, described twice, never used, or used without being registered
 */
export function checkRegistries(registries: readonly Registry[], root: string = ROOT): string[] {
  const own = registries.filter(({ name }) => name !== COMBINED);
  const mentions = productMentions(root);
  return [
    ...own.flatMap((registry) => nameProblems(registry, own)),
    ...unused(own, mentions),
    ...unregistered(own, mentions),
  ];
}

function nameProblems(registry: Registry, all: readonly Registry[]): string[] {
  return registry.codes.flatMap(({ code, summary }) => {
    const place = `${registry.package} ${registry.name}.${code}`;
    const twin = all
      .slice(all.indexOf(registry) + 1)
      .find(({ codes }) => codes.some((other) => other.code === code));
    return [
      ...(/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/.test(code) ? [] : [`${place} is not snake_case`]),
      ...(summary.trim() === '' ? [`${place} has no summary`] : []),
      ...(twin === undefined
        ? []
        : [`${place} also stands in ${twin.package} ${twin.name}: a code means one thing`]),
    ];
  });
}

function unused(registries: readonly Registry[], mentions: readonly Mention[]): string[] {
  return registries.flatMap((registry) => {
    const used = new Set(
      mentions.filter(({ use, package: id }) => use && id === registry.package).map(({ text }) => text),
    );
    return registry.codes
      .filter(({ code }) => !used.has(code))
      .map(
        ({ code }) => `${registry.package} ${registry.name}.${code} is never raised by ${registry.package}`,
      );
  });
}

function unregistered(registries: readonly Registry[], mentions: readonly Mention[]): string[] {
  const known = new Set(registries.flatMap(({ codes }) => codes.map(({ code }) => code)));
  return mentions
    .filter(({ raised, text }) => raised && !known.has(text))
    .map(({ where, text }) => `${where} raises "${text}", which is in no registry`);
}

function productMentions(root: string): Mention[] {
  return productPackages(root).flatMap(({ id, folder }) => {
    const files = globSync('src/**/*.ts', { cwd: folder })
      .filter((path) => !isTestFile(path))
      .map((path) => join(folder, path));
    return parseFiles(root, files, (file) => mentionsIn(id, relative(root, file.path), file)).flat();
  });
}

function mentionsIn(id: string, path: string, { tree }: ParsedFile): Mention[] {
  const mentions: Mention[] = [];
  for (const node of walk(tree)) {
    if (!isStringLiteral(node) || !/^[a-z][a-z0-9_]*$/.test(node.text)) continue;
    mentions.push({
      package: id,
      where: `${path}:${lineOf(tree, node)}`,
      text: node.text,
      use: isUse(node),
      raised: node.text.includes('_') && isRaised(node),
    });
  }
  return mentions;
}

function isUse({ parent }: Node): boolean {
  // A list of codes (`new Set([…])`) sorts them; it raises none.
  return (
    !isLiteralTypeNode(parent) &&
    !isCaseClause(parent) &&
    !isArrayLiteralExpression(parent) &&
    !isComparison(parent)
  );
}

function isComparison(node: Node): boolean {
  return isBinaryExpression(node) && /^[!=]==?$/.test(node.operatorToken.getText());
}

/** `new SomeError('…')`, `deny('…')`, `refuse('…')`, `{ reason: '…' }`. */
function isRaised(node: Node): boolean {
  const { parent } = node;
  if (isNewExpression(parent))
    return /Error$/.test(parent.expression.getText()) && parent.arguments?.[0] === node;
  if (isCallExpression(parent))
    return (
      /^(deny|denial|refuse|refusal|reject)$/.test(parent.expression.getText()) &&
      parent.arguments[0] === node
    );
  return isPropertyAssignment(parent) && parent.initializer === node && parent.name.getText() === 'reason';
}
