import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { runPortcullis } from '../support/command.ts';
import { openEdge } from '../support/edge.ts';
import { folderWith } from '../support/operation.ts';
import { eventually } from '../support/processes.ts';
import { type RunningProvider, startProvider } from '../support/provider.ts';

const ORDERS = 'https://api.test/orders';

function configuration({ issuer, jwksUri }: RunningProvider, types = '[at+jwt]'): string {
  const api = (name: string, audience: string) => `
  - name: ${name}
    basePath: /${name}
    audience: ${audience}
    issuers: [provider]
    upstreams: [{ url: "UPSTREAM" }]
    routes: [{ match: "GET /{id}", require: { scopes: ["read:orders"] } }]
    forward: { headers: { x-client-id: client_id } }`;
  return `gateway: { workers: 1 }
issuers:
  - { name: provider, issuer: "${issuer}", algorithms: [RS256, ES256], jwksUri: "${jwksUri}", types: ${types} }
apis:${api('orders', `${ORDERS}/rs`)}${api('elliptic', `${ORDERS}/es`)}${api('own', 'machine')}
`;
}

const provider = await startProvider({ after });
const edge = await openEdge({ after }, configuration(provider), {});
const loose = await openEdge({ after }, configuration(provider, '[at+jwt, JWT, none]'), {});

describe('tokens of oidc-provider', () => {
  it('pass under RS256 and ES256, at the API that they are for', async () => {
    const rs = await provider.token(`${ORDERS}/rs`);
    const es = await provider.token(`${ORDERS}/es`);
    for (const [token, target] of [
      [rs, '/orders/1'],
      [es, '/elliptic/1'],
    ] as const) {
      const { headers } = await edge.admits({ token, target });
      assert.equal(headers['x-client-id'], 'machine');
    }
  });

  it('are refused at an API that they are not for', async () => {
    const token = await provider.token(`${ORDERS}/rs`);
    await edge.refuses({ token, target: '/elliptic/1' }, 401, 'audience_mismatch');
    const other = await provider.token(`${ORDERS}/other`);
    await edge.refuses({ token: other }, 401, 'audience_mismatch');
  });

  it('are refused when they are altered', async () => {
    const [header, , signature] = (await provider.token(`${ORDERS}/rs`)).split('.');
    const [, payload] = (await provider.token(`${ORDERS}/rs`)).split('.');
    await edge.refuses({ token: `${header}.${payload}.${signature}` }, 401, 'signature_invalid');
  });

  it('are refused when they are id tokens or logout tokens, even where the API is named as the client is', async () => {
    const target = '/own/1';
    const idToken = await provider.otherToken('idtoken', { nonce: 'n' });
    await edge.refuses({ token: idToken, target }, 401, 'typ_not_allowed');
    await loose.refuses({ token: idToken, target }, 401, 'token_kind_refused');
    const withHash = await provider.otherToken('idtoken', { at_hash: 'token' });
    await loose.refuses({ token: withHash, target }, 401, 'token_kind_refused');
    const logoutToken = await provider.otherToken('logout');
    await loose.refuses({ token: logoutToken, target }, 401, 'typ_not_allowed');
  });

  it('leave no trace in a log', async () => {
    await edge.assertQuiet();
    await loose.assertQuiet();
  });
});

