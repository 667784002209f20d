import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { masterKeyFile, newMasterSecret } from '@portcullis/store';
import { generateKey } from '@portcullis/token';
import { importJWK, SignJWT } from 'jose';
import { createAuthority } from '../support/authority.ts';
import { freshPage, startChromium } from '../support/chromium.ts';
import { runPortcullis } from '../support/command.ts';
import { AUDIENCE, basic } from '../support/issuing.ts';
import { eventually } from '../support/processes.ts';
import { startSystem } from '../support/system.ts';
import { exchangeTls } from '../support/tls-client.ts';
import { startUpstream } from '../support/upstream.ts';

/** As docs/issuer.md tells it: one listener with TLS for the issuer and the APIs, the issuer on loopback behind it. */
function yamlOf(issuerListener: string, gateway: string, upstream: string): string {
  const issuer = `https://localhost:${new URL(gateway).port}/id`;
  return `
store: sqlite:./portcullis.db
masterKey: { file: ./master-key.json }
gateway: { workers: 1, tls: { certificates: [{ cert: ./tls.pem, key: ./tls.key }] } }
issuer: { url: "${issuer}", trustedProxies: [127.0.0.1/32] }
issuers: [{ name: local, issuer: "${issuer}", algorithms: [ES256] }]
apis:
  - name: id
    basePath: /id
    upstreams: [{ url: "${issuerListener.replace('localhost', '127.0.0.1')}" }]
    routes: [{ match: "* /{rest*}", public: true }]
    forward: { authorization: true, issuerCookies: true }
  - name: orders
    basePath: /orders
    audience: ${AUDIENCE}
    issuers: [local]
    upstreams: [{ url: "${upstream}" }]
    routes: [{ match: "GET /health", public: true }, { match: "GET /{id}", require: { scopes: [read:orders] } }]
`;
}

/** As `fetch`, which lets nobody say which host is meant. */
function postTo(url: string, host: string, body: string): Promise<{ status: number; text: string }> {
  const headers = { host, 'content-type': 'application/x-www-form-urlencoded' };
  return new Promise((done, fail) => {
    const asking = request(url, { method: 'POST', headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.once('end', () => done({ status: response.statusCode ?? 0, text }));
    });
    asking.once('error', fail);
    asking.end(body);
  });
}

