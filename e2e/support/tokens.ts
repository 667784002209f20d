import { type Algorithm, generateKey, type JwtClaims, type PrivateJwk, sign } from '@portcullis/token';

export const ISSUER = 'https://issuer.test';
export const AUDIENCE = 'https://api.test/orders';

/** An issuer of ours for tests that are not about issuers. */
export interface TestIssuer {
  /** The JWK Set as text, for `jwksFile`. */
  readonly jwks: string;
  readonly privateJwk: PrivateJwk;
  token(claims?: JwtClaims): Promise<string>;
}

export async function createIssuer(algorithm: Algorithm = 'ES256'): Promise<TestIssuer> {
  const { privateJwk, publicJwk } = await generateKey(algorithm);
  return {
    jwks: JSON.stringify({ keys: [publicJwk] }),
    privateJwk,
    token(claims = {}) {
      const now = Math.floor(Date.now() / 1000);
      const defaults = {
        iss: ISSUER,
        aud: AUDIENCE,
        sub: 'alice',
        client_id: 'app',
        scope: 'read:orders',
        iat: now,
        exp: now + 300,
        jti: crypto.randomUUID(),
      };
      return sign({ ...defaults, ...claims }, { key: privateJwk });
    },
  };
}

/** A configuration with one API, `orders`, guarded by the test issuer. */
export function ordersConfig(upstreams: string | readonly string[], more = ''): string {
  const list = [upstreams].flat().map((url) => `{ url: "${url}" }`);
  return `gateway: { workers: 1 }
issuers:
  - { name: test, issuer: "${ISSUER}", algorithms: [ES256], jwksFile: ./jwks.json }
apis:
  - name: orders
    basePath: /orders
    audience: ${AUDIENCE}
    issuers: [test]
    upstreams: [${list.join(', ')}]
    routes:
      - { match: "GET /{id}", require: { scopes: ["read:orders"] } }
      - { match: "POST /", require: { scopes: ["write:orders"] } }
      - { match: "* /files/{rest*}" }
      - { match: "GET /health", public: true }
    forward: { headers: { x-user-id: sub, x-client-id: client_id, x-scopes: scope } }
${more}`;
}
