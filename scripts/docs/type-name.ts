import { alternatives, definitionName, type SchemaNode } from './json-schema.ts';
import { code } from './page.ts';

/** How a type is called in the reference: "text", "list of texts", "`auto` or a whole number from 1 to 1024". */
export function typeName(node: SchemaNode): string {
  if (node.$ref !== undefined) return `${definitionName(node.$ref).toLowerCase()} object`;
  if (node.title !== undefined) return node.title;
  if (node.const !== undefined) return literal(node.const);
  if (node.enum !== undefined) return either(node.enum.map(literal));
  const options = alternatives(node);
  if (options.length > 1) return either([...new Set(options.map(typeName))]);
  if (Array.isArray(node.type)) return either(node.type.map((type) => typeName({ ...node, type })));
  switch (node.type) {
    case 'string':
      return 'text';
    case 'boolean':
      return 'true or false';
    case 'integer':
      return `whole number${range(node)}`;
    case 'number':
      return `number${range(node)}`;
    case 'array':
      return listName(node.items);
    case 'object':
      return node.properties === undefined ? 'map' : 'object';
    default:
      return 'any value';
  }
}

function listName(items: SchemaNode | undefined): string {
  if (items === undefined) return 'list';
  const name = typeName(items);
  const plural: Readonly<Record<string, string>> = {
    text: 'texts',
    object: 'objects',
    requirement: 'requirements',
  };
  return `list of ${plural[name] ?? name.replace(/ object$/, ' objects')}`;
}

function literal(value: unknown): string {
  return code(typeof value === 'string' ? value : JSON.stringify(value));
}

function either(names: readonly string[]): string {
  if (names.length <= 1) return names[0] ?? '';
  return `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
}

/** zod writes the bounds of safe integers into every integer; those say nothing to a reader. */
function range({ minimum, maximum }: SchemaNode): string {
  const low = minimum !== undefined && minimum > Number.MIN_SAFE_INTEGER ? minimum : undefined;
  const high = maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER ? maximum : undefined;
  if (low !== undefined && high !== undefined) return ` from ${low} to ${high}`;
  if (low !== undefined) return `, at least ${low}`;
  return high === undefined ? '' : `, at most ${high}`;
}
