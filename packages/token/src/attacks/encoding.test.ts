import { test } from 'node:test';
import { forge, segment } from '../testing/forge.ts';
import { EXPECTED, goodClaims, makeIssuer, refuses, type TestIssuer, tokenOf } from '../testing/issuer.ts';

const issuer = await makeIssuer('ES256');
const rsa = await makeIssuer('RS256');
const good = tokenOf(issuer);

/** Signs segments exactly as they are given. */
function signed(header: string, payload: string, by: TestIssuer = issuer): string {
  const input = `${header}.${payload}`;
  return `${input}.${segment(by.signer(input))}`;
}

const header = segment(issuer.header);
const payload = segment(goodClaims());
const signature = good.slice(good.lastIndexOf('.') + 1);

const SPELLINGS: readonly (readonly [string, (part: string) => string])[] = [
  ['padding', (part) => `${part}=`],
  ['double padding', (part) => `${part}==`],
  ['a trailing newline', (part) => `${part}\n`],
  ['a leading space', (part) => ` ${part}`],
  ['a tab inside', (part) => `${part.slice(0, 5)}\t${part.slice(5)}`],
  ['a newline inside', (part) => `${part.slice(0, 5)}\r\n${part.slice(5)}`],
  ['a NUL', (part) => `${part}\0`],
  ['the other alphabet: +', (part) => `${part.slice(0, 4)}+${part.slice(5)}`],
  ['the other alphabet: /', (part) => `${part.slice(0, 4)}/${part.slice(5)}`],
  ['percent encoding', (part) => `${part.slice(0, 4)}%65${part.slice(5)}`],
  ['a letter outside ASCII', (part) => `${part}é`],
  ['a full-width letter', (part) => `${part.slice(0, 4)}ｅ${part.slice(5)}`],
  ['one character too many', (part) => `${part}A`.padEnd(Math.ceil(part.length / 4) * 4 + 1, 'A')],
];
for (const [name, spell] of SPELLINGS) {
  test(`refuses base64url with ${name}, in every part`, async () => {
    await refuses(issuer.verifier, signed(spell(header), payload), 'token_malformed');
    await refuses(issuer.verifier, signed(header, spell(payload)), 'token_malformed');
    await refuses(issuer.verifier, `${header}.${payload}.${spell(signature)}`, 'token_malformed');
  });
}

test('refuses set bits after the last byte: one signature has one spelling', async () => {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  for (const by of [issuer, rsa]) {
    const token = tokenOf(by);
    await by.verifier.verify(token, EXPECTED);
    const last = alphabet.indexOf(token.charAt(token.length - 1));
    for (let bits = 1; bits < 16; bits++) {
      await refuses(by.verifier, token.slice(0, -1) + alphabet.charAt(last | bits), 'token_malformed');
    }
  }
});

const NOT_TOKENS: readonly (readonly [string, string])[] = [
  ['nothing', ''],
  ['dots', '..'],
  ['one part', header],
  ['two parts', `${header}.${payload}`],
  ['four parts', `${good}.AAAA`],
  ['six parts', `${good}.A.A.A`],
  ['a trailing dot', `${good}.`],
  ['a leading dot', `.${good}`],
  ['an empty header', `.${payload}.${signature}`],
  ['an empty payload (detached)', `${header}..${signature}`],
  ['quotes', JSON.stringify(good)],
  ['a scheme', `Bearer ${good}`],
  ['a byte order mark', `\ufeff${good}`],
  ['trailing white space', `${good} `],
  ['SD-JWT disclosures', `${good}~WyJhIiwiYiJd~`],
  ['flattened JSON serialisation', JSON.stringify({ protected: header, payload, signature })],
  ['general JSON serialisation', JSON.stringify({ payload, signatures: [{ protected: header, signature }] })],
  [
    'a polyglot of JSON and compact serialisation (CVE-2022-39227)',
    `{"${header}.${payload}.${signature}":"","protected":"${header}","payload":"${payload}","signature":"${signature}"}`,
  ],
];
for (const [name, text] of NOT_TOKENS) {
  test(`refuses ${name} in place of a token`, async () => {
    await issuer.verifier.verify(good, EXPECTED);
    await refuses(issuer.verifier, text, 'token_malformed');
  });
}

