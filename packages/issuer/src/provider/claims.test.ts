import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { allowedClaims } from './claims.ts';

describe('the claims of an access token', () => {
  it('never say what a person is called, whatever comes in', () => {
    const personal = {
      email: 'jo@example.com',
      name: 'Jo',
      phone_number: '1',
      address: {},
      preferred_username: 'jo',
    };
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (more) => {
        const claims = allowedClaims({ ...more, ...personal, iat: 5, sub: 'c' });
        for (const name of Object.keys(personal)) assert.ok(!(name in claims), name);
        assert.equal(claims['sub'], 'c');
        assert.equal(claims['nbf'], 5);
      }),
    );
  });

  it('are absent rather than undefined', () => {
    assert.deepEqual(allowedClaims({ iat: 1, scope: undefined }), { iat: 1, nbf: 1 });
  });
});
