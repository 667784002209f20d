import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  decryptionKeys,
  encrypt,
  generateEncryptionKey,
  jwksKeys,
  KeyError,
  PolicyError,
  pemKeys,
} from '@portcullis/token';
import { ConfigError, type Denial, parseConfig } from '../index.ts';
import { createCaller, ISSUER } from '../testing/caller.ts';
import { authOf, type DenialAbout, protect } from './index.ts';

const caller = await createCaller();
const { policy } = caller;
const token = await caller.token({ scope: 'read:orders' });
const URL_ = 'https://api.example.com/orders/42';

function request(authorization?: string, init: RequestInit & { url?: string } = {}): Request {
  const headers = new Headers(init.headers);
  if (authorization !== undefined) headers.append('authorization', authorization);
  return new Request(init.url ?? URL_, { ...init, headers });
}

/** `pass`, or the status and the reason that operators were told. */
async function outcome(options: object, asked: Request): Promise<string> {
  let reason = '';
  const onDenial = (denial: Denial) => {
    reason = denial.reason;
  };
  const { response } = await protect({ ...policy, ...options, onDenial }).check(asked);
  return response === undefined ? 'pass' : `${response.status} ${reason}`;
}

describe('a guarded fetch handler', () => {
  it('is reached with the verified claims, and never with the token', async () => {
    const handler = protect(policy).wrap((asked, auth, env: string) =>
      Response.json({ auth, same: authOf(asked) === auth, env }),
    );
    const text = await (await handler(request(`Bearer ${token}`), 'env')).text();
    assert.equal(JSON.parse(text).auth.claims.sub, 'jo');
    assert.deepEqual(JSON.parse(text).same, true);
    assert.deepEqual(JSON.parse(text).env, 'env');
    assert.ok(!text.includes(token.slice(-20)));
  });

  it('is not reached by two credentials, which a runtime joins into one field', async () => {
    const two = request(`Bearer ${token}`);
    two.headers.append('authorization', `Bearer ${token}`);
    assert.equal(await outcome({}, two), '400 credential_ambiguous');
    assert.equal(await outcome({}, request(`Bearer ${token}, Basic x`)), '400 credential_ambiguous');
    assert.equal(
      await outcome({}, request(undefined, { url: `${URL_}?access_token=${token}` })),
      '400 credential_ambiguous',
    );
  });

  it('keeps the body for the handler, and leaves that of a refused request alone', async () => {
    const post = { method: 'POST', body: 'hello' };
    const handler = protect(policy).wrap(async (asked) => new Response(await asked.text()));
    assert.equal(await (await handler(request(`Bearer ${token}`, post))).text(), 'hello');
    const refused = request(undefined, post);
    assert.equal((await handler(refused)).status, 401);
    assert.equal(refused.bodyUsed, false);
  });

  it('answers HEAD with the same head and no body', async () => {
    const { check } = protect({ ...policy, requestId: () => 'fixed' });
    const [get, head] = [await check(request()), await check(request(undefined, { method: 'HEAD' }))];
    assert.ok(get.response && head.response);
    assert.deepEqual([...head.response.headers], [...get.response.headers]);
    assert.equal(await head.response.text(), '');
    assert.equal(head.response.headers.get('content-length'), String((await get.response.text()).length));
  });

  it('tells the log why, and the client no more than an id', async () => {
    const told: [Denial, DenialAbout<Request>][] = [];
    const { check } = protect({ ...policy, onDenial: (...all) => told.push(all) });
    const asked = request(`Bearer ${await caller.token({ aud: 'https://other.example' })}`);
    const { response } = await check(asked);
    assert.ok(response);
    const [[denial, about] = assert.fail()] = told;
    assert.equal(denial.reason, 'audience_mismatch');
    assert.equal(about.request, asked);
    assert.equal(about.enforced, true);
    assert.deepEqual(await response.json(), {
      type: 'about:blank',
      title: 'Unauthorized',
      status: 401,
      requestId: about.requestId,
    });
    assert.equal(response.headers.get('www-authenticate'), 'Bearer realm="api", error="invalid_token"');
  });

  it('answers all the same when the log fails, or an id is not fit for a header', async () => {
    const { check } = protect({
      ...policy,
      requestId: () => 'a\r\nset-cookie: x',
      onDenial: () => {
        throw new Error('disk full');
      },
    });
    const { response } = await check(request());
    assert.match(response?.headers.get('x-request-id') ?? '', /^[0-9a-f-]{36}$/);
  });

  it('reads no forwarding header, and no identity from one', async () => {
    const headers = { 'x-forwarded-for': '10.0.0.1', 'x-user-id': 'root', 'x-original-url': '/public' };
    const limits = [{ per: 'address' as const, rate: '1/h' }];
    const seen = protect({ ...policy, limits, address: () => '192.0.2.1' });
    assert.equal((await seen.check(request(`Bearer ${token}`, { headers }))).response, undefined);
    const again = await seen.check(
      request(`Bearer ${token}`, { headers: { 'x-forwarded-for': '10.0.0.2' } }),
    );
    assert.equal(again.response?.status, 429);
    assert.equal(await outcome({}, request(undefined, { headers })), '401 credential_missing');
  });

  it('sets up no limit per address where it cannot know the address', () => {
    assert.throws(
      () => protect({ ...policy, limits: [{ per: 'address', rate: '1/h' }] }),
      /address\(request\)/,
    );
  });

  it('adds what CORS asks for to answers, whether or not they can be changed', async () => {
    const guarded = protect({ ...policy, cors: { origins: ['https://app.example.com'] } });
    const handler = guarded.wrap(() => Response.redirect('https://api.example.com/x'));
    const origin = { origin: 'https://app.example.com' };
    const passed = await handler(request(`Bearer ${token}`, { headers: origin }));
    assert.equal(passed.status, 302);
    assert.equal(passed.headers.get('access-control-allow-origin'), origin.origin);
    const preflight = await handler(
      request(undefined, {
        method: 'OPTIONS',
        headers: { ...origin, 'access-control-request-method': 'PUT' },
      }),
    );
    assert.equal(preflight.status, 204);
    assert.equal(preflight.headers.get('access-control-allow-methods'), 'PUT');
  });
});

