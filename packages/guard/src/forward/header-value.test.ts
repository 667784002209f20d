import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type ArrayForm, headerValue } from './header-value.ts';

function written(value: unknown, form: ArrayForm = 'comma'): string {
  const result = headerValue(value, form);
  return typeof result === 'string' ? result : `unsafe: ${result.why}`;
}

describe('headerValue', () => {
  it('writes texts, numbers and booleans as they are', () => {
    assert.equal(written('read:orders write'), 'read:orders write');
    assert.equal(written(42), '42');
    assert.equal(written(false), 'false');
    assert.equal(written(''), '');
  });

  it('refuses whole numbers that were not read exactly: they may name another user', () => {
    const claims = JSON.parse(
      '{ "uid": 9007199254740993, "most": 9007199254740991, "list": [-9007199254740992] }',
    );
    const why = 'unsafe: a whole number too large to be read exactly';
    assert.equal(written(claims.most), '9007199254740991');
    assert.equal(written(0.5), '0.5');
    assert.equal(written(claims.uid), why);
    assert.equal(written(1e21), why);
    assert.equal(written(claims.list), why);
    assert.equal(written(claims, 'json'), why);
  });

  it('writes lists by choice', () => {
    assert.equal(written(['a', 'b', 1]), 'a,b,1');
    assert.equal(written(['a', 'b'], 'space'), 'a b');
    assert.equal(written(['a', { b: 1 }], 'json'), '["a",{"b":1}]');
    assert.equal(written([]), '');
  });

  it('writes objects only as json', () => {
    assert.equal(written({ a: 1 }, 'json'), '{"a":1}');
    assert.equal(written({ a: 1 }), 'unsafe: an object can only be written as json');
    assert.equal(written({ a: 1 }, 'space'), 'unsafe: an object can only be written as json');
  });

  it('refuses an element that holds the separator: it would become two roles', () => {
    assert.equal(written(['user,admin']), 'unsafe: an element holds the separator');
    assert.equal(written(['user admin'], 'space'), 'unsafe: an element holds the separator');
    assert.equal(written(['user admin']), 'user admin');
  });

  it('refuses elements that a reader would trim or lose', () => {
    for (const list of [['a', ''], [' a'], ['a '], [null], [['a']], [{}]]) {
      assert.match(written(list), /^unsafe/, JSON.stringify(list));
    }
  });

  it('refuses line breaks and other control characters (header injection)', () => {
    for (const text of ['a\r\nx-admin: 1', 'a\nb', 'a\rb', 'a\u0000b', 'a\u007fb', 'a\tb']) {
      assert.equal(written(text), 'unsafe: a control character', JSON.stringify(text));
      assert.match(written([text]), /^unsafe/);
      assert.doesNotMatch(written([text], 'json'), /[\r\n\0\t]|^unsafe: a lone/);
    }
  });

  it('refuses white space at the ends, which a reader would trim', () => {
    assert.equal(written(' admin'), 'unsafe: white space at an end');
    assert.equal(written('admin '), 'unsafe: white space at an end');
  });

  it('writes other characters as UTF-8, one character a byte', () => {
    assert.equal(written('Zoë'), 'Zo\u00c3\u00ab');
    assert.equal(Buffer.from(written(['日本', 'é']), 'latin1').toString('utf8'), '日本,é');
  });

  it('refuses a lone surrogate, which has no bytes', () => {
    assert.equal(written('a\ud800'), 'unsafe: a lone surrogate');
  });

  it('never writes what would end the field, and keeps every text that it writes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const value = headerValue(text, 'comma');
        if (typeof value !== 'string') return;
        assert.ok([...value].every((one) => one >= ' ' && one <= '\u00ff' && one !== '\u007f'));
        assert.equal(Buffer.from(value, 'latin1').toString('utf8'), text);
      }),
      { numRuns: 1000 },
    );
  });

  it('writes lists that come apart again into the very same elements', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1 }),
        fc.constantFrom('comma', 'space'),
        (list, form) => {
          const value = headerValue(list, form);
          if (typeof value !== 'string') return;
          assert.deepEqual(
            Buffer.from(value, 'latin1')
              .toString('utf8')
              .split(form === 'comma' ? ',' : ' '),
            list,
          );
        },
      ),
      { numRuns: 1000 },
    );
  });
});
