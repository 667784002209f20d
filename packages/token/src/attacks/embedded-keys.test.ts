import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { forge } from '../testing/forge.ts';
import { EXPECTED, goodClaims, makeIssuer, refuses } from '../testing/issuer.ts';

const issuer = await makeIssuer('ES256');
const attacker = await makeIssuer('ES256');

let requests = 0;
const server = createServer((_request, response) => {
  requests += 1;
  response.end(JSON.stringify({ keys: [attacker.publicJwk] }));
});
let base = '';

before(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  assert.ok(isAddress(address));
  base = `http://127.0.0.1:${address.port}`;
});
after(() => {
  server.close();
  assert.equal(requests, 0, 'something was fetched from where a token pointed');
});

function isAddress(address: ReturnType<typeof server.address>): address is AddressInfo {
  return typeof address === 'object' && address !== null;
}

function pointers(): Record<string, unknown>[] {
  return [
    { jwk: attacker.publicJwk },
    { jku: `${base}/jwks.json` },
    { jku: `https://id.example.com@${new URL(base).host}/jwks.json` },
    { x5u: `${base}/cert.pem` },
    { x5c: ['MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A'] },
    { 'x5t#S256': 'AAAA', x5t: 'AAAA' },
    { kid: `${base}/jwks.json` },
    { jwk: attacker.publicJwk, jku: `${base}/jwks.json`, x5u: `${base}/c`, kid: attacker.publicJwk.kid },
  ];
}

test('never trusts or fetches a key that the token brings along: jwk, jku, x5u, x5c', async () => {
  for (const pointer of pointers()) {
    const header = { ...issuer.header, ...pointer };
    const code = header.kid === issuer.header.kid ? 'signature_invalid' : 'kid_unknown';
    await refuses(issuer.verifier, forge(header, goodClaims(), attacker.signer), code);
  }
});

test('these members change nothing for a token that is signed by the issuer', async () => {
  for (const pointer of pointers()) {
    const header = { ...issuer.header, ...pointer, kid: issuer.header.kid };
    const { header: shown } = await issuer.verifier.verify(
      forge(header, goodClaims(), issuer.signer),
      EXPECTED,
    );
    assert.deepEqual(shown, issuer.header);
  }
});