describe('require', () => {
  const auth = protect({ ...policy, optional: true, limits: [{ per: 'client', rate: '2/h', burst: 2 }] });
  const stricter = auth.require({ scopes: ['read:orders'] }).require({ claims: { sub: { equals: 'jo' } } });

  it('asks for all that was asked for on the way, and for a token', async () => {
    assert.equal((await auth.check(request())).response, undefined);
    assert.equal((await stricter.check(request())).response?.status, 401);
    const lacking = [{ sub: 'jo' }, { scope: 'read:orders', sub: 'jim' }];
    for (const [index, claims] of lacking.entries()) {
      const bearer = `Bearer ${await caller.token({ ...claims, client_id: `c${index}` })}`;
      assert.equal((await stricter.check(request(bearer))).response?.status, 403);
    }
  });

  it('counts a request once, whichever of the family sees it', async () => {
    for (const status of [undefined, undefined, 429]) {
      const asked = request(`Bearer ${token}`);
      const first = await auth.check(asked);
      assert.equal(first.response?.status, status);
      if (first.response === undefined) assert.equal((await stricter.check(asked)).response, undefined);
    }
  });

  it('refuses a rule that could never hold, when it is made', () => {
    assert.throws(() => auth.require({}), ConfigError);
    assert.throws(() => auth.require({ claims: { sub: { equals: '{user}' } } }), ConfigError);
    const misspelt: object = { scope: ['read:orders'] };
    assert.throws(
      () => auth.require(misspelt),
      /require\.scope: unknown key "scope" \(did you mean "scopes"\?\)/,
    );
  });
});

