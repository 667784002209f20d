import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseConfig } from '@portcullis/guard';
import { findResource, resourcesOf } from './resources.ts';

const { config } = parseConfig(
  `
issuer: { url: "http://localhost:8081", accessToken: { lifetime: 10m } }
issuers: [{ name: local, issuer: "http://localhost:8081", algorithms: [ES256] }]
apis:
  - name: orders-v1
    basePath: /v1/orders
    audience: https://api.example.com/orders
    issuers: [local]
    upstreams: [{ url: "http://127.0.0.1:9001" }]
    scopes: [export:orders]
    routes:
      - { match: "GET /{id}", require: { scopes: [read:orders] } }
      - { match: "POST /", require: { any: [{ scopes: { any: [write:orders, admin] } }, { roles: [clerk] }] } }
  - name: orders-v2
    basePath: /v2/orders
    audience: https://api.example.com/orders
    issuers: [local]
    upstreams: [{ url: "http://127.0.0.1:9001" }]
    accessToken: { lifetime: 5m }
    routes: [{ match: "GET /{id}", require: { scopes: [read:orders:v2] } }]
  - name: slow
    basePath: /slow
    audience: https://api.example.com/slow
    issuers: [local]
    upstreams: [{ url: "http://127.0.0.1:9001" }]
    accessToken: { lifetime: 50m }
    routes: [{ match: "GET /" }]
  - name: docs
    basePath: /docs
    upstreams: [{ url: "http://127.0.0.1:9001" }]
    routes: [{ match: "GET /", public: true }]
`,
  { file: 'p.yaml', env: {} },
);

describe('the resources of a configuration', () => {
  const resources = resourcesOf(config);

  it('are its audiences; versions of an API share one, and an API without one is none', () => {
    assert.deepEqual(
      [...resources.keys()],
      ['https://api.example.com/orders', 'https://api.example.com/slow'],
    );
    assert.deepEqual(findResource(resources, 'orders-v2')?.apis, ['orders-v1', 'orders-v2']);
    assert.equal(findResource(resources, 'docs'), undefined);
  });

  it('know the scopes and roles that their routes require, however deep, and those listed', () => {
    const orders = findResource(resources, 'orders-v1');
    assert.deepEqual([...(orders?.scopes ?? [])].sort(), [
      'admin',
      'export:orders',
      'read:orders',
      'read:orders:v2',
      'write:orders',
    ]);
    assert.deepEqual([...(orders?.roles ?? [])], ['clerk']);
  });

  it('may have tokens that live shorter than those of the issuer, and never longer', () => {
    assert.equal(findResource(resources, 'orders-v1')?.lifetime, 300);
    assert.equal(findResource(resources, 'slow')?.lifetime, 600);
  });
});
