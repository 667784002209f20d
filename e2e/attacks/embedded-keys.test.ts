import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { after, describe, it, test } from 'node:test';
import { eachRefused, openAttacked, TOGETHER } from '../support/attacked.ts';
import { claims, forge, signer } from '../support/forge.ts';
import { startUpstream } from '../support/upstream.ts';

const edge = await openAttacked();
/** Serves whatever a gateway might be lured into fetching; it must never be asked. */
const lure = await startUpstream({ after });

const attacker = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const publicJwk = attacker.publicKey.export({ format: 'jwk' });
const sign = signer(attacker.privateKey);
const chain = [attacker.publicKey.export({ type: 'spki', format: 'der' }).toString('base64')];
const { kid } = edge.header;

/** Header members that name a key, in the hands of one who has another key. */
const LURES: [name: string, members: Record<string, unknown>][] = [
  ['jwk', { jwk: publicJwk }],
  ['jwk with the kid of the issuer', { jwk: { ...publicJwk, kid, alg: 'ES256', use: 'sig' } }],
  ['jwk that is a list', { jwk: [publicJwk] }],
  ['jwk that is text', { jwk: JSON.stringify(publicJwk) }],
  ['jwks', { jwks: { keys: [publicJwk] } }],
  ['jku', { jku: `${lure.url}/jwks.json` }],
  ['jku with the name of the issuer as user', { jku: lure.url.replace('//', '//issuer.test@') }],
  ['jku that is a list', { jku: [`${lure.url}/jwks.json`] }],
  ['jku to a file', { jku: 'file:///etc/passwd' }],
  ['x5u', { x5u: `${lure.url}/chain.pem` }],
  ['x5c', { x5c: chain }],
  ['x5c and x5t', { x5c: chain, x5t: 'AAAAAAAAAAAAAAAAAAAAAAAAAAA', 'x5t#S256': 'A'.repeat(43) }],
  ['iss and jwks_uri in the header', { iss: lure.url, jwks_uri: `${lure.url}/jwks.json` }],
  ['all of them', { jwk: publicJwk, jku: `${lure.url}/a`, x5u: `${lure.url}/b`, x5c: chain }],
];

function attacks(name: (lure: string) => string, more: Record<string, unknown>) {
  return LURES.map(([lured, members]) => {
    const token = forge({ ...edge.header, ...members, ...more }, claims(), sign);
    return [name(lured), { token }] as const;
  });
}

describe('a key that the token brings along', TOGETHER, () => {
  describe('is never used, under the kid of the issuer', TOGETHER, () => {
    eachRefused(
      edge,
      401,
      'signature_invalid',
      attacks((name) => name, {}),
    );
  });
  describe('is never used, without a kid', TOGETHER, () => {
    eachRefused(
      edge,
      401,
      'signature_invalid',
      attacks((name) => name, { kid: undefined }),
    );
  });
  describe('is never used, under a kid of its own', TOGETHER, () => {
    eachRefused(
      edge,
      401,
      'kid_unknown',
      attacks((name) => name, { kid: 'mine' }),
    );
  });

  for (const [name, members] of LURES) {
    it(`changes nothing in a token that the issuer really signed: ${name}`, async () => {
      await edge.admits({ token: edge.token({}, members) });
    });
  }
});

test('no URL in a token was ever fetched', () => assert.deepEqual(lure.received, []));
test('nothing of this reaches the upstream or a log', () => edge.assertQuiet());
