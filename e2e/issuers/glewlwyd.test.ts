import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { openEdge } from '../support/edge.ts';
import { segment } from '../support/forge.ts';
import { type Kind, startGlewlwyd } from '../support/glewlwyd.ts';

const RESOURCE = 'https://api.test/orders';
const ALGORITHMS = { rsa: 'RS256', ecdsa: 'ES256' } as const;
const KINDS: readonly Kind[] = ['rsa', 'ecdsa'];

const glewlwyd = await startGlewlwyd({ after }, RESOURCE);
const issuers = KINDS.map(
  (kind) => `  - { name: ${kind}, issuer: "${glewlwyd.issuer(kind)}", algorithms: [${ALGORITHMS[kind]}] }`,
);
const api = (name: string, audience: string, trusted: string): string => `
  - name: ${name}
    basePath: /${name}
    audience: ${audience}
    issuers: [${trusted}]
    upstreams: [{ url: "UPSTREAM" }]
    routes: [{ match: "GET /{id}", require: { scopes: [orders] } }, { match: "GET /admin/{id}", require: { scopes: [admin] } }]
    forward: { headers: { x-client-id: client_id } }`;
const edge = await openEdge(
  { after },
  `gateway: { workers: 1 }
issuers:
${issuers.join('\n')}
apis:${api('orders', RESOURCE, 'rsa, ecdsa')}${api('other', 'https://api.test/other', 'rsa, ecdsa')}${api('rsa-only', RESOURCE, 'rsa')}
`,
  {},
);

for (const kind of KINDS) {
  describe(`an access token of glewlwyd, signed with ${ALGORITHMS[kind]}, keys by discovery`, async () => {
    const token = await glewlwyd.token(kind);
    const [header = '', payload = '', signature = ''] = token.split('.');
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString());
    assert.ok(typeof claims === 'object' && claims !== null);

    it('passes, and its client is told to the upstream', async () => {
      const { headers } = await edge.admits({ token });
      assert.equal(headers['x-client-id'], 'machine');
    });

    it('is refused with more rights than were granted', async () => {
      const more = segment({ ...claims, scope: 'orders admin' });
      const attempt = { token: `${header}.${more}.${signature}`, target: '/orders/admin/1' };
      await edge.refuses(attempt, 401, 'signature_invalid');
      await edge.refuses({ token, target: '/orders/admin/1' }, 403, 'scope_missing');
    });

    it('is refused with one bit of its signature changed, and without it', async () => {
      const changed = Buffer.from(signature, 'base64url');
      changed[7] = (changed[7] ?? 0) ^ 1;
      await edge.refuses({ token: `${header}.${payload}.${segment(changed)}` }, 401, 'signature_invalid');
      const unsigned = segment({ alg: 'none', typ: 'at+jwt' });
      await edge.refuses({ token: `${unsigned}.${payload}.` }, 401, 'alg_unsupported');
    });

    it('is refused at another API', async () => {
      await edge.refuses({ token, target: '/other/1' }, 401, 'audience_mismatch');
    });
  });
}

describe('two issuers of one glewlwyd', () => {
  it('do not stand in for one another', async () => {
    await edge.admits({ token: await glewlwyd.token('rsa'), target: '/rsa-only/1' });
    await edge.refuses(
      { token: await glewlwyd.token('ecdsa'), target: '/rsa-only/1' },
      401,
      'issuer_not_allowed',
    );
  });

  it('leave no trace in a log', () => edge.assertQuiet());
});
