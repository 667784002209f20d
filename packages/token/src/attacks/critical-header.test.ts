import { test } from 'node:test';
import { deflateRawSync } from 'node:zlib';
import { forge, segment } from '../testing/forge.ts';
import { goodClaims, makeIssuer, refuses, tokenOf } from '../testing/issuer.ts';

const issuer = await makeIssuer('ES256');

const EXTENSIONS: Record<string, unknown>[] = [
  { crit: ['exp'], exp: 1 },
  { crit: ['b64'], b64: true },
  { crit: ['b64'], b64: false },
  { crit: ['http://example.com/ext'], 'http://example.com/ext': 1 },
  { crit: ['alg'] },
  { crit: [] },
  { crit: null },
  { crit: 'b64' },
  { crit: {} },
  { b64: true },
  { b64: false },
  { b64: null },
  { zip: 'DEF' },
  { zip: null },
];
for (const extension of EXTENSIONS) {
  test(`refuses the header extension ${JSON.stringify(extension)}`, async () => {
    await refuses(issuer.verifier, tokenOf(issuer, {}, extension), 'header_critical');
  });
}

test('refuses an unencoded payload (RFC 7797)', async () => {
  const header = segment({ ...issuer.header, b64: false, crit: ['b64'] });
  const claims = JSON.stringify(goodClaims());
  const input = `${header}.${claims}`;
  await refuses(issuer.verifier, `${input}.${segment(issuer.signer(input))}`, 'token_malformed');
});

test('refuses a compressed payload, so that none can be a bomb', async () => {
  const bomb = deflateRawSync(JSON.stringify(goodClaims({ big: ' '.repeat(1_000_000) })));
  await refuses(
    issuer.verifier,
    forge({ ...issuer.header, zip: 'DEF' }, bomb, issuer.signer),
    'header_critical',
  );
  await refuses(issuer.verifier, forge(issuer.header, bomb, issuer.signer), 'payload_malformed');
});
