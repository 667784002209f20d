import { describe, it, test } from 'node:test';
import { eachRefused, openAttacked, TOGETHER } from '../support/attacked.ts';
import { claims, forge, segment } from '../support/forge.ts';

const edge = await openAttacked();
const nothing = () => new Uint8Array();

/** Every spelling of "none" in upper and lower case. */
const SPELLINGS = Array.from({ length: 16 }, (_, bits) =>
  [...'none'].map((letter, at) => ((bits >> at) & 1 ? letter.toUpperCase() : letter)).join(''),
);

/** What is no algorithm of ours; the e of the fourth is Cyrillic. */
const NO_ALGORITHMS = [
  ['', ' none', 'none ', 'non\u0435', 'none\u0000', 'null', 'undefined'],
  ['es256', 'ES256 ', 'ES256K', 'RS1', 'HS1', 'dir', 'RSA-OAEP', 'A128GCM'],
  ['constructor', '__proto__', 'toString', null, undefined, 0, 256, true, ['ES256'], { alg: 'ES256' }],
].flat();

describe('alg none', TOGETHER, () => {
  it('leaves the good token valid that all forgeries are made from', async () => {
    await edge.admits({ token: edge.token() });
  });

  describe('is refused without a signature', TOGETHER, () => {
    const attacks = SPELLINGS.map((alg) => {
      const token = forge({ ...edge.header, alg }, claims(), nothing);
      return [alg, { token }] as const;
    });
    eachRefused(edge, 401, 'alg_unsupported', attacks);
  });

  describe('is refused with the signature of a good token', TOGETHER, () => {
    const attacks = SPELLINGS.map((alg) => [alg, { token: edge.token({}, { alg }) }] as const);
    eachRefused(edge, 401, 'alg_unsupported', attacks);
  });

  describe('is refused in the wrong number of parts', TOGETHER, () => {
    const unsigned = `${segment({ alg: 'none' })}.${segment(claims())}`;
    eachRefused(edge, 401, 'token_malformed', [
      ['without the last dot', { token: unsigned }],
      ['with a dot too many', { token: `${unsigned}..` }],
      ['with no header', { token: `.${segment(claims())}.` }],
      ['with no payload', { token: `${segment({ alg: 'none' })}..` }],
    ]);
  });
});

describe('an alg that is no algorithm is refused', TOGETHER, () => {
  const attacks = NO_ALGORITHMS.map(
    (alg) => [`${JSON.stringify(alg)}`, { token: edge.token({}, { alg }) }] as const,
  );
  eachRefused(edge, 401, 'alg_unsupported', attacks);
});

test('nothing of this reaches the upstream or a log', () => edge.assertQuiet());
