/** What the reference page reads of a JSON Schema node (draft 2020-12). */
export interface SchemaNode {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, SchemaNode>>;
  readonly title?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | SchemaNode;
  readonly items?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
  readonly oneOf?: readonly SchemaNode[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly examples?: readonly unknown[];
}

/** The node that a `$ref` into the same document stands for, with what the referring node adds to it. */
export function resolveNode(node: SchemaNode, root: SchemaNode): SchemaNode {
  if (node.$ref === undefined) return node;
  const { $ref, ...own } = node;
  const target = root.$defs?.[definitionName($ref)];
  if (target === undefined) throw new Error(`the schema has no definition ${$ref}`);
  return { ...target, ...own };
}

/** `#/$defs/Require` → `Require`. */
export function definitionName(ref: string): string {
  return ref.replace(/^#\/\$defs\//, '');
}

/** The alternatives of a node; a node without any is its only one. */
export function alternatives(node: SchemaNode): readonly SchemaNode[] {
  return node.anyOf ?? node.oneOf ?? [node];
}
