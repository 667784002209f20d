import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { type Configuration, parseConfig } from '@portcullis/guard';
import { closeSources, type IssuerEvent, openIssuers } from './open-issuers.ts';

function configurationOf(issuer: string): Configuration {
  const text = `issuers: [{ name: partner, algorithms: [ES256], ${issuer} }]`;
  return parseConfig(text, { file: 'portcullis.yaml', env: {} });
}

/** A port of this machine where nobody listens. */
async function deadPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  server.close();
  await once(server, 'close');
  return address.port;
}

test('keys are fetched from public addresses only, unless the issuer allows others', async () => {
  // 0.0.0.0 leads to this machine without being spelled as loopback.
  const origin = `https://0.0.0.0:${await deadPort()}`;
  for (const source of [`issuer: "${origin}"`, `issuer: other, jwksUri: "${origin}/keys"`]) {
    for (const [allowed, reason] of [
      ['', /0\.0\.0\.0 is not a public address/],
      [', allowPrivateAddresses: true', /ECONNREFUSED/],
    ] as const) {
      const events: IssuerEvent[] = [];
      const issuers = await openIssuers(configurationOf(source + allowed), (event) => events.push(event));
      const keys = issuers.sources.get('partner')?.keys ?? assert.fail();
      assert.equal(await keys.ready(), false);
      closeSources(issuers);
      assert.match(String(keys.status().lastError), reason);
      assert.deepEqual(
        events.map(({ issuer, type }) => [issuer, type]),
        [['partner', 'failed']],
      );
    }
  }
});

test('a reload keeps the keys of an issuer that is fetched in the same way, and no others', async () => {
  const issuer = `issuer: "http://127.0.0.1:${await deadPort()}"`;
  const first = await openIssuers(configurationOf(issuer), () => {});
  for (const [text, kept] of [
    [issuer, true],
    [`${issuer}, clockSkew: 9s`, true],
    [`${issuer}, allowPrivateAddresses: true`, false],
    [`${issuer}, maxStale: 1h`, false],
    ['issuer: "http://127.0.0.1:1"', false],
    ['issuer: "http://127.0.0.1:1", jwksUri: "http://127.0.0.1:1/keys"', false],
  ] as const) {
    const next = await openIssuers(configurationOf(text), () => {}, first);
    const same = next.sources.get('partner')?.keys === first.sources.get('partner')?.keys;
    assert.equal(same, kept, text);
    closeSources(next, first);
  }
  closeSources(first);
});
