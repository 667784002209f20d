import { describe, it, test } from 'node:test';
import { openAttacked, TOGETHER } from '../support/attacked.ts';
import { claims, forge, segment } from '../support/forge.ts';

const edge = await openAttacked();
const nothing = () => new Uint8Array();

/** Every spelling of "none" in upper and lower case. */
const SPELLINGS = Array.from({ length: 16 }, (_, bits) =>
  [...'none'].map((letter, at) => ((bits >> at) & 1 ? letter.toUpperCase() : letter)).join(''),
);

describe('alg none', TOGETHER, () => {
  it('lets the good token through that all forgeries are made from', async () => {
    await edge.admits({ token: edge.token() });
  });

  for (const alg of SPELLINGS) {
    it(`is refused as ${alg}, without a signature`, async () => {
      const token = forge({ ...edge.header, alg }, claims(), nothing);
      await edge.refuses({ token }, 401, 'alg_unsupported');
    });
    it(`is refused as ${alg}, with the signature of a good token`, async () => {
      await edge.refuses({ token: edge.token({}, { alg }) }, 401, 'alg_unsupported');
    });
  }

  it('is refused without the last dot', async () => {
    const token = `${segment({ alg: 'none' })}.${segment(claims())}`;
    await edge.refuses({ token }, 401, 'token_malformed');
  });
});

describe('an alg that is no algorithm', TOGETHER, () => {
  const values = [
    '',
    ' none',
    'none ',
    'nonе',
    'none\u0000',
    'null',
    'undefined',
    'es256',
    'ES256 ',
    'ES256K',
    'RS1',
    'HS1',
    'dir',
    'RSA-OAEP',
    'A128GCM',
    'constructor',
    '__proto__',
    'toString',
    null,
    0,
    256,
    true,
    ['ES256'],
    { alg: 'ES256' },
  ];
  for (const alg of values) {
    it(`is refused: ${JSON.stringify(alg)}`, async () => {
      await edge.refuses({ token: edge.token({}, { alg }) }, 401, 'alg_unsupported');
    });
  }
  it('is refused when it is not there', async () => {
    await edge.refuses({ token: edge.token({}, { alg: undefined }) }, 401, 'alg_unsupported');
  });
});

test('nothing of this reaches the upstream or a log', () => edge.assertQuiet());
