import assert from 'node:assert/strict';
import { test } from 'node:test';
import { generateKey } from '@portcullis/token';
import fc from 'fast-check';
import { fragmentOf, readFragment, withoutSignature } from './fragment.ts';

test('what goes into a link comes out of it', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, unit: 'grapheme' }), (token) => {
      assert.equal(readFragment(fragmentOf(token, undefined))?.token, token.toWellFormed());
    }),
  );
});

test('no private member of a key is ever part of it, whatever the key holds', async () => {
  for (const alg of ['RS256', 'ES256', 'Ed25519', 'ML-DSA-44'] as const) {
    const { privateJwk, publicJwk } = await generateKey(alg);
    const fragment = decodeURIComponent(fragmentOf('x', { ...privateJwk }));
    for (const name of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'priv'] as const) {
      const secret = privateJwk[name];
      if (secret !== undefined) assert.ok(!fragment.includes(secret), `${alg} ${name}`);
    }
    const shared = readFragment(fragmentOf('x', { ...privateJwk }));
    assert.deepEqual(JSON.parse(shared?.key ?? ''), publicJwk);
  }
  const shared = { kty: 'oct', k: 'c2VjcmV0LXNlY3JldC1zZWNyZXQ' };
  assert.equal(readFragment(fragmentOf('x', shared))?.key, '');
});

test('the answer of an issuer in a fragment is read, too', () => {
  assert.equal(readFragment('#state=x&id_token=abc')?.token, 'abc');
  assert.equal(readFragment('#access_token=abc&expires_in=60')?.token, 'abc');
});

test('other fragments carry nothing', () => {
  for (const fragment of ['', '#', '#/libraries', '#token=', `#token=${'x'.repeat(70_000)}`]) {
    assert.equal(readFragment(fragment), undefined);
  }
});

test('a token without its signature says so by its last dot', () => {
  assert.equal(withoutSignature('a.b.c'), 'a.b.');
});