test('an issuer behind the gateway gives tokens over TLS, which the gateway takes, and sees who asks', async () => {
  const t = { after };
  const authority = createAuthority(t);
  const own = authority.issue({ names: ['DNS:localhost'] });
  const upstream = await startUpstream(t);
  const system = await startSystem(t, (issuer, gateway) => yamlOf(issuer, gateway, upstream.url), {
    files: { 'master-key.json': masterKeyFile([newMasterSecret()]), 'tls.pem': own.cert, 'tls.key': own.key },
    env: { NODE_EXTRA_CA_CERTS: authority.caFile },
  });
  const origin = system.url.replace('http://127.0.0.1', 'https://localhost');
  const ask = async (head: string, fields: readonly string[], body = ''): Promise<string> => {
    const host = new URL(origin).host;
    const lines = [`${head} HTTP/1.1`, `Host: ${host}`, 'Connection: close', ...fields];
    const request = [...lines, `Content-Length: ${body.length}`, '', body].join('\r\n');
    return (await exchangeTls(origin, request, { ca: authority.ca, servername: 'localhost' })).text;
  };
  const run = async (...args: readonly string[]): Promise<string> => {
    const outcome = await runPortcullis([...args, '--config', system.configFile], system.folder);
    assert.equal(outcome.code, 0, outcome.stderr);
    return outcome.stdout;
  };

  const metadata = await ask('GET /id/.well-known/openid-configuration', []);
  assert.match(metadata, new RegExp(`"token_endpoint":"${origin}/id/token"`));

  const added = await run(
    'clients',
    'add',
    'billing',
    '--owner',
    'e2e',
    '--allow',
    'orders=read:orders',
    '--json',
  );
  const { client_secret: secret } = JSON.parse(added);
  const fields = [
    `Authorization: ${basic({ id: 'billing', secret })}`,
    'Content-Type: application/x-www-form-urlencoded',
  ];
  const answer = await ask('POST /id/token', fields, 'grant_type=client_credentials&scope=read:orders');
  const token = /"access_token":"([^"]+)"/.exec(answer)?.[1] ?? assert.fail(answer);

  const pair = await generateKey('ES256');
  const jwks = join(system.folder, 'nightly.json');
  writeFileSync(jwks, JSON.stringify({ keys: [pair.publicJwk] }));
  await run('clients', 'add', 'nightly', '--owner', 'e2e', '--allow', 'orders=read:orders', '--jwks', jwks);
  const present = async (aud: string, host = new URL(origin).host): Promise<string> => {
    const assertion = await new SignJWT({ iss: 'nightly', sub: 'nightly', aud, jti: randomUUID() })
      .setProtectedHeader({ alg: 'ES256', kid: pair.privateJwk.kid })
      .setExpirationTime('1m')
      .sign(await importJWK({ ...pair.privateJwk }, 'ES256'));
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: assertion,
    });
    const { status, text } = await postTo(`${system.issuerUrl}/id/token`, host, form.toString());
    return `${status} ${JSON.parse(text).error ?? 'token'}`;
  };
  // An assertion is for this issuer, by one of the names that it gives itself; what a request says of its host is no name.
  assert.equal(await present(`${origin}/id`), '200 token');
  assert.equal(await present(`${origin}/id/token`), '200 token');
  assert.equal(await present('http://other.example/token', 'other.example'), '401 invalid_client');
  assert.equal(await present(`http://${new URL(origin).host}/token`), '401 invalid_client');

  const bearer = [`Authorization: Bearer ${token}`];
  await eventually(async () => (await ask('GET /orders/1', bearer)).startsWith('HTTP/1.1 200'), 'an answer');
  const issued = JSON.parse(await run('audit', '--type', 'token.issued', '--limit', '1', '--json'));
  assert.equal(issued.address, '127.0.0.1');

  assert.match(await ask('POST /id/token/revocation', fields, `token=${token}`), /^HTTP\/1\.1 200/);
  await eventually(async () => (await ask('GET /orders/1', bearer)).startsWith('HTTP/1.1 401'), 'a refusal');
  assert.ok(!system.errors().includes(secret));

  // People sign in there, too, and our cookies pass to the issuer and to nobody else.
  const home = 'https://app.example.com/callback';
  await run(
    'clients',
    'add',
    'shop',
    '--owner',
    'e2e',
    '--type',
    'web',
    '--first-party',
    '--redirect-uri',
    home,
    '--allow',
    'orders=read:orders',
  );
  const { link } = JSON.parse(await run('users', 'add', 'jo@example.com', '--json'));
  const browser = await startChromium(t);
  const { page } = await freshPage(browser, { ignoreHTTPSErrors: true });
  await page.goto(link);
  await page.fill('#password', 'correct horse battery');
  await page.fill('#repeated', 'correct horse battery');
  await page.click('button[type=submit]');
  await page.waitForSelector('text=Your password is set');
  await page.goto(`${origin}/id/account`);
  await page.fill('#email', 'jo@example.com');
  await page.fill('#password', 'correct horse battery');
  await page.click('form[action$="/sign-in"] button');
  await page.waitForSelector('text=Your account');
  const cookies = await page.context().cookies(origin);
  const session = cookies.find(({ name }) => name === '__Host-portcullis_session');
  assert.deepEqual([session?.secure, session?.httpOnly, session?.sameSite], [true, true, 'Lax']);
  const before = upstream.received.length;
  await page.goto(`${origin}/orders/health`);
  const [seen] = upstream.received.slice(before);
  assert.doesNotMatch(JSON.stringify(seen?.headers ?? assert.fail('it did not arrive')), /portcullis_/);
});
