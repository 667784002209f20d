import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { handleOf, tokenOf } from './token-handle.ts';

const part = fc.stringMatching(/^[A-Za-z0-9_-]{1,20}$/);

describe('the handle of a token', () => {
  it('stands for its JWT, and for no other', () => {
    fc.assert(
      fc.property(part, part, part, (header, payload, signature) => {
        const token = `${header}.${payload}.${signature}`;
        assert.equal(tokenOf(handleOf(token)), token);
        assert.ok(!handleOf(token).includes('.'));
      }),
    );
  });

  it('of anything else is that itself, and stands for nothing unless somebody wrote a handle', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        if (/^[\w-]+\.[\w-]+\.[\w-]+$/.test(text)) return;
        assert.equal(handleOf(text), text);
      }),
    );
    for (const text of ['', 'jwt~', 'jwt~a~b', 'jwt~a~b~c~d', 'jwt~a.b~c~d', 'JWT~a~b~c', 'jwt~a~b~c\n']) {
      assert.equal(tokenOf(text), undefined, JSON.stringify(text));
    }
  });
});
