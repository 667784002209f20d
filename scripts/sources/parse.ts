import { join } from 'node:path';
import type { Node, SourceFile } from 'typescript/unstable/ast';
import { API } from 'typescript/unstable/sync';

/** A parsed file: its path as it was asked for, and its syntax tree. */
export interface ParsedFile {
  readonly path: string;
  readonly tree: SourceFile;
}

/**
 * Parses TypeScript files with the compiler's own parser, without resolving what they import.
 *
 * The compiler's JavaScript face is still called unstable in TypeScript 7. This file is the only one that opens it, and
 * the version is pinned, so a change there shows up here and nowhere else.
 *
 * @param root an absolute folder; a project file that exists only in memory is placed there
 * @param paths absolute paths below it
 */
export function parseFiles<T>(root: string, paths: readonly string[], read: (file: ParsedFile) => T): T[] {
  const project = join(root, 'tsconfig.sources.json');
  const settings = JSON.stringify({
    compilerOptions: {
      noEmit: true,
      noResolve: true,
      noLib: true,
      types: [],
      allowJs: true,
      module: 'nodenext',
    },
    files: paths,
  });
  const api = new API({
    cwd: root,
    fs: {
      readFile: (path) => (path === project ? settings : undefined),
      fileExists: (path) => (path === project ? true : undefined),
    },
  });
  try {
    const program = api.updateSnapshot({ openProjects: [project] }).getProject(project)?.program;
    return paths.map((path) => {
      const tree = program?.getSourceFile(path);
      if (tree === undefined) throw new Error(`TypeScript did not parse ${path}`);
      return read({ path, tree });
    });
  } finally {
    api.close();
  }
}

/** Every node of a tree, parents before children. */
export function* walk(node: Node): Generator<Node> {
  yield node;
  const children: Node[] = [];
  node.forEachChild((child) => {
    children.push(child);
  });
  for (const child of children) yield* walk(child);
}

/** The 1-based line on which a node begins. */
export function lineOf(tree: SourceFile, node: Node): number {
  return tree.text.slice(0, node.getStart(tree)).split('\n').length;
}
