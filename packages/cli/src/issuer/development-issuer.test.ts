import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { CliError } from '../errors.ts';
import { addKey } from '../keyring/ring.ts';
import { emptyFolder } from '../testing/portcullis.ts';
import { startDevelopmentIssuer } from './development-issuer.ts';
import { publicKeysOf } from './public-keys.ts';

async function issuer(t: TestContext): Promise<{ url: string; ring: string }> {
  const ring = join(await emptyFolder(t), 'ring.json');
  await addKey(ring, 'ES256', 'first');
  const address = { host: '127.0.0.1', port: 0, what: 'the development issuer', changedBy: 'listen.issuer' };
  const listening = await startDevelopmentIssuer(address, 'http://localhost:8081', publicKeysOf(ring));
  t.after(() => listening.close());
  return { url: listening.url, ring };
}

test('the public keys are served at /jwks, to be kept for a minute', async (t) => {
  const { url } = await issuer(t);
  const response = await fetch(`${url}/jwks`);
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('cache-control'), 'public, max-age=60');
  const body = await response.text();
  assert.deepEqual(
    JSON.parse(body).keys.map(({ kid }: { kid: string }) => kid),
    ['first'],
  );
  assert.doesNotMatch(body, /"d"/);
});

test('what discovery asks for is served as well', async (t) => {
  const { url } = await issuer(t);
  for (const path of ['openid-configuration', 'oauth-authorization-server']) {
    const told = await (await fetch(`${url}/.well-known/${path}`)).json();
    assert.deepEqual(told, { issuer: 'http://localhost:8081', jwks_uri: 'http://localhost:8081/jwks' });
  }
});

test('a key that is added later is served without a restart', async (t) => {
  const { url, ring } = await issuer(t);
  await (await fetch(`${url}/jwks`)).text();
  await addKey(ring, 'ES256', 'second');
  const { keys } = JSON.parse(await (await fetch(`${url}/jwks`)).text());
  assert.equal(keys.length, 2);
});

test('HEAD has no body, other methods and paths are refused as problem+json', async (t) => {
  const { url } = await issuer(t);
  const head = await fetch(`${url}/jwks`, { method: 'HEAD' });
  assert.deepEqual([head.status, await head.text()], [200, '']);
  const post = await fetch(`${url}/jwks`, { method: 'POST', body: 'x' });
  assert.deepEqual([post.status, post.headers.get('allow')], [405, 'GET, HEAD']);
  await post.text();
  for (const path of ['/', '/jwks/', '/JWKS', '/token', '/jwks%2f', '/development-keys.json']) {
    const response = await fetch(`${url}${path}`);
    assert.equal(response.status, 404, path);
    assert.equal(response.headers.get('content-type'), 'application/problem+json');
    await response.text();
  }
});

test('a ring that is gone is 503, and tells a stranger nothing of it', async (t) => {
  const { url, ring } = await issuer(t);
  await rm(ring);
  const response = await fetch(`${url}/jwks`);
  assert.equal(response.status, 503);
  assert.doesNotMatch(await response.text(), /ring/);
});

test('a port that is taken is told with the key to change', async (t) => {
  const { url } = await issuer(t);
  const address = {
    host: '127.0.0.1',
    port: Number(new URL(url).port),
    what: 'the development issuer',
    changedBy: 'listen.issuer (here:3)',
  };
  await assert.rejects(
    startDevelopmentIssuer(address, 'http://localhost:8081', async () => ({ keys: [] })),
    (error) =>
      error instanceof CliError &&
      error.exit === 'unavailable' &&
      /listen\.issuer \(here:3\)/.test(error.message),
  );
});