describe('keys', () => {
  const pem = 'not a key';
  const { jwks: _, ...keyless } = policy;

  it('are waited for by the first requests', async () => {
    const gate = Promise.withResolvers<Response>();
    const auth = protect({
      ...keyless,
      jwksUri: 'https://id.example.com/jwks',
      fetch: () => gate.promise,
    });
    const first = auth.check(request(`Bearer ${token}`));
    gate.resolve(Response.json(caller.jwks));
    assert.equal((await first).response, undefined);
    assert.equal(await auth.ready(), true);
    auth.close();
  });

  it('that cannot be had refuse every token, with 503', async () => {
    const auth = protect({
      ...keyless,
      jwksUri: 'https://id.example.com/jwks',
      fetch: () => Promise.reject(new Error('down')),
    });
    assert.equal(await auth.ready(), false);
    const { response } = await auth.check(request(`Bearer ${token}`));
    assert.equal(response?.status, 503);
    assert.equal(response.headers.get('retry-after'), '5');
    auth.close();
  });

  it('that may not be used refuse every token, and ready() says why', async () => {
    const auth = protect({ ...keyless, pem });
    await assert.rejects(auth.ready(), KeyError);
    assert.equal((await auth.check(request(`Bearer ${token}`))).response?.status, 503);
    await assert.rejects(auth.ready(), KeyError);
  });

  it('open nothing before they are needed, since a Worker may not while it loads', () => {
    let fetched = 0;
    protect({
      ...keyless,
      jwksUri: 'https://id.example.com/jwks',
      fetch: () => {
        fetched += 1;
        return Promise.reject(new Error());
      },
    });
    assert.equal(fetched, 0);
  });

  it('of a source that was given are not closed with the middleware', async () => {
    let closed = 0;
    const given = await jwksKeys(caller.jwks, { algorithms: ['ES256'] });
    const keys = {
      ...given,
      close: () => {
        closed += 1;
      },
    };
    const auth = protect({ ...keyless, keys });
    assert.equal((await auth.check(request(`Bearer ${token}`))).response, undefined);
    auth.close();
    assert.equal(closed, 0);
  });

  it('are discovered at the issuer when no place is named', async () => {
    const issuer = 'https://login.example.org';
    const served: Record<string, unknown> = {
      [`${issuer}/.well-known/openid-configuration`]: { issuer, jwks_uri: `${issuer}/keys` },
      [`${issuer}/keys`]: caller.jwks,
    };
    const auth = protect({
      ...keyless,
      issuer,
      fetch: async (url) => Response.json(served[String(url)]),
    });
    const discovered = await caller.token({ iss: issuer });
    assert.equal((await auth.check(request(`Bearer ${discovered}`))).response, undefined);
    assert.equal((await auth.check(request(`Bearer ${token}`))).response?.status, 401);
    auth.close();
  });

  it('must come from one fitting place', async () => {
    const wrong: object[] = [
      { issuer: 'nonsense' },
      { issuer: 'http://id.example.com' },
      { pem, jwks: caller.jwks },
      { secrets: ['a secret that is really long enough to be used'] },
      { jwks: caller.jwks, algorithms: ['HS256'] },
      { jwks: caller.jwks, algorithms: [] },
      { jwksUri: 'http://id.example.com/jwks' },
      { jwksUri: 'nonsense' },
      { jwks: caller.jwks, types: ['JWT', 'dpop+jwt'] },
      { jwks: caller.jwks, clockSkew: 61 },
    ];
    for (const options of wrong) assert.throws(() => protect({ ...keyless, ...options }), PolicyError);
    assert.throws(() => protect({ ...policy, audience: '' }), ConfigError);
  });
});

