import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { NO_LIMIT, TextTable } from './text-table.ts';

describe('a table of texts', () => {
  it('holds exactly what a Map would hold, whatever the texts, as it grows', () => {
    const text = fc.oneof(
      fc.string({ maxLength: 8 }),
      fc.string({ unit: 'binary', maxLength: 6 }),
      fc.constantFrom(
        '',
        '\0',
        '\0a',
        '\0\0a',
        'é',
        '\u00ff',
        '\u0100',
        '\ud800',
        '\ufffd',
        'a'.repeat(70_000),
      ),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(text, fc.nat(5))), fc.array(text), (entries, others) => {
        const table = new TextTable();
        const model = new Map<string, number>();
        for (const [key, value] of entries) {
          table.set(key, value, NO_LIMIT, 0);
          model.set(key, Math.max(value, model.get(key) ?? 0));
        }
        for (const key of [...model.keys(), ...others]) assert.equal(table.get(key), model.get(key));
        assert.equal(table.size, model.size);
      }),
    );
  });

  it('holds a hundred thousand, and no text that differs in one character', () => {
    const table = new TextTable();
    for (let i = 0; i < 100_000; i += 1) table.set(`token-${i}`, i, NO_LIMIT, 0);
    for (let i = 0; i < 100_000; i += 1) {
      if (table.get(`token-${i}`) !== i) assert.fail(`token-${i} is lost`);
      if (table.get(`tokeN-${i}`) !== undefined) assert.fail(`tokeN-${i} was never there`);
    }
    assert.equal(table.size, 100_000);
  });

  it('forgets what is past, part by part, and only that', () => {
    const table = new TextTable();
    for (let i = 0; i < 1000; i += 1) table.set(`t${i}`, NO_LIMIT, 100 + i, 0);
    for (let part = 0; part < 64; part += 1) table.forgetSome(600);
    assert.equal(table.size, 500);
    assert.equal(table.get('t499'), undefined);
    assert.equal(table.get('t500'), NO_LIMIT);
  });

  it('makes room by forgetting what is past before it grows', () => {
    const table = new TextTable();
    for (let i = 0; i < 200_000; i += 1) table.set(`t${i}`, NO_LIMIT, i + 100, i);
    assert.ok(table.size < 4000, `${table.size} are held`);
    assert.equal(table.get('t199999'), NO_LIMIT);
  });

  it('keeps the later of two times for one text', () => {
    const table = new TextTable();
    table.set('a', 10, 50, 0);
    table.set('a', 5, 100, 0);
    for (let part = 0; part < 64; part += 1) table.forgetSome(60);
    assert.equal(table.get('a'), 10);
  });
});
