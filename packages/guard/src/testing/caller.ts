import { type Algorithm, generateKey, type JwtClaims, type PrivateJwk, sign } from '@portcullis/token';

export const ISSUER = 'https://id.example.com';
export const AUDIENCE = 'https://api.example.com/orders';

/** An issuer for tests of middlewares, by the machine's clock. */
export interface Caller {
  readonly jwks: { readonly keys: readonly object[] };
  readonly key: PrivateJwk;
  /** What every `protect` in these tests is told of the issuer. */
  readonly policy: {
    readonly issuer: string;
    readonly audience: string;
    readonly algorithms: readonly Algorithm[];
    readonly jwks: unknown;
  };
  token(claims?: JwtClaims): Promise<string>;
}

export async function createCaller(): Promise<Caller> {
  const { privateJwk: key, publicJwk } = await generateKey('ES256');
  const jwks = { keys: [publicJwk] };
  return {
    jwks,
    key,
    policy: { issuer: ISSUER, audience: AUDIENCE, algorithms: ['ES256'], jwks },
    token(claims = {}) {
      const now = Math.floor(Date.now() / 1000);
      const standard = { iss: ISSUER, aud: AUDIENCE, sub: 'jo', client_id: 'demo', iat: now, exp: now + 300 };
      return sign({ ...standard, ...claims }, { key });
    },
  };
}
