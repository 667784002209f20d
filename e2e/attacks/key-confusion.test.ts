import { describe, it, test } from 'node:test';
import { eachRefused, openAttacked, RSA_ISSUER, TOGETHER } from '../support/attacked.ts';
import { claims, forge, hmac, signer } from '../support/forge.ts';
import { publicKeySpellings } from '../support/spellings.ts';
import { ISSUER } from '../support/tokens.ts';

const edge = await openAttacked();
const issuers = [
  { alg: 'ES256', iss: ISSUER, key: edge.ec.privateJwk },
  { alg: 'RS256', iss: RSA_ISSUER, key: edge.rsa.privateJwk },
];

for (const { alg, iss, key } of issuers) {
  const header = { alg, kid: key.kid, typ: 'at+jwt' };

  describe(`the public ${alg} key as a secret`, TOGETHER, () => {
    it('leaves a token that is really signed valid', async () => {
      await edge.admits({ token: forge(header, claims({ iss }), signer(key)) });
    });

    describe('is refused under HS256', TOGETHER, () => {
      const attacks = publicKeySpellings(key).map(([name, secret]) => {
        const token = forge({ ...header, alg: 'HS256' }, claims({ iss }), hmac(secret));
        return [name, { token }] as const;
      });
      eachRefused(edge, 401, 'alg_not_allowed', attacks);
    });

    describe(`is refused in a token that says ${alg}`, TOGETHER, () => {
      const attacks = publicKeySpellings(key).map(([name, secret]) => {
        const token = forge(header, claims({ iss }), hmac(secret));
        return [name, { token }] as const;
      });
      eachRefused(edge, 401, 'signature_invalid', attacks);
    });

    describe('is refused under the longer hashes', TOGETHER, () => {
      const [, pem = ''] = publicKeySpellings(key)[0] ?? [];
      const attacks = (['384', '512'] as const).map((bits) => {
        const token = forge({ ...header, alg: `HS${bits}` }, claims({ iss }), hmac(pem, `sha${bits}`));
        return [`HS${bits}`, { token }] as const;
      });
      eachRefused(edge, 401, 'alg_not_allowed', attacks);
    });
  });
}

describe('the key of one issuer in a token of another', TOGETHER, () => {
  const { ec, rsa } = edge;
  const sign = signer(ec.privateJwk);
  eachRefused(edge, 401, 'alg_not_allowed', [
    ['under its own algorithm', { token: forge(edge.header, claims({ iss: RSA_ISSUER }), sign) }],
    [
      'PS256 where only RS256 is listed',
      {
        token: forge(
          { alg: 'PS256', kid: rsa.privateJwk.kid, typ: 'at+jwt' },
          claims({ iss: RSA_ISSUER }),
          signer(rsa.privateJwk),
        ),
      },
    ],
  ]);
  eachRefused(edge, 401, 'kid_unknown', [
    [
      'that says the other algorithm',
      { token: forge({ ...edge.header, alg: 'RS256' }, claims({ iss: RSA_ISSUER }), sign) },
    ],
  ]);
  eachRefused(edge, 401, 'signature_invalid', [
    [
      'that says the other algorithm and kid',
      {
        token: forge(
          { alg: 'RS256', kid: rsa.privateJwk.kid, typ: 'at+jwt' },
          claims({ iss: RSA_ISSUER }),
          sign,
        ),
      },
    ],
    ['without a kid', { token: forge({ alg: 'RS256', typ: 'at+jwt' }, claims({ iss: RSA_ISSUER }), sign) }],
  ]);
});

test('nothing of this reaches the upstream or a log', () => edge.assertQuiet());
