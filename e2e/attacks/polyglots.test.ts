import { describe, it, test } from 'node:test';
import { eachRefused, openAttacked, TOGETHER } from '../support/attacked.ts';
import { segment } from '../support/forge.ts';

const edge = await openAttacked();
const good = edge.token();
const [header = '', payload = '', signature = ''] = good.split('.');
const rich = segment({ sub: 'admin' });

const flattened = { protected: header, payload, signature };
const general = { payload, signatures: [{ protected: header, signature }] };

/** One text that two readers might take for two different tokens. */
const NO_TOKEN: [name: string, token: string][] = [
  ['the token in a JSON object', JSON.stringify({ token: good })],
  ['the token as a JSON text', JSON.stringify(good)],
  ['the token in a JSON list', JSON.stringify([good])],
  ['the token in single quotes', `'${good}'`],
  ['the token in angle brackets', `<${good}>`],
  ['the token and a parameter', `${good}; realm=x`],
  ['two tokens with a blank', `${good} ${good}`],
  ['two tokens with a tab', `${good}\t${good}`],
  ['a byte order mark first', `\u00ef\u00bb\u00bf${good}`],
  ['percent-encoded dots', good.replaceAll('.', '%2E')],
  ['a Unicode full stop', good.replaceAll('.', '\u00b7')],
  ['the scheme twice', `Bearer ${good}`],
  ['the name of a parameter before it', `access_token="${good}"`],
  ['padding within', `${header}=.${payload}=.${signature}=`],
];

/** Made of characters that a token may have, so that it comes to the token checks. */
const IN_TOKEN_CHARACTERS: [name: string, token: string][] = [
  ['the flattened JSON serialisation in base64url', segment(flattened)],
  ['the token in base64url', segment(good)],
  ['two tokens with a dot', `${good}.${good}`],
  ['two tokens with a tilde, as an SD-JWT', `${good}~${rich}~`],
  ['the token with a tilde, as an SD-JWT', `${good}~`],
  ['a dot before', `.${good}`],
  ['a dot after', `${good}.`],
  ['a dot doubled', good.replace('.', '..')],
  ['four parts', `${good}.${rich}`],
  ['six parts', `${good}.${good}`],
  ['two parts', `${header}.${payload}`],
  ['one part', 'opaque'],
  ['dots alone', '..'],
  ['a plus sign', `${good}+`],
  ['padding', `${good}==`],
];

const JWE: [name: string, token: string][] = [
  ['with dir and an empty key', `${segment({ alg: 'dir', enc: 'A128GCM' })}..AAAA.AAAA.AAAA`],
  ['with the parts of a good token', `${good}.${payload}.${signature}`],
  [
    'with PBES2 and a billion rounds',
    `${segment({ alg: 'PBES2-HS256+A128KW', enc: 'A128GCM', p2c: 1e9, p2s: 'AAAA' })}.AAAA.AAAA.AAAA.AAAA`,
  ],
  [
    'with a compressed payload',
    `${segment({ alg: 'RSA-OAEP', enc: 'A256GCM', zip: 'DEF' })}.AAAA.AAAA.AAAA.AAAA`,
  ],
  ['that is two tokens with a slash', `${good}/${good}`],
  ['of nothing', '....'],
];

describe('what is not the compact serialisation is refused', TOGETHER, () => {
  eachRefused(
    edge,
    401,
    'credential_malformed',
    NO_TOKEN.map(([name, token]) => [name, { token }]),
  );
  eachRefused(
    edge,
    401,
    'token_malformed',
    IN_TOKEN_CHARACTERS.map(([name, token]) => [name, { token }]),
  );
});

describe('what could be a list of credentials, since it holds a comma, is refused', TOGETHER, () => {
  eachRefused(edge, 400, 'credential_ambiguous', [
    ['two tokens', { token: `${good},${good}` }],
    ['two tokens with a blank', { token: `${good}, ${good}` }],
    ['two credentials', { token: `${good}, Bearer ${good}` }],
    ['an empty credential after it', { token: `${good},` }],
    ['an empty credential before it', { token: `,${good}` }],
    ['the flattened JSON serialisation', { token: JSON.stringify(flattened) }],
    ['the general JSON serialisation', { token: JSON.stringify(general) }],
    [
      'JSON that hides its parts from those who split at dots',
      { token: `{"a":".${rich}.","token":"${good}"}` },
    ],
    ['the JSON serialisation after it', { token: `${good},${JSON.stringify(general)}` }],
  ]);
});

describe('an encrypted token (five parts) is refused without work', TOGETHER, () => {
  eachRefused(
    edge,
    401,
    'token_encrypted',
    JWE.map(([name, token]) => [name, { token }]),
  );
});

describe('size', TOGETHER, () => {
  eachRefused(edge, 401, 'token_too_large', [
    ['a token of 17 KB', { token: edge.token({ pad: 'a'.repeat(12_600) }) }],
    ['17 KB of dots', { token: '.'.repeat(17_000) }],
  ]);
  eachRefused(edge, 401, 'header_too_large', [
    ['a header of 5 KB', { token: edge.token({}, { pad: 'a'.repeat(5000) }) }],
  ]);
  eachRefused(edge, 431, 'head_too_large', [
    ['a token of 40 KB, more than a head may have', { token: `${good}${'A'.repeat(40_000)}` }],
  ]);
});

it('the token within all of these is good', async () => {
  await edge.admits({ token: good });
});

test('nothing of this reaches the upstream or a log', () => edge.assertQuiet());
