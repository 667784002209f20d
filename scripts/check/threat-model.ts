import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Node } from 'typescript/unstable/ast';
import {
  isArrayLiteralExpression,
  isCallExpression,
  isNoSubstitutionTemplateLiteral,
  isObjectLiteralExpression,
  isPropertyAssignment,
  isStringLiteral,
  isTemplateExpression,
} from 'typescript/unstable/ast/is';
import { type ParsedFile, parseFiles, walk } from '../sources/parse.ts';
import { ROOT } from '../workspace.ts';

const PAGE = 'docs/threat-model.md';
/** How the page cites a proof: the file, then the names from the outermost group to the test. */
const SEPARATOR = ' › ';
/** What runs as a test under its first argument; `.skip` and `.todo` prove nothing. */
const TEST_CALL = /^(test|it|describe|suite)(\.only)?$/;
/** Functions of the suites that make one test of each row of a table. */
const TABLE_CALL = /^each[A-Z]/;

interface Citation {
  readonly line: number;
  readonly file: string;
  readonly names: readonly string[];
}

/**
 * Holds the threat model to its proofs: each test that it cites, as `path › test name` in backticks, must exist in that
 * file under that very name. A name with `${…}` is cited as it stands in the source; a test made from a row of a table
 * may be cited by the row's name.
 *
 * @returns one line for each citation that names no test
 */
export function checkThreatModel(root: string = ROOT): string[] {
  if (!existsSync(join(root, PAGE))) return [`${PAGE} is missing`];
  const citations = citationsIn(readFileSync(join(root, PAGE), 'utf8'));
  if (citations.length === 0) return [`${PAGE} cites no test`];
  const files = [...new Set(citations.map(({ file }) => file))].filter((file) =>
    existsSync(join(root, file)),
  );
  const named = parseFiles(
    root,
    files.map((file) => join(root, file)),
    testNames,
  );
  const names = new Map(files.map((file, at) => [file, named[at]]));
  return citations.flatMap((citation) => problemsOf(citation, names.get(citation.file)));
}

function citationsIn(page: string): Citation[] {
  return page.split('\n').flatMap((text, at) =>
    [...text.matchAll(/`([^`]+\.test\.ts(?: › [^`]*)?)`/g)].map(([, cited = '']) => {
      const [file = '', ...names] = cited.split(SEPARATOR);
      return { line: at + 1, file, names };
    }),
  );
}

function problemsOf({ line, file, names }: Citation, known: ReadonlySet<string> | undefined): string[] {
  const place = `${PAGE}:${line}`;
  if (known === undefined) return [`${place} cites ${file}, which is not there`];
  if (names.length === 0) return [`${place} cites ${file} without the name of a test`];
  return names
    .filter((name) => !known.has(name))
    .map((name) => `${place} cites "${name}", which is no test in ${file}`);
}

/** The names of all tests and groups in a file, and those of the rows that tests may be made from. */
function testNames({ tree }: ParsedFile): ReadonlySet<string> {
  const names = new Set<string>();
  for (const node of walk(tree)) {
    for (const candidate of candidatesIn(node)) {
      const name = literalText(candidate);
      if (name !== undefined) names.add(name);
    }
  }
  return names;
}

function candidatesIn(node: Node): readonly (Node | undefined)[] {
  if (isCallExpression(node)) return TEST_CALL.test(node.expression.getText()) ? [node.arguments[0]] : [];
  // A row of a table: ['name', …] in a list, { name: … } or { 'name': … }.
  if (isArrayLiteralExpression(node)) return isRow(node) ? [node.elements[0]] : [];
  if (!isPropertyAssignment(node) || !isObjectLiteralExpression(node.parent)) return [];
  return isStringLiteral(node.name) ? [node.name] : node.name.getText() === 'name' ? [node.initializer] : [];
}

function isRow({ parent }: Node): boolean {
  return (
    isArrayLiteralExpression(parent) ||
    (isCallExpression(parent) && TABLE_CALL.test(parent.expression.getText()))
  );
}

/** A string as it reads; a template as it is written, since its values are known only when it runs. */
function literalText(node: Node | undefined): string | undefined {
  if (node === undefined) return undefined;
  if (isStringLiteral(node)) return node.text;
  if (isNoSubstitutionTemplateLiteral(node) || isTemplateExpression(node)) return node.getText().slice(1, -1);
  return undefined;
}
