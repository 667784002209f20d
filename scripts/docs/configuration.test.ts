import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { needsRestart } from '../../packages/gateway/src/supervisor/config-file.ts';
import { compile, parseConfig } from '../../packages/guard/src/index.ts';
import { configurationPage } from './configuration.ts';
import type { SchemaNode } from './json-schema.ts';

const SCHEMA: SchemaNode = {
  type: 'object',
  properties: {
    listen: {
      type: 'object',
      description: 'where it listens',
      properties: { port: { type: 'integer', minimum: 1, maximum: 9, default: 8, description: 'A | B' } },
      required: ['port'],
    },
    rules: { type: 'array', items: { $ref: '#/$defs/Rule' } },
  },
  required: ['rules'],
  $defs: {
    Rule: {
      type: 'object',
      properties: {
        any: { type: 'array', items: { $ref: '#/$defs/Rule' } },
        value: { anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }] },
        mode: { enum: ['on', 'off'], default: 'on' },
      },
    },
  },
};

describe('the configuration reference', () => {
  const { text } = configurationPage(SCHEMA);

  it('has a section for each object, at the path at which an operator writes it', () => {
    const headings = text.split('\n').filter((line) => line.startsWith('##'));
    assert.deepEqual(headings.slice(2), ['## The file', '## `listen`', '## `rules[]`']);
  });

  it('begins with an example that compiles', () => {
    const example = /^```yaml\n(.*?)^```$/ms.exec(text)?.[1] ?? '';
    const env = { JOBS_SECRET: 'new', JOBS_SECRET_OLD: 'old' };
    const { apis } = compile(parseConfig(example, { file: 'example.yaml', env }), 1);
    assert.equal(apis[0]?.routes.length, 5);
  });

  it('names what a reload may not change as the gateway sees it', () => {
    const parse = (more: string) => parseConfig(more, { file: 'p.yaml', env: {} });
    const changed = (more: string) => needsRestart(parse(''), parse(more));
    assert.deepEqual(changed('listen: { gateway: "[::1]:1" }\nlog: { level: warn }'), ['listen']);
    assert.deepEqual(changed('gateway: { maxUrl: 1KB, workers: 3 }'), []);
    assert.match(text, /Only `listen`, `store`, .* are fixed at start/s);
  });

  it('tells type, default and meaning of a key, with what would break its table escaped', () => {
    assert.ok(text.includes('| `mode` | `on` or `off` | `on` |  |'));
    assert.ok(text.includes('| `value` | text or list of texts |  |  |'));
    assert.ok(text.includes('| `port` | whole number from 1 to 9 | required | A \\| B. |'));
  });

  it('leads from a key to the section of its object', () => {
    assert.ok(text.includes('| `listen` | [object](#listen) |'));
    assert.ok(text.includes('| `rules` | [list of rule objects](#rules) | required |'));
  });

  it('ends at a definition that holds itself', () => {
    assert.ok(text.includes('| `any` | list of rule objects |  |  |'));
  });
});
