import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { AUDIENCE, type Credentials, claimsOf, MAIL_AUDIENCE, startIssuing } from '../support/issuing.ts';
import { eventually, issuerPid } from '../support/processes.ts';

describe('tokens of the issuer', async () => {
  const issuing = await startIssuing({ after });
  const billing = await issuing.addClient('billing');
  const both = await issuing.addClient('both', '--allow', 'orders=read:orders', '--allow', 'mail=read:mail');
  const other = await issuing.addClient('other');
  const guest = await issuing.addClient('guest', '--allow', 'orders');
  const auditor = await issuing.addClient('auditor', '--introspect', 'orders');
  const ask = (form: Record<string, string>, client: Credentials | undefined = billing) =>
    issuing.post('/token', { grant_type: 'client_credentials', ...form }, client);

  test('are what RFC 9068 says, and pass the gateway at once', async () => {
    const { status, headers, body } = await ask({ scope: 'read:orders' });
    assert.equal(status, 200);
    assert.equal(headers.get('cache-control'), 'no-store');
    assert.deepEqual([body['token_type'], body['expires_in'], body['scope']], ['Bearer', 600, 'read:orders']);
    const token = String(body['access_token']);
    const { iat, exp, nbf, jti, ...claims } = claimsOf(token);
    assert.deepEqual(claims, {
      iss: issuing.issuer,
      sub: 'billing',
      client_id: 'billing',
      aud: AUDIENCE,
      scope: 'read:orders',
      roles: ['clerk'],
    });
    assert.equal(Number(exp) - Number(iat), 600);
    assert.equal(nbf, iat);
    assert.ok(String(jti).length >= 21);
    assert.equal(JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()).typ, 'at+jwt');
    assert.equal(await issuing.ask(token), 200);
  });

  const grants: [
    what: string,
    form: Record<string, string>,
    client: Credentials | undefined,
    scope: string | undefined,
  ][] = [
    ['what was asked for', { scope: 'read:orders write:orders' }, billing, 'read:orders write:orders'],
    [
      'of what was asked for, what the client may have',
      { scope: 'read:orders write:orders', resource: AUDIENCE },
      both,
      'read:orders',
    ],
    ['nothing where nothing was asked for', {}, billing, undefined],
    [
      'for the API that is named',
      { scope: 'read:orders read:mail', resource: MAIL_AUDIENCE },
      both,
      'read:mail',
    ],
  ];
  for (const [what, form, client, scope] of grants) {
    test(`carry ${what}`, async () => {
      const { status, body } = await ask(form, client);
      assert.equal(status, 200, JSON.stringify(body));
      assert.equal(body['scope'], scope);
      assert.equal(claimsOf(String(body['access_token']))['scope'], scope);
    });
  }

  const refusals: [
    what: string,
    form: Record<string, string>,
    client: Credentials | undefined,
    status: number,
    error: string,
  ][] = [
    [
      'a scope that the client may not have',
      { scope: 'write:orders', resource: AUDIENCE },
      both,
      400,
      'invalid_scope',
    ],
    ['a scope of a client that has none', { scope: 'read:orders' }, guest, 400, 'invalid_scope'],
    ['a scope that there is not', { scope: 'admin' }, billing, 400, 'invalid_scope'],
    ['a scope in a strange spelling', { scope: 'read:orders  "x"' }, billing, 400, 'invalid_scope'],
    ['an API that the client may not use', { resource: MAIL_AUDIENCE }, billing, 400, 'invalid_target'],
    [
      'an API that there is not',
      { resource: 'https://api.example.com/nowhere' },
      billing,
      400,
      'invalid_target',
    ],
    ['no API where the client may use two', { scope: 'read:orders' }, both, 400, 'invalid_target'],
    ['a wrong secret', {}, { id: 'billing', secret: 'wrong' }, 401, 'invalid_client'],
    ['an empty secret', {}, { id: 'billing', secret: '' }, 400, 'invalid_request'],
    ['an unknown client', {}, { id: 'nobody', secret: 'wrong' }, 401, 'invalid_client'],
    ["another client's secret", {}, { id: 'billing', secret: other.secret }, 401, 'invalid_client'],
    ['no client at all', {}, undefined, 400, 'invalid_request'],
    [
      'another grant',
      { grant_type: 'password', username: 'a', password: 'b' },
      billing,
      400,
      'unsupported_grant_type',
    ],
    [
      'a grant of another client kind',
      { grant_type: 'authorization_code', code: 'x' },
      billing,
      400,
      'invalid_request',
    ],
  ];
  for (const [what, form, client, status, error] of refusals) {
    test(`are refused for ${what}`, async () => {
      const answer =
        client === undefined
          ? await issuing.post('/token', { grant_type: 'client_credentials', ...form })
          : await ask(form, client);
      assert.deepEqual([answer.status, answer.body['error']], [status, error], JSON.stringify(answer.body));
    });
  }

  test('look the same to who guesses a client and to who guesses its secret', async () => {
    const [unknown, wrong] = [
      await ask({}, { id: 'nobody', secret: 'x' }),
      await ask({}, { id: 'billing', secret: 'x' }),
    ];
    assert.deepEqual([unknown.status, unknown.body], [wrong.status, wrong.body]);
  });

  test('are introspected by their own client and by who may, and by nobody else', async () => {
    const token = await issuing.token(billing);
    const introspect = async (client: Credentials) =>
      (await issuing.post('/token/introspection', { token }, client)).body;
    for (const client of [billing, auditor]) {
      const told = await introspect(client);
      assert.equal(told['active'], true);
      assert.deepEqual(
        [told['client_id'], told['sub'], told['scope'], told['aud'], told['jti']],
        ['billing', 'billing', 'read:orders', AUDIENCE, claimsOf(token)['jti']],
      );
    }
    assert.deepEqual(await introspect(other), { active: false });
  });

  test('are revoked by their own client only (RFC 7009), whatever is not one is answered like one', async () => {
    const token = await issuing.token(billing);
    const theirs = await issuing.post('/token/revocation', { token }, other);
    assert.deepEqual([theirs.status, theirs.body['error']], [400, 'invalid_request']);
    assert.equal(await issuing.ask(token), 200);
    assert.equal(
      (await issuing.post('/token/revocation', { token, token_type_hint: 'access_token' }, billing)).status,
      200,
    );
    await issuing.untilRefused(token);
    const audit = await issuing.run('audit', '--type', 'tokens.revoked', '--limit', '1', '--json');
    const event = JSON.parse(audit.stdout);
    assert.deepEqual([event.actor, event.detail.value], ['client:billing', claimsOf(token)['jti']]);
    assert.match(event.requestId, /^[0-9a-f-]{36}$/);
    assert.match(event.address, /^(127\.0\.0\.1|::1)$/);
    const { body } = await issuing.post('/token/introspection', { token }, auditor);
    assert.deepEqual(body, { active: false });
    for (const nonsense of [
      'nonsense',
      'a.b.c',
      token.slice(0, -2),
      `${token}x`,
      'jwt~a~b~c',
      token.replaceAll('.', '~'),
    ]) {
      assert.equal(
        (await issuing.post('/token/revocation', { token: nonsense }, billing)).status,
        200,
        nonsense,
      );
      assert.deepEqual((await issuing.post('/token/introspection', { token: nonsense }, billing)).body, {
        active: false,
      });
    }
  });

  test('leave a trace for each: who, from where, which request, and how it ended', async () => {
    const { headers } = await ask({ scope: 'read:orders' });
    const { stdout } = await issuing.run('audit', '--json', '--limit', '1000');
    const events = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const issued = events.find(({ requestId }) => requestId === headers.get('x-request-id'));
    assert.equal(issued.type, 'token.issued');
    assert.deepEqual([issued.actor, issued.client, issued.outcome], ['client:billing', 'billing', 'success']);
    assert.match(issued.address, /^(127\.0\.0\.1|::1)$/);
    assert.ok(events.some(({ type, outcome }) => type === 'token.refused' && outcome === 'failure'));
    for (const secret of [billing.secret, other.secret]) assert.ok(!stdout.includes(secret));
  });
});

