import { after, before, describe, it } from 'node:test';
import { encrypt, generateEncryptionKey } from '@portcullis/token';
import { type Edge, openEdge } from '../support/edge.ts';
import { AUDIENCE, createIssuer, ISSUER } from '../support/tokens.ts';

const ENC = 'A256GCM';
const rsa = await generateEncryptionKey('RSA-OAEP-256', ENC);
const shared = Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64url');
const plain = await createIssuer();
const partner = await createIssuer();

const CONFIG = `gateway: { workers: 1 }
issuers:
  - name: test
    issuer: "${ISSUER}"
    algorithms: [ES256]
    jwksFile: ./jwks.json
    decryption: { algorithms: [RSA-OAEP-256], encryptions: [${ENC}], jwksFile: ./ours.json }
  - name: partner
    issuer: "https://partner.test"
    algorithms: [ES256]
    jwksFile: ./partner.json
    decryption: { algorithms: [dir], encryptions: [${ENC}], secrets: ["base64url:${shared}"], required: true }
apis:
  - name: orders
    basePath: /orders
    audience: ${AUDIENCE}
    issuers: [test, partner]
    upstreams: [{ url: "UPSTREAM" }]
    routes: [{ match: "GET /{id}", require: { scopes: ["read:orders"] } }]
    forward: { headers: { x-user-id: sub } }
`;

const toUs = (token: string) => encrypt(token, { key: rsa.publicJwk, alg: 'RSA-OAEP-256', enc: ENC });
const withSecret = (token: string) =>
  encrypt(token, { key: { kty: 'oct', k: shared }, alg: 'dir', enc: ENC });

describe('encrypted tokens at the gateway', () => {
  const ends: (() => Promise<void> | void)[] = [];
  let edge: Edge;
  before(async () => {
    edge = await openEdge({ after: (end) => ends.push(end) }, CONFIG, {
      'jwks.json': plain.jwks,
      'partner.json': partner.jwks,
      'ours.json': JSON.stringify({ keys: [rsa.privateJwk] }),
    });
  });
  after(async () => {
    for (const end of ends.reverse()) await end();
  });

  it('pass when they hold a signed token with the right to it, on the first and on the next use', async () => {
    const token = await toUs(await plain.token());
    for (let use = 0; use < 2; use += 1) await edge.admits({ target: '/orders/1', token });
    const theirs = await withSecret(await partner.token({ iss: 'https://partner.test' }));
    await edge.admits({ target: '/orders/1', token: theirs });
  });

  it('are refused when what they hold is refused', async () => {
    const token = await toUs(await plain.token({ scope: 'other' }));
    await edge.refuses({ target: '/orders/1', token }, 403, 'scope_missing');
    const stale = await toUs(await plain.token({ exp: 1, iat: 0 }));
    await edge.refuses({ target: '/orders/1', token: stale }, 401, 'token_expired');
  });

  it("are refused when they were encrypted to another issuer's key", async () => {
    const token = await withSecret(await plain.token());
    await edge.refuses({ target: '/orders/1', token }, 401, 'encryption_foreign');
  });

  it('must be encrypted where the issuer says so', async () => {
    const token = await partner.token({ iss: 'https://partner.test' });
    await edge.refuses({ target: '/orders/1', token }, 401, 'encryption_required');
  });

  it('are refused when altered', async () => {
    const token = await toUs(await plain.token());
    const parts = token.split('.');
    const altered = parts.with(3, `${parts[3]?.slice(0, -4)}AAAA`).join('.');
    await edge.refuses({ target: '/orders/1', token: altered }, 401, 'decryption_failed');
  });

  it('leave no part of themselves in a log', () => edge.assertQuiet());
});
