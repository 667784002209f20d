// biome-ignore-all lint/correctness/noUndeclaredDependencies: this runs where the tarballs are installed
// What an application does with the two libraries, in plain JavaScript on plain Node.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { compile, createGuard, createLimiter, parseConfig } from '@portcullis/guard';
import { protect } from '@portcullis/guard/fetch';
import { createVerifier, generateKey, jwksKeys, remoteJwks, sign, TokenError } from '@portcullis/token';
import { guardedFetch } from '@portcullis/token/node';

const issuer = 'https://id.example';
const audience = 'https://api.example/orders';
const now = Math.floor(Date.now() / 1000);

const { privateJwk, publicJwk } = await generateKey('ES256');
const keys = await jwksKeys({ keys: [publicJwk] }, { algorithms: ['ES256'] });
const verifier = createVerifier({ issuers: [{ name: 'local', issuer, algorithms: ['ES256'], keys }] });
const claims = { iss: issuer, aud: audience, sub: 'ann', iat: now, exp: now + 60, scope: 'read:orders' };
const token = await sign(claims, { key: privateJwk });

const verified = await verifier.verify(token, { audience });
assert.equal(verified.claims.sub, 'ann');
await assert.rejects(
  verifier.verify(token, { audience: 'https://other.example' }),
  (error) => error instanceof TokenError && error.code === 'audience_mismatch',
);

const text = `
issuers: [{ name: local, issuer: "${issuer}", algorithms: [ES256], jwksUri: "${issuer}/jwks" }]
apis:
  - name: orders
    basePath: /orders
    audience: ${audience}
    issuers: [local]
    upstreams: [{ url: "http://127.0.0.1:9001" }]
    routes: [{ match: "GET /{id}", require: { scopes: [read:orders] } }]
`;
const snapshot = compile(parseConfig(text, { file: 'portcullis.yaml', env: {} }), 1);
const guard = createGuard({ snapshot, verifier, limiter: createLimiter() });
const head = { method: 'GET', target: '/orders/42', address: '127.0.0.1' };

const allowed = await guard.decide({ ...head, headers: ['Authorization', `Bearer ${token}`] });
assert.equal(allowed.kind, 'forward');
const denied = await guard.decide({ ...head, headers: [] });
assert.equal(denied.kind, 'deny');
assert.equal(denied.status, 401);

const auth = protect({ issuer, audience, algorithms: ['ES256'], jwks: { keys: [publicJwk] } });
const url = 'https://api.example/orders/42';
assert.equal((await auth.check(new Request(url))).response?.status, 401);
const bearer = { headers: { authorization: `Bearer ${token}` } };
assert.equal((await auth.check(new Request(url, bearer))).auth?.claims.sub, 'ann');

const server = createServer((_request, response) => response.end(JSON.stringify({ keys: [publicJwk] })));
await new Promise((done) => server.listen(0, '127.0.0.1', done));
const jwksUri = `http://127.0.0.1:${server.address().port}/jwks`;
const remote = remoteJwks(jwksUri, { algorithms: ['ES256'], fetch: guardedFetch() });
assert.equal(await remote.ready(), true, remote.status().lastError);
remote.close();
server.close();

console.log('token and guard work here');
