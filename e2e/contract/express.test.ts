import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, describe, it } from 'node:test';
import { type Denial, parseConfig } from '@portcullis/guard';
import { authOf, protect } from '@portcullis/guard/express';
import { jwksKeys } from '@portcullis/token';
import express from 'express';
import express4 from 'express4';
import { AUDIENCE, createIssuer, ISSUER } from '../support/tokens.ts';
import { send } from '../support/wire.ts';
import { listen } from './middlewares.ts';

const issuer = await createIssuer();
const token = await issuer.token();
const jwks: unknown = JSON.parse(issuer.jwks);
const policy = { issuer: ISSUER, audience: AUDIENCE, algorithms: ['ES256'], jwks } as const;

for (const [name, make] of [
  ['Express 5', express],
  ['Express 4', express4],
] as const) {
  describe(name, () => {
    async function start(build: (app: express.Express) => void): Promise<string> {
      const app = make();
      build(app);
      return listen({ after }, createServer(app));
    }
    const whoami: express.RequestHandler = (request, response) => {
      response.json({ sub: request.auth?.claims.sub, same: authOf(request) === request.auth });
    };

    it('guards one route more strictly than the others, and hands the claims to the handler', async () => {
      const auth = protect<express.Request>(policy);
      const url = await start((app) => {
        app.use(auth);
        app.get('/any', whoami);
        app.get('/read', auth.require({ scopes: ['read:orders'] }), whoami);
        app.get('/write', auth.require({ scopes: ['write:orders'] }), whoami);
      });
      assert.deepEqual(JSON.parse((await send(url, { target: '/any', token })).body), {
        sub: 'alice',
        same: true,
      });
      assert.equal((await send(url, { target: '/read', token })).status, 200);
      assert.equal((await send(url, { target: '/write', token })).status, 403);
      assert.equal((await send(url, { target: '/read' })).status, 401);
    });

    it('decides on the whole path below a mounted router', async () => {
      const configuration = parseConfig(CONFIGURATION, { file: 'p.yaml', env: {} });
      const keys = { test: await jwksKeys(jwks, { algorithms: ['ES256'] }) };
      const url = await start((app) => {
        app.enable('case sensitive routing').enable('strict routing');
        const router = make.Router({ caseSensitive: true, strict: true });
        router.use(protect({ configuration, keys }));
        router.use(whoami);
        app.use('/orders', router);
      });
      assert.equal((await send(url, { target: '/orders', token })).status, 200);
      assert.equal((await send(url, { target: '/orders?a=b', token })).status, 200);
      assert.equal((await send(url, { target: '/orders/42', token })).status, 403);
      assert.equal((await send(url, { target: '/orders/health' })).status, 200);
    });

    it('decides on the path that Express routes by, when another middleware has rewritten it', async () => {
      const configuration = parseConfig(CONFIGURATION, { file: 'p.yaml', env: {} });
      const keys = { test: await jwksKeys(jwks, { algorithms: ['ES256'] }) };
      const url = await start((app) => {
        app.enable('case sensitive routing').enable('strict routing');
        app.use((request, _response, next) => {
          if (request.url === '/orders/health') request.url = '/orders/42';
          next();
        });
        app.use(protect({ configuration, keys }));
        app.use(whoami);
      });
      assert.equal((await send(url, { target: '/orders/health' })).status, 401);
    });

    it('lets nothing pass where Express would take one path for another', async () => {
      const configuration = parseConfig(CONFIGURATION, { file: 'p.yaml', env: {} });
      const keys = { test: await jwksKeys(jwks, { algorithms: ['ES256'] }) };
      const errors: unknown[] = [];
      const url = await start((app) => {
        app.use(protect({ configuration, keys }));
        app.use(whoami);
        app.use(collectErrors(errors));
      });
      assert.equal((await send(url, { target: '/orders/health' })).status, 500);
      assert.match(String(errors), /needs app\.enable\("case sensitive routing"\)/);
    });

    it('hands on what its hooks throw, before and after waiting for keys, and lets nothing pass', async () => {
      const errors: unknown[] = [];
      const url = await start((app) => {
        const address = () => {
          throw new Error('no address');
        };
        app.use(protect({ ...policy, address }));
        app.use(whoami);
        app.use(collectErrors(errors));
      });
      assert.equal((await send(url, { token })).status, 500);
      assert.deepEqual(errors.map(String), ['Error: no address']);
    });

    it('leaves what a handler throws to the error handler, once', async () => {
      const errors: unknown[] = [];
      const url = await start((app) => {
        app.use(protect(policy));
        app.use(() => {
          throw new Error('the handler’s own');
        });
        app.use(collectErrors(errors));
      });
      for (let attempt = 0; attempt < 2; attempt += 1) assert.equal((await send(url, { token })).status, 500);
      assert.deepEqual(errors.map(String), Array(2).fill('Error: the handler’s own'));
    });

    it('answers a refused body before any parser complains of it', async () => {
      const told: Denial[] = [];
      const url = await start((app) => {
        app.use(protect({ ...policy, onDenial: (denial) => told.push(denial) }));
        app.use(make.json());
        app.use(whoami);
      });
      const body = `${'{'.repeat(2 * 1024 * 1024)}`;
      const fields = ['Content-Type: application/json', `Content-Length: ${body.length}`];
      assert.equal((await send(url, { method: 'POST', fields, body })).status, 401);
      assert.equal((await send(url, { method: 'POST', fields, body, token })).status, 413);
      assert.deepEqual(
        told.map(({ reason }) => reason),
        ['credential_missing'],
      );
    });

    it('believes no forwarding header, but whom it is told to believe', async () => {
      const limits = [{ per: 'address', rate: '1/h', burst: 1 }] as const;
      const own = await start((app) => {
        app.set('trust proxy', true).use(protect({ ...policy, limits: [...limits] }), whoami);
      });
      const told = await start((app) => {
        app.set('trust proxy', true);
        app.use(
          protect<express.Request>({ ...policy, limits: [...limits], address: ({ ip }) => ip ?? '' }),
          whoami,
        );
      });
      const from = (address: string) => ({ token, fields: [`X-Forwarded-For: ${address}`] });
      assert.equal((await send(own, from('192.0.2.1'))).status, 200);
      assert.equal((await send(own, from('192.0.2.2'))).status, 429);
      assert.equal((await send(told, from('192.0.2.1'))).status, 200);
      assert.equal((await send(told, from('192.0.2.2'))).status, 200);
      assert.equal((await send(told, from('192.0.2.2'))).status, 429);
    });
  });
}

const CONFIGURATION = `issuers: [{ name: test, issuer: "${ISSUER}", algorithms: [ES256], jwksFile: ./jwks.json }]
apis:
  - name: orders
    basePath: /orders
    audience: ${AUDIENCE}
    issuers: [test]
    upstreams: [{ url: "http://127.0.0.1:9" }]
    routes:
      - { match: "GET /", require: { scopes: ["read:orders"] } }
      - { match: "GET /{id}", require: { scopes: [admin] } }
      - { match: "GET /health", public: true }
`;

function collectErrors(errors: unknown[]): express.ErrorRequestHandler {
  return (error, _request, response, _next) => {
    errors.push(error);
    response.status(500).end();
  };
}
