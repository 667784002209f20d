import assert from 'node:assert/strict';
import { Agent, request as httpRequest } from 'node:http';
import { after, describe, it } from 'node:test';
import { serve } from '@hono/node-server';
import { getConnInfo } from '@hono/node-server/conninfo';
import { type Auth, authOf, protect } from '@portcullis/guard/fetch';
import { Hono } from 'hono';
import { AUDIENCE, createIssuer, ISSUER } from '../support/tokens.ts';
import { send } from '../support/wire.ts';

const issuer = await createIssuer();
const token = await issuer.token();
const policy = {
  issuer: ISSUER,
  audience: AUDIENCE,
  algorithms: ['ES256'],
  jwks: JSON.parse(issuer.jwks),
} as const;

type Env = { Variables: { auth: Auth | undefined } };

async function start(build: (app: Hono<Env>) => void): Promise<string> {
  const app = new Hono<Env>();
  build(app);
  const { promise, resolve } = Promise.withResolvers<number>();
  const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }, ({ port }) => resolve(port));
  after(() => {
    server.close();
  });
  return `http://127.0.0.1:${await promise}`;
}

describe('Hono', () => {
  it('guards one route more strictly than the others, and hands the claims to the handler', async () => {
    const auth = protect(policy);
    const url = await start((app) => {
      app.get('/open', (c) => c.text('open'));
      app.use('/api/*', auth.hono);
      app.get('/api/any', (c) =>
        c.json({ sub: c.get('auth')?.claims.sub, same: authOf(c.req.raw) === c.get('auth') }),
      );
      app.get('/api/write', auth.require({ scopes: ['write:orders'] }).hono, (c) => c.text('written'));
    });
    assert.equal((await send(url, { target: '/open' })).status, 200);
    assert.match((await send(url, { target: '/api/any', token })).body, /\{"sub":"alice","same":true\}/);
    assert.equal((await send(url, { target: '/api/any' })).status, 401);
    assert.equal((await send(url, { target: '/api/write', token })).status, 403);
  });

  it('is not fooled by two Authorization fields, in either order', async () => {
    const reached: string[] = [];
    const url = await start((app) => {
      app.use(protect(policy).hono);
      app.get('/', (c) => {
        reached.push(c.req.header('authorization') ?? '');
        return c.text('reached');
      });
    });
    const good = `Authorization: Bearer ${token}`;
    for (const fields of [
      [good, good],
      [good, 'Authorization: Bearer x'],
      ['authorization: Bearer x', good],
      ['Authorization: ', good],
      [good, 'Authorization:'],
    ]) {
      const answer = await send(url, { target: '/', fields });
      assert.equal(answer.status, 400, String(fields));
      assert.match(answer.header('www-authenticate') ?? '', /invalid_request/);
    }
    assert.deepEqual(reached, []);
  });

  it('decides on the path that Hono routes by, whatever was sent', async () => {
    const url = await start((app) => {
      app.use('/public/*', async (_c, next) => next());
      app.get('/public/x', (c) => c.text('public'));
      app.use('/private/*', protect(policy).hono);
      app.get('/private/x', (c) => c.text('private'));
    });
    for (const target of ['/private/x', '/public/../private/x', '/%70rivate/x', '/public/%2e%2e/private/x']) {
      const { status, body } = await send(url, { target });
      assert.notEqual(status, 200, target);
      assert.ok(!body.includes('private'), target);
    }
  });

  it('adds what CORS asks for to answers that cannot be changed', async () => {
    const url = await start((app) => {
      app.use(protect({ ...policy, cors: { origins: ['https://app.test'] } }).hono);
      app.get('/', () => Response.redirect('https://api.test/elsewhere'));
    });
    const answer = await send(url, { target: '/', token, fields: ['Origin: https://app.test'] });
    assert.equal(answer.status, 302);
    assert.equal(answer.header('access-control-allow-origin'), 'https://app.test');
  });

  it('counts by the address that a middleware before it has noted, and by no header', async () => {
    const addresses = new WeakMap<Request, string>();
    const auth = protect({
      ...policy,
      limits: [{ per: 'address', rate: '1/h', burst: 1 }],
      address: (request) => addresses.get(request) ?? '',
    });
    const seen: (string | undefined)[] = [];
    const url = await start((app) => {
      app.use(async (c, next) => {
        const { address } = getConnInfo(c).remote;
        seen.push(address);
        addresses.set(c.req.raw, address ?? '');
        await next();
      });
      app.use(auth.hono);
      app.get('/', (c) => c.text('reached'));
    });
    const from = (address: string) =>
      send(url, { target: '/', token, fields: [`X-Forwarded-For: ${address}`] });
    assert.equal((await from('192.0.2.1')).status, 200);
    assert.equal((await from('192.0.2.2')).status, 429);
    assert.deepEqual(seen, ['127.0.0.1', '127.0.0.1']);
  });

  it('answers a large body that it refuses, and goes on serving', async () => {
    const url = await start((app) => {
      app.use(protect(policy).hono);
      app.post('/', async (c) => c.json({ bytes: (await c.req.text()).length }));
    });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    after(() => agent.destroy());
    const post = (headers: Record<string, string>) => {
      const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
      const client = httpRequest(url, { method: 'POST', agent, headers }, (response) => {
        response.resume().on('end', () => resolve(response.statusCode));
      });
      client.on('error', reject);
      client.end('x'.repeat(256 * 1024));
      return promise;
    };
    assert.equal(await post({}), 401);
    assert.equal(await post({ authorization: `Bearer ${token}` }), 200);
  });
});