describe('keys of oidc-provider', () => {
  it('are not fetched by portcullis check', async (t) => {
    const asked = await startProvider(t);
    const yaml = configuration(asked).replaceAll('UPSTREAM', 'http://127.0.0.1:9');
    const { code, stderr } = await runPortcullis(['check'], folderWith(t, { 'portcullis.yaml': yaml }));
    assert.equal(code, 0, stderr);
    assert.equal(asked.keySetRequests(), 0);
  });

  it('are fetched once for many tokens, and again when tokens come under new ones', async (t) => {
    const rotating = await startProvider(t);
    const gateway = await openEdge(t, configuration(rotating), {});
    const old = await rotating.token(`${ORDERS}/rs`);
    for (let i = 0; i < 5; i += 1) await gateway.admits({ token: await rotating.token(`${ORDERS}/rs`) });
    await gateway.admits({ token: old });
    assert.equal(rotating.keySetRequests(), 1);

    await rotating.rotate();
    const tokens = await Promise.all(Array.from({ length: 5 }, () => rotating.token(`${ORDERS}/rs`)));
    await Promise.all(tokens.map((token) => gateway.admits({ token })));
    assert.equal(rotating.keySetRequests(), 2, 'one fetch serves all who wait');
    // The old key has left the set, and what was verified under it goes with it.
    await gateway.refuses({ token: old }, 401, 'kid_unknown');
  });

  it('go on serving while the provider is down', async (t) => {
    const failing = await startProvider(t);
    const gateway = await openEdge(t, configuration(failing), {});
    const [first, second] = [await failing.token(`${ORDERS}/rs`), await failing.token(`${ORDERS}/es`)];
    await failing.down();
    await gateway.admits({ token: first });
    await gateway.admits({ token: second, target: '/elliptic/1' });
    const [, payload = '', signature = ''] = first.split('.');
    const header = Buffer.from('{"alg":"RS256","typ":"at+jwt","kid":"new"}').toString('base64url');
    await gateway.refuses({ token: `${header}.${payload}.${signature}` }, 401, 'kid_unknown');
  });

  it('that were never there are a 503 with Retry-After, until the provider comes', async (t) => {
    const late = await startProvider(t);
    const token = await late.token(`${ORDERS}/rs`);
    await late.down();
    const gateway = await openEdge(t, configuration(late), {});
    const { answer } = await gateway.refuses({ token }, 503, 'keys_unavailable');
    assert.match(answer.header('retry-after') ?? '', /^[1-9]\d*$/);
    await gateway.refuses({}, 401, 'credential_missing');

    await late.up();
    await eventually(
      async () => (await gateway.send({ token })).status === 200,
      'the gateway to find the keys',
    );
  });
});

describe('oidc-provider by discovery', () => {
  const discovering = (found: RunningProvider): string =>
    configuration(found).replace(`, jwksUri: "${found.jwksUri}"`, '');

  it('admits its tokens, through a change of all keys', async (t) => {
    const found = await startProvider(t);
    assert.ok(!discovering(found).includes('jwksUri'));
    const gateway = await openEdge(t, discovering(found), {});
    const old = await found.token(`${ORDERS}/rs`);
    await gateway.admits({ token: old });
    await gateway.admits({ token: await found.token(`${ORDERS}/es`), target: '/elliptic/1' });
    assert.equal(found.keySetRequests(), 1);
    await found.rotate();
    await gateway.admits({ token: await found.token(`${ORDERS}/rs`) });
    await gateway.refuses({ token: old }, 401, 'kid_unknown');
    await gateway.assertQuiet();
  });

  it('is not fetched anew by a reload that leaves the issuer as it is', async (t) => {
    const found = await startProvider(t);
    const gateway = await openEdge(t, discovering(found), {});
    gateway.system.rewrite((yaml) => yaml.replace('basePath: /elliptic', 'basePath: /curves'));
    const token = await found.token(`${ORDERS}/es`);
    await eventually(
      async () => (await gateway.send({ token, target: '/curves/1' })).status === 200,
      'the new path',
    );
    assert.equal(found.keySetRequests(), 1);
  });

  it('is not asked by portcullis check, and is by token verify', async (t) => {
    const found = await startProvider(t);
    const yaml = discovering(found).replaceAll('UPSTREAM', 'http://127.0.0.1:9');
    const files = { 'portcullis.yaml': yaml };
    const folder = folderWith(t, files);
    const checked = await runPortcullis(['check'], folder);
    assert.equal(checked.code, 0, checked.stderr);
    assert.match(checked.stdout + checked.stderr, /issuer provider .*discovered/);
    assert.equal(found.keySetRequests(), 0);
    const token = await found.token(`${ORDERS}/rs`);
    const verified = await runPortcullis(['token', 'verify', '--api', 'orders', token], folder);
    assert.equal(verified.code, 0, verified.stderr);
    assert.equal(found.keySetRequests(), 1);
  });

  it('that calls itself otherwise is not trusted', async (t) => {
    const found = await startProvider(t);
    const other = found.issuer.replace('127.0.0.1', 'localhost');
    const gateway = await openEdge(
      t,
      discovering(found).replace(`issuer: "${found.issuer}"`, `issuer: "${other}"`),
      {},
    );
    assert.match(gateway.system.errors(), /discovery: .*the issuer it names is/);
    // Its tokens say what it is really called, and nobody trusts that one.
    await gateway.refuses({ token: await found.token(`${ORDERS}/rs`) }, 401, 'issuer_unknown');
  });
});
