import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { configJsonSchema } from './json-schema.ts';

/** The paths of all properties in the schema that have no description. */
function undescribed(node: unknown, path: string): string[] {
  if (typeof node !== 'object' || node === null) return [];
  if (Array.isArray(node)) return node.flatMap((item, index) => undescribed(item, `${path}/${index}`));
  const properties: unknown = 'properties' in node ? node.properties : undefined;
  const here = Object.entries(properties ?? {}).flatMap(([key, value]) =>
    typeof value === 'object' && value !== null && ('description' in value || '$ref' in value)
      ? []
      : [`${path}.${key}`],
  );
  return [...here, ...Object.entries(node).flatMap(([key, value]) => undescribed(value, `${path}/${key}`))];
}

describe('configJsonSchema', () => {
  it('describes every key, since the reference is made from it', () => {
    assert.deepEqual(undescribed(configJsonSchema(), ''), []);
  });

  it('is a schema of what is written, not of what is read: durations are texts', () => {
    const text = JSON.stringify(configJsonSchema());
    assert.match(text, /"drain":\{[^}]*"type":"string"[^}]*\}/);
    assert.match(text, /"default":"30s"/);
    assert.match(text, /"additionalProperties":false/);
  });
});
