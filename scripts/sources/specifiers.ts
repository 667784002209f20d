import type { Node } from 'typescript/unstable/ast';
import { SyntaxKind } from 'typescript/unstable/ast';
import {
  isCallExpression,
  isExportDeclaration,
  isExternalModuleReference,
  isImportDeclaration,
  isImportTypeNode,
  isLiteralTypeNode,
  isNoSubstitutionTemplateLiteral,
  isStringLiteral,
} from 'typescript/unstable/ast/is';
import { lineOf, type ParsedFile, walk } from './parse.ts';

/** One module that a file names: `import … from`, `export … from`, `import()`, `import.meta.resolve()` or a type's `import()`. */
export interface Specifier {
  readonly text: string;
  readonly line: number;
}

/** All modules that a file imports, for values or for types alike. */
export function specifiersOf({ tree }: ParsedFile): Specifier[] {
  const found: Specifier[] = [];
  for (const node of walk(tree)) {
    const target = importedBy(node);
    if (target !== undefined && (isStringLiteral(target) || isNoSubstitutionTemplateLiteral(target)))
      found.push({ text: target.text, line: lineOf(tree, target) });
  }
  return found;
}

/** The expression that names the module, when this node imports one. */
function importedBy(node: Node): Node | undefined {
  if (isImportDeclaration(node) || isExportDeclaration(node)) return node.moduleSpecifier;
  if (isExternalModuleReference(node)) return node.expression;
  if (isImportTypeNode(node)) return isLiteralTypeNode(node.argument) ? node.argument.literal : undefined;
  if (isCallExpression(node) && loadsModule(node.expression)) return node.arguments[0];
  return undefined;
}

function loadsModule(callee: Node): boolean {
  return (
    callee.kind === SyntaxKind.ImportKeyword || /^(require|import\.meta\.resolve)$/.test(callee.getText())
  );
}
