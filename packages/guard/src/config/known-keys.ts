import { closest, distance } from 'fastest-levenshtein';
import type { z } from 'zod';
import { configJsonSchema } from './json-schema.ts';

type Schema = z.core.JSONSchema.BaseSchema;

/** Made when first asked for: it takes milliseconds, and a file may hold thousands of unknown keys. */
let schema: Schema | undefined;

/** The keys that the configuration knows at this path, over all forms it may take there. */
export function knownKeys(path: readonly PropertyKey[]): string[] {
  schema ??= configJsonSchema();
  const root = schema;
  const definitions = root.$defs ?? {};
  let level = forms(root, definitions);
  for (const segment of path) {
    level = level
      .flatMap((schema) => children(schema, segment))
      .flatMap((schema) => forms(schema, definitions));
  }
  return [...new Set(level.flatMap((schema) => Object.keys(schema.properties ?? {})))];
}

/** The candidate that was probably meant; undefined when none is near. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  if (candidates.length === 0) return undefined;
  const match = closest(word.toLowerCase(), candidates);
  const near = distance(word.toLowerCase(), match.toLowerCase());
  return near <= Math.max(2, Math.floor(word.length / 3)) ? match : undefined;
}

function forms(
  schema: Schema,
  definitions: Readonly<Record<string, z.core.JSONSchema.JSONSchema>>,
): Schema[] {
  const name = schema.$ref?.replace('#/$defs/', '');
  const target = name === undefined ? undefined : definitions[name];
  const referred = isSchema(target) ? forms(target, definitions) : [];
  const alternatives = (schema.anyOf ?? []).flatMap((one) => (isSchema(one) ? forms(one, definitions) : []));
  return [schema, ...referred, ...alternatives];
}

function children(schema: Schema, segment: PropertyKey): Schema[] {
  const candidates =
    typeof segment === 'number'
      ? [schema.items]
      : [schema.properties?.[String(segment)], schema.additionalProperties];
  return candidates.filter(isSchema);
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
