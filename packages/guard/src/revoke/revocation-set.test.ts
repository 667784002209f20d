import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { JwtClaims, VerifiedToken } from '@portcullis/token';
import type { Revocation } from './revocation.ts';
import { RevocationSet } from './revocation-set.ts';

const ISSUER = 'https://id.example';
const NOW = 1_800_000_000;

function token(claims: JwtClaims = {}): VerifiedToken {
  return {
    issuerName: 'local',
    header: { alg: 'ES256', kid: 'k1' },
    claims: {
      iss: ISSUER,
      sub: 'jo',
      client_id: 'shop',
      jti: 'j1',
      sid: 's1',
      iat: NOW,
      exp: NOW + 600,
      ...claims,
    },
  };
}

function setOf(...revocations: Omit<Revocation, 'issuer'>[]): RevocationSet {
  const set = new RevocationSet(() => NOW);
  set.add(revocations.map((one) => ({ issuer: ISSUER, ...one })));
  return set;
}

describe('a set of revocations', () => {
  it('ends a token by its jti, session, subject, client or key', () => {
    const named = { jti: 'j1', session: 's1', subject: 'jo', client: 'shop', key: 'k1' } as const;
    for (const by of ['jti', 'session', 'subject', 'client', 'key'] as const) {
      assert.equal(setOf({ by, value: named[by] }).find(token()), by);
      assert.equal(setOf({ by, value: `${named[by]}x` }).find(token()), undefined);
      assert.equal(setOf({ by, value: named[by].slice(0, 1) }).find(token()), undefined);
    }
  });

  it('ends nothing when it is empty', () => {
    assert.equal(setOf().find(token()), undefined);
  });

  it("never ends another issuer's token of the same name", () => {
    const set = setOf({ by: 'jti', value: 'j1' });
    assert.equal(set.find(token({ iss: 'https://other.example' })), undefined);
  });

  it('ends what was issued before a moment, whatever is issued in that very second, and nothing later', () => {
    for (const one of [
      { by: 'client', value: 'shop' },
      { by: 'subject', value: 'jo' },
      { by: 'issuer', value: '' },
    ] as const) {
      const set = setOf({ ...one, issuedBefore: NOW + 0.5 });
      assert.equal(set.find(token({ iat: NOW })), one.by);
      assert.equal(set.find(token({ iat: NOW + 1 })), undefined);
    }
  });

  it('counts a token that does not say when it was issued as issued before', () => {
    const { iat: _iat, ...claims } = token().claims;
    const set = setOf({ by: 'client', value: 'shop', issuedBefore: 1 });
    assert.equal(set.find({ ...token(), claims }), 'client');
  });

  it('ends all tokens of an issuer when no moment is said', () => {
    assert.equal(setOf({ by: 'issuer', value: '' }).find(token({ iat: NOW + 99_999 })), 'issuer');
  });

  it('knows a client by azp where client_id is missing', () => {
    const { client_id: _client, ...claims } = token().claims;
    const set = setOf({ by: 'client', value: 'shop' });
    assert.equal(set.find({ ...token(), claims: { ...claims, azp: 'shop' } }), 'client');
  });

  it('forgets what ends no token any more, and keeps what has no end', () => {
    let now = NOW;
    const set = new RevocationSet(() => now);
    set.add([
      { issuer: ISSUER, by: 'jti', value: 'j1', until: NOW + 600 },
      { issuer: ISSUER, by: 'key', value: 'k1' },
    ]);
    assert.equal(set.size, 2);
    now = NOW + 601;
    for (let part = 0; part < 64; part += 1) set.forgetSome();
    assert.equal(set.size, 1);
    assert.equal(set.find(token()), 'key');
  });
});
