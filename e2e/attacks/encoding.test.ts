import { describe, it, test } from 'node:test';
import { eachRefused, openAttacked, TOGETHER } from '../support/attacked.ts';
import { claims, forge } from '../support/forge.ts';

const edge = await openAttacked();
const good = edge.token();
const [header = '', payload = '', signature = ''] = good.split('.');
const headerText = JSON.stringify(edge.header);
const claimsText = JSON.stringify(claims());
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** The same bytes in another spelling: the lowest unused bit of the last character is set. */
function otherLastCharacter(part: string): string {
  const last = ALPHABET.indexOf(part.slice(-1));
  return part.slice(0, -1) + ALPHABET.charAt(last + 1);
}

/** A member added to the JSON text of an object. */
function and(text: string, member: string): string {
  return `${text.slice(0, -1)},${member}}`;
}

/** A header that is padded so that its base64url has unused bits. */
const padded =
  [0, 1, 2]
    .map((count) => edge.token({}, { pad: 'x'.repeat(count) }).split('.'))
    .find(([encoded = '']) => encoded.length % 4 !== 0) ?? [];

/** Texts that are no strict JSON object; the issuer signs each of them all the same. */
function broken(text: string): [name: string, bytes: Uint8Array][] {
  const bytes = Buffer.from(text);
  const deep = `{"a":${'['.repeat(40)}${']'.repeat(40)}}`;
  return [
    ['a byte order mark before it', Buffer.concat([Buffer.from('efbbbf', 'hex'), bytes])],
    ['UTF-16', Buffer.from(text, 'utf16le')],
    ['invalid UTF-8', Buffer.from(and(text, '"x":"\u00ff"'), 'latin1')],
    [
      'overlong UTF-8',
      Buffer.concat([
        Buffer.from(`${text.slice(0, -1)},"x":"`),
        Buffer.from('c0af', 'hex'),
        Buffer.from('"}'),
      ]),
    ],
    ['a lone surrogate', Buffer.from(and(text, '"x":"\\ud800"'))],
    ['a duplicate member', Buffer.from(and(text, '"dup":1,"dup":2'))],
    ['a duplicate member spelled with an escape', Buffer.from(and(text, '"dup":1,"d\\u0075p":2'))],
    ['a duplicate member deep within', Buffer.from(and(text, '"x":[{"dup":1,"dup":2}]'))],
    ['a __proto__ member', Buffer.from(and(text, '"__proto__":{"sub":"admin"}'))],
    ['a NUL after it', Buffer.from(`${text}\0`)],
    ['a second object after it', Buffer.from(`${text}${text}`)],
    ['a comma too many', Buffer.from(`${text.slice(0, -1)},}`)],
    ['a comment', Buffer.from(`${text.slice(0, -1)}/* */}`)],
    ['single quotes', Buffer.from(text.replaceAll('"', "'"))],
    ['a raw control character', Buffer.from(and(text, '"x":"\u0001"'))],
    ['a list around it', Buffer.from(`[${text}]`)],
    ['quotes around it', Buffer.from(JSON.stringify(text))],
    ['null', Buffer.from('null')],
    ['nothing but a blank', Buffer.from(' ')],
    ['deep nesting', Buffer.from(deep)],
    ['a number out of range', Buffer.from(and(text, '"x":1e999'))],
  ];
}

describe('another spelling of a good token is refused', TOGETHER, () => {
  eachRefused(edge, 401, 'token_malformed', [
    ['unused bits in the signature', { token: `${header}.${payload}.${otherLastCharacter(signature)}` }],
    [
      'unused bits in the header',
      { token: `${otherLastCharacter(padded[0] ?? '')}.${padded[1]}.${padded[2]}` },
    ],
    ['padding after the signature', { token: `${good}==` }],
    ['one character less in the signature', { token: good.slice(0, -1) }],
    ['a plus sign for a minus', { token: `${good.slice(0, -2)}+${good.slice(-1)}` }],
    ['a slash for an underscore', { token: `${good.slice(0, -2)}/${good.slice(-1)}` }],
    ['a tilde', { token: `${good.slice(0, -2)}~${good.slice(-1)}` }],
  ]);
  eachRefused(edge, 401, 'credential_malformed', [
    ['padding after the header', { token: `${header}==.${payload}.${signature}` }],
    ['a blank within', { token: `${header}. ${payload}.${signature}` }],
    ['a line break within, percent-encoded', { token: `${header}.%0A${payload}.${signature}` }],
    ['a full-width dot', { token: `${header}\u00ef\u00bc\u008e${payload}.${signature}` }],
  ]);
});

describe('a header that is no strict JSON is refused', TOGETHER, () => {
  eachRefused(edge, 401, 'header_malformed', [
    ...broken(headerText).map(
      ([name, bytes]) => [name, { token: forge(bytes, claims(), edge.sign) }] as const,
    ),
    ['alg twice, none last', { token: forge(and(headerText, '"alg":"none"'), claims(), edge.sign) }],
    ['alg twice, none first', { token: forge(`{"alg":"none",${headerText.slice(1)}`, claims(), edge.sign) }],
    [
      'alg twice, the second escaped',
      { token: forge(and(headerText, '"\\u0061lg":"none"'), claims(), edge.sign) },
    ],
  ]);
});

describe('a payload that is no strict JSON is refused', TOGETHER, () => {
  eachRefused(edge, 401, 'payload_malformed', [
    ...broken(claimsText).map(
      ([name, bytes]) => [name, { token: forge(edge.header, bytes, edge.sign) }] as const,
    ),
    ['sub twice', { token: forge(edge.header, and(claimsText, '"sub":"admin"'), edge.sign) }],
    ['iss twice', { token: forge(edge.header, and(claimsText, '"iss":"https://rsa.test"'), edge.sign) }],
    [
      'exp twice, the second escaped',
      { token: forge(edge.header, and(claimsText, '"e\\u0078p":9e9'), edge.sign) },
    ],
  ]);
});

it('a token with white space in its JSON and text beyond ASCII is fine', async () => {
  const spaced = JSON.stringify(claims({ name: 'Zo\u00eb \ud83d\ude00' }), null, 2);
  await edge.admits({ token: forge(` ${headerText}\n`, `\n\t${spaced}\r\n`, edge.sign) });
});

test('nothing of this reaches the upstream or a log', () => edge.assertQuiet());
