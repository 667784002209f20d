import { test } from 'node:test';
import { forge } from '../testing/forge.ts';
import { EXPECTED, goodClaims, makeIssuer, refuses } from '../testing/issuer.ts';

const issuer = await makeIssuer('ES256');

const bigEndian16 = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();
const bigEndian32 = (text: string): Buffer =>
  Buffer.concat([...text].map((character) => Buffer.from([0, 0, 0, character.charCodeAt(0)])));
const mark = (bytes: number[], text: Buffer): Buffer => Buffer.concat([Buffer.from(bytes), text]);

/** RFC 8725 section 3.7: JSON could once be in any of these, and the same bytes then mean two things. */
const ENCODINGS: readonly (readonly [name: string, encode: (text: string) => Buffer])[] = [
  ['UTF-16, little-endian', (text) => Buffer.from(text, 'utf16le')],
  ['UTF-16, big-endian', bigEndian16],
  ['UTF-16 with a mark', (text) => mark([0xff, 0xfe], Buffer.from(text, 'utf16le'))],
  ['UTF-16, big-endian, with a mark', (text) => mark([0xfe, 0xff], bigEndian16(text))],
  ['UTF-32, big-endian', bigEndian32],
  ['UTF-32, little-endian', (text) => bigEndian32(text).swap32()],
  ['UTF-7', (text) => Buffer.from(text.replaceAll('"', '+ACI-'))],
  ['Latin-1', (text) => Buffer.from(text.replace('user-1', 'us\u00e9r'), 'latin1')],
];

for (const [name, encode] of ENCODINGS) {
  test(`refuses a signed payload or header in ${name}`, async () => {
    const payload = encode(JSON.stringify(goodClaims()));
    await refuses(issuer.verifier, forge(issuer.header, payload, issuer.signer), 'payload_malformed');
    const header = encode(JSON.stringify({ ...issuer.header, note: 'user-1' }));
    await refuses(issuer.verifier, forge(header, goodClaims(), issuer.signer), 'header_malformed');
  });
}

test('takes text beyond ASCII in UTF-8', async () => {
  await issuer.verifier.verify(
    forge(issuer.header, goodClaims({ sub: 'Zoë 日本 😀' }), issuer.signer),
    EXPECTED,
  );
});