describe('the endpoints of the issuer', async () => {
  const issuing = await startIssuing({ after });
  const get = (path: string, init: RequestInit = {}) => fetch(issuing.issuer + path, init);

  test('are found by discovery, with cache headers that fit', async () => {
    for (const name of ['openid-configuration', 'oauth-authorization-server']) {
      const response = await get(`/.well-known/${name}`);
      assert.equal(response.headers.get('cache-control'), 'public, max-age=3600');
      const metadata: Record<string, unknown> = await response.json();
      assert.equal(metadata['issuer'], issuing.issuer);
      assert.equal(metadata['token_endpoint'], `${issuing.issuer}/token`);
      assert.equal(metadata['authorization_endpoint'], `${issuing.issuer}/auth`);
    }
    const jwks = await get('/jwks');
    assert.equal(jwks.headers.get('cache-control'), 'public, max-age=300');
    const { keys }: { keys: Record<string, unknown>[] } = await jwks.json();
    assert.equal(keys.length, 2);
    for (const key of keys)
      assert.deepEqual(Object.keys(key).sort(), ['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']);
  });

  test('do not believe the Host of a request', async () => {
    const { request } = await import('node:http');
    const { port } = new URL(issuing.issuer);
    const text = await new Promise<string>((done) => {
      const options = {
        host: '127.0.0.1',
        port,
        path: '/.well-known/openid-configuration',
        headers: { host: 'evil.example' },
      };
      request(options, (response) => {
        let body = '';
        response.on('data', (chunk: Buffer) => {
          body += chunk.toString();
        });
        response.on('end', () => done(body));
      }).end();
    });
    assert.ok(!text.includes('evil.example'));
  });

  for (const path of [
    '/me',
    '/reg',
    '/session',
    '/interaction',
    '/device',
    '/token/',
    '/TOKEN',
    '/token%2f',
    '/jwks/x',
    '//token',
  ]) {
    test(`that this version has not are not there: ${path}`, async () => {
      for (const method of ['GET', 'POST']) assert.equal((await get(path, { method })).status, 404);
    });
  }

  test('take their own methods only', async () => {
    assert.equal((await get('/token')).status, 405);
    assert.equal((await get('/jwks', { method: 'POST' })).status, 405);
    assert.equal((await get('/jwks', { method: 'HEAD' })).status, 200);
  });

  test('refuse a body that is too large, in one piece or in chunks, and serve the next request', async () => {
    const large = 'x'.repeat(60_000);
    const chunks = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode(`grant_type=client_credentials&x=${large}`));
        controller.close();
      },
    });
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    assert.equal((await get('/token', { method: 'POST', body: `x=${large}`, headers: type })).status, 413);
    assert.equal(
      (await get('/token', { method: 'POST', body: chunks, headers: type, duplex: 'half' } as RequestInit))
        .status,
      413,
    );
    assert.equal((await get('/jwks')).status, 200);
  });

  test('refuse what is no form, and tell a stranger nothing of why', async () => {
    const json = await get('/token', {
      method: 'POST',
      body: '{"grant_type":"client_credentials"}',
      headers: { 'content-type': 'application/json' },
    });
    assert.equal(json.status, 400);
    const html = await get('/token', {
      method: 'POST',
      body: 'grant_type=x',
      headers: { accept: 'text/html', 'content-type': 'application/x-www-form-urlencoded' },
    });
    assert.match(html.headers.get('content-type') ?? '', /json/);
    assert.ok(!(await html.text()).includes(' at '));
  });
});

