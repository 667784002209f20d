import { after, it } from 'node:test';
import { type Edge, openEdge } from './edge.ts';
import { claims, forge, type Signer, signer } from './forge.ts';
import { AUDIENCE, createIssuer, ISSUER, type TestIssuer } from './tokens.ts';
import type { Attempt } from './wire.ts';

export const RSA_ISSUER = 'https://rsa.test';
export const BILLING = 'https://api.test/billing';

/** Tests of one group run side by side, since each of them waits for the access log. */
export const TOGETHER = { concurrency: 40 };

/** The gateway that most attacks are tried on: an ES256 and an RS256 issuer, and two APIs with audiences of their own. */
export interface Attacked extends Edge {
  readonly ec: TestIssuer;
  readonly rsa: TestIssuer;
  /** Header of a good token of the ES256 issuer. */
  readonly header: { readonly alg: string; readonly kid: string; readonly typ: string };
  readonly sign: Signer;
  /** A token of the ES256 issuer, good but for the changes. */
  token(changes?: Record<string, unknown>, header?: Record<string, unknown>): string;
}

/**
 * @param more YAML that is added to the API `orders`, indented by four spaces
 * @param policy YAML that is added to the ES256 issuer, as `, name: value`
 */
export async function openAttacked({ more = '', policy = '' } = {}): Promise<Attacked> {
  const [ec, rsa] = await Promise.all([createIssuer(), createIssuer('RS256')]);
  const edge = await openEdge({ after }, configuration(more, policy), {
    'ec.json': ec.jwks,
    'rsa.json': rsa.jwks,
  });
  const header = { alg: 'ES256', kid: ec.privateJwk.kid, typ: 'at+jwt' };
  const sign = signer(ec.privateJwk);
  return {
    ...edge,
    ec,
    rsa,
    header,
    sign,
    token: (changes, otherHeader) => forge({ ...header, ...otherHeader }, claims(changes), sign),
  };
}

function configuration(more: string, policy: string): string {
  return `gateway: { workers: 1 }
issuers:
  - { name: test, issuer: "${ISSUER}", algorithms: [ES256], jwksFile: ./ec.json${policy} }
  - { name: rsa, issuer: "${RSA_ISSUER}", algorithms: [RS256], jwksFile: ./rsa.json }
apis:
  - name: orders
    basePath: /orders
    audience: ${AUDIENCE}
    issuers: [test, rsa]
    upstreams: [{ url: "UPSTREAM" }]
    routes:
      - { match: "GET /{id}", require: { scopes: ["read:orders"] } }
      - { match: "POST /", require: { scopes: ["write:orders"] } }
      - { match: "* /files/{rest*}" }
      - { match: "GET /health", public: true }
      - { match: "GET /news", optional: true }
    forward: { headers: { x-user-id: sub, x-client-id: client_id, x-scopes: scope } }
${more}
  - name: billing
    basePath: /billing
    audience: ${BILLING}
    issuers: [test]
    upstreams: [{ url: "UPSTREAM" }]
    routes: [{ match: "GET /{id}" }]
`;
}

/** One test for each attack, named after it, where all must end alike. */
export function eachRefused(
  edge: Edge,
  status: number,
  reason: string,
  attacks: Iterable<readonly [name: string, attempt: Attempt]>,
): void {
  for (const [name, attempt] of attacks) {
    it(name, async () => {
      await edge.refuses(attempt, status, reason);
    });
  }
}
