import { generateKey, sign } from '@portcullis/token';
import { createBench, NOW, ordersApi, snapshotOf, standardClaims } from './bench.ts';

/** An API of orders with every kind of route, and an API of public documents. */
export const SNAPSHOT = snapshotOf(`${ordersApi(
  [
    '{ match: "GET /{id}", require: { scopes: [read:orders] } }',
    '{ match: "POST /", require: { scopes: [write:orders], roles: { any: [clerk, admin] } } }',
    '{ match: "GET /by-user/{user}", require: { claims: { sub: { equals: "{user}" } } } }',
    '{ match: "GET /health", public: true }',
    '{ match: "GET /catalogue", optional: true, require: { scopes: [read:orders] } }',
    '{ match: "GET /trial", shadow: true, require: { scopes: [beta] } }',
    '{ match: "* /files/{rest*}" }',
  ].join(', '),
  '    forward: { headers: { x-user-id: sub, x-scopes: scope } }\n',
)}
  - name: docs
    basePath: /docs
    upstreams: [{ url: "http://127.0.0.1:9002" }]
    routes: [{ match: "GET /{rest*}", public: true }]
`);

export const bench = await createBench();
export const guard = bench.guard(SNAPSHOT);
export const reader = await bench.token({ scope: 'read:orders' });
export const clerk = await bench.token({ scope: 'write:orders', roles: ['clerk'] });
export const guest = await bench.token({ scope: 'write:orders', roles: ['guest'] });
export const expired = await bench.token({ scope: 'read:orders', iat: NOW - 600, exp: NOW - 300 });
export const elsewhere = await bench.token({ scope: 'read:orders', aud: 'https://api.example.com/other' });
export const split = await bench.token({ scope: 'read:orders', sub: 'jo\r\nx-admin: 1' });
const { privateJwk: stranger } = await generateKey('ES256', { kid: bench.key.kid ?? '' });
export const forged = await sign({ ...standardClaims(), scope: 'read:orders' }, { key: stranger });