describe('the health of a system with an issuer', async () => {
  const issuing = await startIssuing({ after });
  const health = async (): Promise<unknown> => (await fetch(`${issuing.system.adminUrl}/readyz`)).json();

  test('tells whether the issuer is up, and that it comes back', async () => {
    assert.equal(((await health()) as { issuer: string }).issuer, 'up');
    process.kill(issuerPid(issuing.system) ?? 0, 'SIGKILL');
    await eventually(async () => ((await health()) as { issuer: string }).issuer === 'down', 'its end');
    await eventually(async () => ((await health()) as { issuer: string }).issuer === 'up', 'its return');
    const metrics = await (await fetch(`${issuing.system.adminUrl}/metrics`)).text();
    assert.match(metrics, /^portcullis_issuer_restarts_total 1$/m);
  });
});

describe('the limits of the issuer', async () => {
  const issuing = await startIssuing({ after });
  issuing.system.rewrite((yaml) =>
    yaml.replace('perAddress: 100000/s, perClient: 100000/s', 'perAddress: 5/s, perClient: 2/s'),
  );

  await eventually(async () => {
    const health: { revision: number } = await (await fetch(`${issuing.system.adminUrl}/readyz`)).json();
    return health.revision === 2;
  }, 'the new limits');

  test('hold back a client first, then an address, and say when to come again', async () => {
    const client = await issuing.addClient('eager');
    const seen = new Map<string, number>();
    for (let n = 0; n < 60; n += 1) {
      const { status, headers, body } = await issuing.post(
        '/token',
        { grant_type: 'client_credentials' },
        client,
      );
      const what = status === 429 ? `429 ${body['error_description'] ?? 'address'}` : String(status);
      seen.set(what, (seen.get(what) ?? 0) + 1);
      if (status === 429) assert.match(headers.get('retry-after') ?? '', /^[1-9]\d*$/);
    }
    assert.deepEqual([...seen.keys()].sort(), ['200', '429 address', '429 too many requests']);
    const documents = await Promise.all(Array.from({ length: 40 }, () => fetch(`${issuing.issuer}/jwks`)));
    assert.deepEqual([...new Set(documents.map(({ status }) => status))].sort(), [200, 429]);
  });
});