test('refuses an encrypted token and says so', async () => {
  await refuses(issuer.verifier, `${header}.A.A.${payload}.A`, 'token_encrypted');
  // Two tokens joined look like one that is encrypted: they have four dots.
  await refuses(issuer.verifier, `${good},${good}`, 'token_encrypted');
});

test('refuses what is longer than 16 KB before looking at it', async () => {
  await refuses(issuer.verifier, 'A'.repeat(16 * 1024 + 1), 'token_too_large');
  await refuses(issuer.verifier, '.'.repeat(10_000_000), 'token_too_large');
  await refuses(issuer.verifier, '.'.repeat(16 * 1024), 'token_malformed');
});

test('refuses a header over 4 KB, signed or not', async () => {
  const token = (length: number) => tokenOf(issuer, {}, { x5c: ['A'.repeat(length)] });
  await issuer.verifier.verify(token(3800), EXPECTED);
  await refuses(issuer.verifier, token(4097), 'header_too_large');
});

test('takes white space within JSON; refuses BOM, bad UTF-8 and whatever else is not strict JSON', async () => {
  const claims = JSON.stringify(goodClaims());
  await issuer.verifier.verify(
    forge(JSON.stringify(issuer.header, null, 2), ` \n${claims}\t `, issuer.signer),
    EXPECTED,
  );
  const bad: readonly (string | Uint8Array)[] = [
    `\ufeff${claims}`,
    Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(claims)]),
    Buffer.from(claims, 'utf16le'),
    Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xc0, 0xaf]), Buffer.from('"}')]),
    Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xed, 0xa0, 0x80]), Buffer.from('"}')]),
    '{"a":"\\ud800"}',
    '{"\\ud800":1}',
    `${claims}x`,
    `${claims}${claims}`,
    claims.replaceAll('"', "'"),
    `${claims.slice(0, -1)},}`,
    `/**/${claims}`,
    '[]',
    '"text"',
    'null',
    '1',
    '{',
    '{"a":01}',
    '{"a":NaN}',
    '{"__proto__":{"sub":"admin"}}',
    `{"a":${'['.repeat(17)}${']'.repeat(17)}}`,
    `${'{"a":'.repeat(2000)}1${'}'.repeat(2000)}`,
    '['.repeat(12_000),
  ];
  for (const json of bad)
    await refuses(issuer.verifier, forge(issuer.header, json, issuer.signer), 'payload_malformed');
  for (const json of bad.filter((text) => text.length < 3000)) {
    await refuses(issuer.verifier, forge(json, goodClaims(), issuer.signer), 'header_malformed');
  }
});

test('refuses duplicate members, also when one is spelled with an escape', async () => {
  const { alg, kid } = issuer.header;
  for (const twice of [
    `{"alg":"none","alg":"${alg}","kid":"${kid}","typ":"at+jwt"}`,
    `{"alg":"${alg}","kid":"${kid}","typ":"at+jwt","\\u0061lg":"none"}`,
    `{"al\\u0067":"${alg}","kid":"${kid}","typ":"at+jwt","alg":"${alg}"}`,
    `{"alg":"${alg}","kid":"${kid}","typ":"at+jwt","x":{"a":1,"a":1}}`,
    `{"alg":"${alg}","kid":"${kid}","typ":"at+jwt","x":[{"a":1,"b":[{}],"a":1}]}`,
  ]) {
    await refuses(issuer.verifier, forge(twice, goodClaims(), issuer.signer), 'header_malformed');
  }
  const claims = JSON.stringify(goodClaims()).slice(0, -1);
  for (const twice of [
    `${claims},"sub":"admin"}`,
    `${claims},"s\\u0075b" : "admin"}`,
    `${claims},"exp":9}`,
  ]) {
    await refuses(issuer.verifier, forge(issuer.header, twice, issuer.signer), 'payload_malformed');
  }
});

test('refuses what is not text at all', async () => {
  for (const value of [undefined, null, 1, {}, [good], new String(good)]) {
    // @ts-expect-error a caller without types
    await refuses(issuer.verifier, value, 'token_malformed');
  }
});
