import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer, request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { generateKey, sign } from '@portcullis/token';
import { startChromium } from '../support/chromium.ts';
import { assertClean, DebuggerPage, requireSite, startDebugger } from '../support/debugger.ts';
import { listening } from '../support/ports.ts';
import { eventually } from '../support/processes.ts';
import { PORTCULLIS, startSystem } from '../support/system.ts';

requireSite();
const SECRET = 'fUTJlP4tCz3M1hOaBvQeLdXwRkYs7g2N9qGp';
const { privateJwk, publicJwk } = await generateKey('ES256');
const { privateJwk: careless } = await generateKey('ES256');

const system = await startSystem(
  { after },
  `gateway: { workers: 1 }
issuers:
  - { name: filed, issuer: "https://id.example.com", algorithms: [ES256], jwksFile: ./jwks.json }
  - { name: legacy, issuer: legacy, algorithms: [HS256], secrets: ["\${LEGACY}"], types: [JWT] }
  - { name: away, issuer: "http://127.0.0.1:9", algorithms: [ES256] }
apis:
  - name: orders
    basePath: /orders
    audience: api
    issuers: [filed]
    upstreams: [{ url: "http://127.0.0.1:9" }]
    routes: [{ match: "GET /{id}" }]
`,
  { files: { 'jwks.json': JSON.stringify({ keys: [publicJwk] }) }, env: { LEGACY: SECRET } },
);

/** A request as no fetch would send it: its path and its Host to the letter. */
function ask(
  path: string,
  { method = 'GET', headers = {} }: { method?: string; headers?: Record<string, string> } = {},
): Promise<{ status: number; headers: Record<string, unknown>; body: Buffer }> {
  const { hostname, port } = new URL(system.adminUrl);
  return new Promise((done, fail) => {
    httpRequest({ hostname, port, path, method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        done({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
      );
    })
      .on('error', fail)
      .end();
  });
}

describe('the admin listener shows the debugger', () => {
  test('at /debugger, with a policy on every file', async () => {
    const moved = await ask('/debugger');
    assert.deepEqual([moved.status, moved.headers['location']], [308, '/debugger/']);
    const page = await ask('/debugger/');
    assert.equal(page.status, 200);
    const files = [...page.body.toString().matchAll(/(?:src|href)="\.\/(assets\/[^"]+)"/g)].map(
      ([, path = '']) => path,
    );
    assert.ok(files.length >= 2);
    for (const path of ['', ...files]) {
      const file = await ask(`/debugger/${path}`);
      assert.equal(file.status, 200, path);
      assert.match(String(file.headers['content-security-policy']), /default-src 'none'/);
      assert.equal(file.headers['x-content-type-options'], 'nosniff');
      assert.match(String(file.headers['cache-control']), path === '' ? /no-cache/ : /immutable/);
    }
  });

  test('compressed, for who takes it so', async () => {
    const page = (await ask('/debugger/')).body.toString();
    const [, script = ''] = /src="\.\/(assets\/[^"]+\.js)"/.exec(page) ?? [];
    const plain = await ask(`/debugger/${script}`);
    assert.equal(plain.headers['content-encoding'], undefined);
    const gzip = await ask(`/debugger/${script}`, { headers: { 'accept-encoding': 'gzip, deflate' } });
    const brotli = await ask(`/debugger/${script}`, {
      headers: { 'accept-encoding': 'gzip, deflate, br, zstd' },
    });
    assert.deepEqual([gzip.headers['content-encoding'], brotli.headers['content-encoding']], ['gzip', 'br']);
    assert.deepEqual(gunzipSync(gzip.body), plain.body);
    assert.deepEqual(brotliDecompressSync(brotli.body), plain.body);
    assert.ok(brotli.body.length < gzip.body.length);
  });

  test('and nothing beside it', async () => {
    for (const path of [
      '/debugger/../portcullis.yaml',
      '/debugger/%2e%2e/x',
      '/debugger/assets/',
      '/debugger/x',
      '/debuggers',
    ]) {
      const { status, body } = await ask(path);
      assert.equal(status, 404, path);
      assert.ok(body.length < 200);
    }
    assert.equal((await ask('/debugger/', { method: 'POST' })).status, 405);
    const head = await ask('/debugger/', { method: 'HEAD' });
    assert.deepEqual([head.status, head.body.length], [200, 0]);
    assert.equal((await ask('/debugger/', { headers: { host: 'evil.example' } })).status, 421);
    assert.match((await ask('/nothing')).body.toString(), /here are \/debugger, \/livez/);
  });

  test('with the issuers of the gateway: public keys, and never a secret', async () => {
    const { status, body, headers } = await ask('/debugger/issuers.json');
    assert.deepEqual([status, headers['cache-control']], [200, 'no-store']);
    const issuers = JSON.parse(body.toString());
    assert.deepEqual(
      issuers.map(({ name, keys }: { name: string; keys: unknown }) => [name, keys !== null]),
      [
        ['filed', true],
        ['legacy', false],
        ['away', false],
      ],
    );
    assert.ok(!body.includes(SECRET));
    assert.match(issuers[1].note, /not shown/);
    assert.match(issuers[2].note, /cannot be had/);
  });

  test('in the browser, where one of them is chosen by its name', async () => {
    const debug = await DebuggerPage.open(await startChromium({ after }), `${system.adminUrl}/debugger/`);
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      iss: 'https://id.example.com',
      sub: 'jo',
      aud: 'api',
      client_id: 'app',
      iat: now,
      exp: now + 600,
    };
    await debug.paste(await sign(claims, { key: privateJwk }));
    const before = debug.requests.length;
    await debug.page.getByText('Look keys up').click();
    assert.equal(debug.requests.length, before, 'it asked before it was told to');
    await debug.page.getByRole('button', { name: 'This gateway’s issuers' }).click();
    await debug.page.getByText('a shared secret, which is not shown').waitFor();
    await debug.page.getByRole('button', { name: 'filed' }).click();
    await debug.expect('Audience (aud)', 'api');
    assert.deepEqual(await debug.verdict(), { outcome: 'accepted', code: '', signature: 'verified' });
    assert.deepEqual(debug.requests.slice(before), [`${system.adminUrl}/debugger/issuers.json`]);
    assertClean(debug);
  });
});

