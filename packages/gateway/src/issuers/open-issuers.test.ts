import assert from 'node:assert/strict';
import dns from 'node:dns/promises';
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { syncBuiltinESMExports } from 'node:module';
import { test } from 'node:test';
import { type Configuration, parseConfig } from '@portcullis/guard';
import { generateKey } from '@portcullis/token';
import { freePort } from '../testing/free-port.ts';
import { checkKeys, closeSources, type IssuerEvent, openIssuers } from './open-issuers.ts';

function configurationOf(issuer: string): Configuration {
  const text = `issuers: [{ name: partner, algorithms: [ES256], ${issuer} }]`;
  return parseConfig(text, { file: 'portcullis.yaml', env: {} });
}

test('keys are fetched from public addresses only, unless the issuer allows others', async () => {
  // 0.0.0.0 leads to this machine without being spelled as loopback.
  const origin = `https://0.0.0.0:${await freePort()}`;
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

test('checking a configuration asks nobody for keys, nor for where they are', async (t) => {
  const lookup = t.mock.method(dns, 'lookup', async () => assert.fail('a name was looked up'));
  syncBuiltinESMExports();
  try {
    for (const source of ['issuer: "https://id.test"', 'issuer: other, jwksUri: "https://id.test/keys"']) {
      assert.deepEqual(await checkKeys(configurationOf(source)), []);
    }
    await new Promise((done) => setImmediate(done));
    assert.equal(lookup.mock.callCount(), 0);
  } finally {
    lookup.mock.restore();
    syncBuiltinESMExports();
  }
});

test('a reload keeps the keys of an issuer that is fetched in the same way, and no others', async () => {
  const issuer = `issuer: "http://127.0.0.1:${await freePort()}"`;
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

test('300 issuers are discovered at once, each asked once, and dead ones among them hold up none', async (t) => {
  const { publicJwk } = await generateKey('ES256');
  const asked = new Map<string, number>();
  let origin = '';
  const server = createHttpServer((request, response) => {
    const path = request.url ?? '';
    asked.set(path, (asked.get(path) ?? 0) + 1);
    const [, name] = path.split('/');
    const issuer = `${origin}/${name}`;
    response.end(
      JSON.stringify(path.endsWith('/keys') ? { keys: [publicJwk] } : { issuer, jwks_uri: `${issuer}/keys` }),
    );
  }).listen(0, '127.0.0.1');
  t.after(() => server.close().closeAllConnections());
  await once(server, 'listening');
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  origin = `http://127.0.0.1:${address.port}`;
  const dead = `http://127.0.0.1:${await freePort()}`;
  const listed = Array.from({ length: 300 }, (_, at) => {
    const issuer = at % 30 === 0 ? `${dead}/i${at}` : `${origin}/i${at}`;
    return `  - { name: i${at}, issuer: "${issuer}", algorithms: [ES256] }`;
  });
  const text = `issuers:\n${listed.join('\n')}\n`;
  const issuers = await openIssuers(parseConfig(text, { file: 'portcullis.yaml', env: {} }), () => {});
  const ready = await Promise.all([...issuers.sources.values()].map(({ keys }) => keys.ready()));
  closeSources(issuers);
  assert.deepEqual([ready.length, ready.filter((one) => one).length], [300, 290]);
  assert.deepEqual([asked.size, Math.max(...asked.values())], [580, 1]);
});
