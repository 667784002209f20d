import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { parseConfig } from '@portcullis/guard';
import { authOf, protect } from '@portcullis/guard/fastify';
import { jwksKeys, KeyError } from '@portcullis/token';
import fastify, {
  type FastifyInstance,
  type FastifyPluginAsync,
  type FastifyRequest,
  type FastifyServerOptions,
} from 'fastify';
import { AUDIENCE, createIssuer, ISSUER } from '../support/tokens.ts';
import { send } from '../support/wire.ts';
import './middlewares.ts';

const issuer = await createIssuer();
const token = await issuer.token();
const policy = {
  issuer: ISSUER,
  audience: AUDIENCE,
  algorithms: ['ES256'],
  jwks: JSON.parse(issuer.jwks),
} as const;

async function start(
  build: (app: FastifyInstance) => Promise<void> | void,
  options: FastifyServerOptions = {},
): Promise<string> {
  const app = fastify(options);
  await build(app);
  after(() => app.close());
  return app.listen({ host: '127.0.0.1', port: 0 });
}

const whoami = (request: FastifyRequest) => ({
  sub: request.auth?.claims.sub ?? null,
  same: authOf(request) === request.auth,
});

describe('Fastify', () => {
  it('guards one route by a hook of its own, and hands the claims to the handler', async () => {
    const auth = protect(policy);
    const url = await start((app) => {
      app.get('/open', whoami);
      app.get('/any', { onRequest: auth }, whoami);
      app.get('/write', { onRequest: auth.require({ scopes: ['write:orders'] }) }, whoami);
    });
    assert.equal((await send(url, { target: '/open' })).status, 200);
    assert.match((await send(url, { target: '/any', token })).body, /\{"sub":"alice","same":true\}/);
    assert.equal((await send(url, { target: '/any' })).status, 401);
    assert.equal((await send(url, { target: '/write', token })).status, 403);
  });

  it('guards the instance that the plugin is registered on, those below and no other', async () => {
    const auth = protect(policy);
    const innermost: FastifyPluginAsync = async (instance) => {
      instance.get('/innermost', { onRequest: auth.require({ scopes: ['read:orders'] }) }, whoami);
    };
    const inner: FastifyPluginAsync = async (instance) => {
      await instance.register(auth.plugin);
      instance.get('/inner', whoami);
      await instance.register(innermost);
    };
    const other: FastifyPluginAsync = async (instance) => {
      await instance.register(protect({ ...policy, audience: 'https://other.test' }).plugin);
      instance.get('/other', whoami);
    };
    const url = await start(async (app) => {
      app.get('/open', whoami);
      await app.register(inner);
      await app.register(other);
    });
    for (const [target, status, anonymous] of [
      ['/open', 200, 200],
      ['/inner', 200, 401],
      ['/innermost', 200, 401],
      ['/other', 401, 401],
    ] as const) {
      assert.equal((await send(url, { target, token })).status, status, target);
      assert.equal((await send(url, { target })).status, anonymous, target);
    }
  });

  it('tells a stranger nothing of which routes there are, when registered on the root', async () => {
    const url = await start(async (app) => {
      await app.register(protect(policy).plugin);
      app.get('/there', whoami);
    });
    for (const target of ['/there', '/not-there'])
      assert.equal((await send(url, { target })).status, 401, target);
    assert.equal((await send(url, { target: '/not-there', token })).status, 404);
  });

  it('does not start with keys that may not be used', async () => {
    const { jwks: _, ...keyless } = policy;
    const app = fastify();
    await assert.rejects(async () => app.register(protect({ ...keyless, pem: 'no key' }).plugin), KeyError);
    await app.close();
  });

  it('answers a refused body before any parser complains of it, or of its type', async () => {
    const url = await start(async (app) => {
      await app.register(protect(policy).plugin);
      app.post('/', whoami);
    });
    const body = '{'.repeat(2 * 1024 * 1024);
    for (const type of ['application/json', 'application/unheard-of']) {
      const fields = [`Content-Type: ${type}`, `Content-Length: ${body.length}`];
      assert.equal((await send(url, { method: 'POST', target: '/', fields, body })).status, 401);
    }
  });

  it('names a refusal by the id under which it logs the request', async () => {
    const ids: string[] = [];
    const url = await start(async (app) => {
      app.addHook('onRequest', async ({ id }) => {
        ids.push(id);
      });
      await app.register(protect(policy).plugin);
      app.get('/', whoami);
    });
    assert.equal((await send(url, { target: '/' })).header('x-request-id'), ids[0]);
  });

  it('lets nothing pass when a hook of the guard throws', async () => {
    const url = await start(async (app) => {
      const address = (): string => {
        throw new Error('no address');
      };
      await app.register(protect({ ...policy, address }).plugin);
      app.get('/', whoami);
    });
    assert.equal((await send(url, { target: '/', token })).status, 500);
  });

  it('lets nothing pass where Fastify would take one path for another', async () => {
    const text = `issuers: [{ name: test, issuer: "${ISSUER}", algorithms: [ES256], jwksFile: ./jwks.json }]
apis:
  - { name: a, basePath: /, upstreams: [{ url: "http://127.0.0.1:9" }], routes: [{ match: "GET /open", public: true }] }`;
    const configuration = parseConfig(text, { file: 'p.yaml', env: {} });
    const keys = { test: await jwksKeys(policy.jwks, { algorithms: ['ES256'] }) };
    for (const [routerOptions, status] of [
      [{}, 200],
      [{ caseSensitive: false }, 500],
      [{ ignoreTrailingSlash: true }, 500],
    ] as const) {
      const url = await start(
        (app) => {
          app.get('/open', { onRequest: protect({ configuration, keys }) }, whoami);
        },
        { routerOptions },
      );
      assert.equal((await send(url, { target: '/open' })).status, status);
    }
  });

  it('knows the framework’s own address only when told to', async () => {
    const auth = protect<FastifyRequest>({
      ...policy,
      limits: [{ per: 'address', rate: '1/h', burst: 1 }],
      address: ({ ip }) => ip,
    });
    const url = await start(
      async (app) => {
        await app.register(auth.plugin);
        app.get('/', whoami);
      },
      { trustProxy: true },
    );
    const from = (address: string) =>
      send(url, { target: '/', token, fields: [`X-Forwarded-For: ${address}`] });
    assert.equal((await from('192.0.2.1')).status, 200);
    assert.equal((await from('192.0.2.2')).status, 200);
    assert.equal((await from('192.0.2.2')).status, 429);
  });
});