describe('options', () => {
  it('that nobody reads are mistakes, for each would be a check that nobody makes', () => {
    const wrong: [object, RegExp][] = [
      [{ requires: { scopes: ['admin'] } }, /unknown option "requires" \(did you mean "require"\?\)/],
      [{ requiredClaim: ['tenant'] }, /did you mean "requiredClaims"\?/],
      [{ maxLifeTime: 1 }, /did you mean "maxLifetime"\?/],
      [{ nonsense: 1 }, /unknown option "nonsense" \(known here: .*audience/],
      [{ require: { scope: ['a'] } }, /unknown key "scope"/],
      [{ limits: [{ per: 'client', rat: '1/s' }] }, /unknown key "rat"/],
      [{ cors: { origin: ['https://a.example'] } }, /unknown key "origin"/],
      [
        { decryption: { algorithms: ['dir'], encryptions: ['A256GCM'], secret: ['x'] } },
        /decryption\.secret: unknown option/,
      ],
    ];
    for (const [options, told] of wrong) assert.throws(() => protect({ ...policy, ...options }), told);
    const configuration = parseConfig('', { file: 'p.yaml', env: {} });
    assert.throws(() => protect({ configuration, issuers: {} } as never), /unknown option "issuers"/);
  });
});

describe('an encrypted token', () => {
  const lists = { algorithms: ['RSA-OAEP-256'], encryptions: ['A256GCM'] } as const;

  it('passes where keys of ours open it, and is refused elsewhere', async () => {
    const { privateJwk, publicJwk } = await generateEncryptionKey('RSA-OAEP-256', 'A256GCM');
    const sealed = await encrypt(token, { key: publicJwk, alg: 'RSA-OAEP-256', enc: 'A256GCM' });
    const decryption = { ...lists, jwks: { keys: [privateJwk] } };
    assert.equal(await outcome({ decryption }, request(`Bearer ${sealed}`)), 'pass');
    assert.equal(await outcome({ decryption }, request(`Bearer ${token}`)), 'pass');
    assert.equal(await outcome({}, request(`Bearer ${sealed}`)), '401 token_encrypted');
    const required = { decryption: { ...decryption, required: true } };
    assert.equal(await outcome(required, request(`Bearer ${token}`)), '401 encryption_required');
    assert.equal(await outcome(required, request(`Bearer ${sealed}`)), 'pass');
  });

  it('is refused for now, and told at ready, where the keys of ours cannot be used', async () => {
    const { publicJwk } = await generateEncryptionKey('RSA-OAEP-256', 'A256GCM');
    const sealed = await encrypt(token, { key: publicJwk, alg: 'RSA-OAEP-256', enc: 'A256GCM' });
    const decryption = { ...lists, jwks: { keys: [publicJwk] } };
    assert.equal(await outcome({ decryption }, request(`Bearer ${sealed}`)), '503 keys_unavailable');
    await assert.rejects(protect({ ...policy, decryption }).ready(), KeyError);
  });

  it('needs its keys from one place', () => {
    for (const keys of [{}, { jwks: { keys: [] }, secrets: ['x'] }]) {
      assert.throws(() => protect({ ...policy, decryption: { ...lists, ...keys } }), PolicyError);
    }
  });
});

describe('a configuration', () => {
  const text = `
issuers: [{ name: local, issuer: "${ISSUER}", algorithms: [ES256], jwksFile: ./jwks.json }]
apis:
  - name: orders
    basePath: /orders
    audience: ${policy.audience}
    issuers: [local]
    upstreams: [{ url: "http://127.0.0.1:9001" }]
    routes:
      - { match: "GET /{id}", require: { scopes: [read:orders] } }
      - { match: "GET /health", public: true }
`;
  const configuration = parseConfig(text, { file: 'portcullis.yaml', env: {} });

  it('without a key source discovers the keys of its issuer', async () => {
    const issuer = 'https://id.example.com';
    const served: Record<string, unknown> = {
      [`${issuer}/.well-known/openid-configuration`]: { issuer, jwks_uri: `${issuer}/keys` },
      [`${issuer}/keys`]: caller.jwks,
    };
    const discovering = text.replace(ISSUER, issuer).replace(', jwksFile: ./jwks.json', '');
    const auth = protect({
      configuration: parseConfig(discovering, { file: 'portcullis.yaml', env: {} }),
      fetch: async (url) => Response.json(served[String(url)]),
    });
    assert.equal(await auth.ready(), true);
    auth.close();
  });

  it('that keeps keys in files needs them given', async () => {
    assert.throws(
      () => protect({ configuration }),
      /portcullis\.yaml:2:\d+ issuers\[0\]: .*keys: \{ "local"/,
    );
    const { publicKey } = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, [
      'sign',
    ]);
    const spki = Buffer.from(await crypto.subtle.exportKey('spki', publicKey)).toString('base64');
    const keys = await pemKeys(`-----BEGIN PUBLIC KEY-----\n${spki}\n-----END PUBLIC KEY-----`, {
      algorithms: ['ES256'],
    });
    const auth = protect({ configuration, keys: { local: keys } });
    assert.equal((await auth.check(request(`Bearer ${token}`))).response?.status, 401);
  });

  it('that keeps keys of ours in files needs those given as well', async () => {
    const { privateJwk, publicJwk } = await generateEncryptionKey('dir', 'A256GCM');
    const file = 'decryption: { algorithms: [dir], encryptions: [A256GCM], jwksFile: ./ours.json }';
    const encrypting = text.replace('jwksFile: ./jwks.json', `jwksFile: ./jwks.json, ${file}`);
    const sealing = parseConfig(encrypting, { file: 'portcullis.yaml', env: {} });
    const keys = { local: await jwksKeys(caller.jwks, { algorithms: ['ES256'] }) };
    assert.throws(() => protect({ configuration: sealing, keys }), /decryptionKeys: \{ "local"/);
    const ours = { algorithms: ['dir'], encryptions: ['A256GCM'] } as const;
    const { check } = protect({
      configuration: sealing,
      keys,
      decryptionKeys: { local: await decryptionKeys({ keys: [privateJwk] }, ours) },
    });
    const sealed = await encrypt(token, { key: publicJwk, alg: 'dir', enc: 'A256GCM' });
    assert.equal((await check(request(`Bearer ${sealed}`))).response, undefined);
  });

  it('that asks for nobody leaves no caller of an earlier guard behind', async () => {
    const keys = { local: await jwksKeys(caller.jwks, { algorithms: ['ES256'] }) };
    const asked = request(`Bearer ${token}`, { url: 'https://api.example.com/orders/health' });
    await protect(policy).check(asked);
    assert.equal(authOf(asked)?.claims.sub, 'jo');
    await protect({ configuration, keys }).check(asked);
    assert.equal(authOf(asked), undefined);
  });

  it('lets no other spelling of a path choose the rule', async () => {
    const keys = { local: await jwksKeys(caller.jwks, { algorithms: ['ES256'] }) };
    const { check } = protect({ configuration, keys });
    const status = async (path: string, bearer?: string) =>
      (await check(request(bearer, { url: `https://api.example.com${path}` }))).response?.status;
    assert.equal(await status('/orders/health'), undefined);
    assert.equal(await status('/orders/%68ealth'), 400);
    assert.equal(await status('/orders//health'), 400);
    assert.equal(await status('/orders/42', `Bearer ${token}`), undefined);
    assert.equal(await status('/orders/4%32', `Bearer ${token}`), 400);
    assert.equal(await status('/elsewhere', `Bearer ${token}`), 404);
  });
});