test('of a file of keys only public members are shown, whatever is in it', async () => {
  const secrets = { note: 'DATABASE_PASSWORD', nested: { d: careless.d } };
  writeFileSync(
    join(system.folder, 'jwks.json'),
    JSON.stringify({ keys: [{ ...careless, ...secrets }], other: secrets }),
  );
  // What was found is told again for ten seconds.
  await eventually(async () => {
    const body = (await ask('/debugger/issuers.json')).body.toString();
    assert.ok(
      !body.includes(careless.d ?? '') && !body.includes('DATABASE'),
      'more than public members was shown',
    );
    return body.includes(careless.kid);
  }, 'the new keys');
});

describe('portcullis debug', () => {
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [PORTCULLIS, 'debug', ...args], { cwd: system.folder, encoding: 'utf8' });

  test('tells what is wrong with a port', async () => {
    for (const port of ['x', '70000', '-1', '80.5']) {
      const { status, stderr } = run('--port', port);
      assert.equal(status, 2, stderr);
      assert.match(stderr, /It is a number from 0 to 65535/);
    }
    const port = await listening({ after }, createServer());
    const taken = run('--no-open', '--port', String(port));
    assert.equal(taken.status, 5);
    assert.match(taken.stderr, /another program listens there already.*--port/);
  });

  test('tells when the file cannot be written', () => {
    const { status, stderr } = run('--write', '/nowhere/at/all.html');
    assert.equal(status, 5);
    assert.match(stderr, /cannot be written: there is no such folder/);
    assert.equal(run('--write', 'page.html').status, 0);
    const again = run('--write', 'page.html');
    assert.equal(again.status, 5);
    assert.match(again.stderr, /it is there already; --force overwrites it/);
    assert.equal(run('--write', 'page.html', '--force').status, 0);
  });

  test('works without any configuration, and then offers no issuers', async () => {
    const url = await startDebugger({ after });
    assert.equal((await fetch(new URL('issuers.json', url))).status, 404);
    assert.ok(!(await (await fetch(url)).text()).includes('portcullis-issuers'));
    assert.equal(
      (await fetch(new URL('/', url), { redirect: 'manual' })).headers.get('location'),
      '/debugger/',
    );
  });
});
