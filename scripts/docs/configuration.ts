import { EXAMPLE } from './example.ts';
import { alternatives, definitionName, resolveNode, type SchemaNode } from './json-schema.ts';
import { code, GENERATED, type Page, sentence, table } from './page.ts';
import { typeName } from './type-name.ts';

/** One object of the configuration: it becomes a section with a table of its keys. */
interface Section {
  /** As an operator would point at it: `apis[].routes[]`. Empty for the whole file. */
  readonly path: string;
  readonly node: SchemaNode;
}

const INTRO = `# Configuration

One YAML file. \`portcullis init\` writes a commented one to start from, \`portcullis check\` names the line of every
mistake. An unknown key is an error everywhere, with the nearest key that exists.

- Durations are written \`500ms\`, \`10s\`, \`10m\`, \`24h\` or \`90d\`; sizes \`512\`, \`32KB\` or \`1MB\` (a KB is 1024 bytes);
  rates \`100/s\`, \`10/m\` or \`1000/h\`.
- \`\${NAME}\` inside a value stands for the environment variable of that name; a variable that is not set is an error.
  A value taken so is always one text: it never adds a key or a list item. A literal \`\${\` is written \`$\${\`.
- A text that starts with \`*\`, \`{\` or \`[\`, or that holds \`{\` within \`{ … }\`, needs quotes: \`"* /{rest*}"\`.
- Relative paths are relative to the configuration file.
- Editors complete and check the file as you type with the JSON Schema beside this page: start the file with
  \`# yaml-language-server: $schema=<path to docs/portcullis.schema.json>\`.

## A complete example

\`\`\`yaml
${EXAMPLE}\`\`\`

## What needs a restart

The gateway reads the file again when it changes, and on SIGHUP; files named in \`jwksFile\` and \`pem\` are watched for
themselves. A file with a mistake changes nothing: the last good one stays in force. For changes of \`log\`, and of \`gateway\`
but for \`maxBody\` and \`tls.certificates\`, new workers take the places of the old ones, one after the other. Only \`listen\`, \`store\`, \`bus\`, \`environment\`, \`masterKey\` and whether
there is an \`issuer\` are fixed at start; a reload that changes one is refused as a whole, and the log names it.`;

/** docs/configuration.md: a section for each object of the configuration, with its keys. */
export function configurationPage(schema: SchemaNode): Page {
  const sections = sectionsOf({ path: '', node: schema }, schema, new Set());
  const text = [GENERATED, INTRO, ...sections.map((section) => sectionText(section, sections))].join('\n\n');
  return { path: 'docs/configuration.md', text: `${text}\n` };
}

/** The schema as editors read it. */
export function schemaPage(schema: SchemaNode): Page {
  return { path: 'docs/portcullis.schema.json', text: `${JSON.stringify(schema, null, 2)}\n` };
}

/** @param told the definitions that have a section already; recursive ones would never end */
function sectionsOf(section: Section, root: SchemaNode, told: Set<string>): Section[] {
  const inner = Object.entries(section.node.properties ?? {}).flatMap(([key, node]) => {
    const path = section.path === '' ? key : `${section.path}.${key}`;
    return objectsIn(path, node, root, told).flatMap((found) => sectionsOf(found, root, told));
  });
  return [section, ...inner];
}

/** The objects with keys of their own that a value may hold: itself, its alternatives, its items, its map's values. */
function objectsIn(path: string, node: SchemaNode, root: SchemaNode, told: Set<string>): Section[] {
  if (node.$ref !== undefined) {
    const name = definitionName(node.$ref);
    if (told.has(name)) return [];
    told.add(name);
    return objectsIn(path, resolveNode(node, root), root, told);
  }
  if (node.properties !== undefined) return [{ path, node }];
  const inside = [
    ...(node.items === undefined ? [] : objectsIn(`${path}[]`, node.items, root, told)),
    ...(typeof node.additionalProperties === 'object'
      ? objectsIn(`${path}.<name>`, node.additionalProperties, root, told)
      : []),
  ];
  const options = alternatives(node);
  return options.length > 1
    ? [...inside, ...options.flatMap((option) => objectsIn(path, option, root, told))]
    : inside;
}

function sectionText({ path, node }: Section, sections: readonly Section[]): string {
  const depth = path === '' ? 0 : path.split('.').length;
  const heading = path === '' ? '## The file' : `${'#'.repeat(Math.min(depth + 1, 4))} \`${path}\``;
  const required = new Set(node.required);
  const rows = Object.entries(node.properties ?? {}).map(([key, value]) => [
    code(key),
    linked(typeName(value), path === '' ? key : `${path}.${key}`, sections),
    required.has(key) ? 'required' : defaultText(value.default),
    sentence(value.description ?? ''),
  ]);
  const intro = sentence(node.description ?? '');
  return [heading, ...(intro === '' ? [] : [intro]), table(['Key', 'Type', 'Default', 'Meaning'], rows)].join(
    '\n\n',
  );
}

/** The name of a type as a link to the section that tells its keys, when there is one. */
function linked(name: string, path: string, sections: readonly Section[]): string {
  const inner = sections.find((section) => [path, `${path}[]`, `${path}.<name>`].includes(section.path));
  if (inner === undefined) return name;
  const anchor = inner.path.toLowerCase().replace(/[^a-z0-9_-]/g, '');
  return `[${name}](#${anchor})`;
}

function defaultText(value: unknown): string {
  if (value === undefined) return '';
  if (typeof value === 'object' && value !== null && Object.keys(value).length === 0)
    return Array.isArray(value) ? 'none' : '';
  return code(typeof value === 'string' ? value : JSON.stringify(value));
}
