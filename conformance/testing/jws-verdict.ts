/**
 * How our packages judge a signature over text that is no claims set. Everything is the product's: the policy for keys,
 * the form of a token, the choice of a key, the signature. Only the claims, which such vectors do not have, are left out.
 */
import {
  ALGORITHMS,
  type Algorithm,
  isAlgorithm,
  jwksKeys,
  KeyError,
  type KeySource,
  secretKeys,
  TokenError,
} from '@portcullis/token';
import { isSymmetric } from '../../packages/token/src/jwa/algorithms.ts';
import { importSecret, type VerificationKey } from '../../packages/token/src/jwk/verification-key.ts';
import { readCompact } from '../../packages/token/src/jws/compact.ts';
import { isJsonObject } from '../../packages/token/src/jws/strict-json.ts';
import { signedByAll } from './signed-by-all.ts';
import { type Verdict, verdictOf } from './verdict.ts';

const PUBLIC_KEY_ALGORITHMS = ALGORITHMS.filter((alg) => !isSymmetric(alg));

export function jwsVerdict(jwks: readonly unknown[], jws: string): Promise<Verdict> {
  return verdictOf(async () => contentOf(await keysOf(jwks), jws));
}

/** The same for shared secrets of any strength: what published examples say about the form of a token still counts. */
export function jwsVerdictUnderAnySecret(jwks: readonly unknown[], jws: string): Promise<Verdict> {
  return verdictOf(async () => {
    const keys: VerificationKey[] = [];
    for (const jwk of jwks) {
      const { alg, k } = secretOf(jwk);
      keys.push(...(await importSecret(new Uint8Array(Buffer.from(k, 'base64url')), [alg], 'vector')));
    }
    return contentOf({ find: (alg) => keys.filter((key) => key.alg === alg) }, jws);
  });
}

async function contentOf(keys: Pick<KeySource, 'find'>, jws: string): Promise<Uint8Array> {
  const token = readCompact(jws);
  for (const key of await keys.find(token.alg, token.kid)) {
    if (await signedByAll(token, key)) return token.payload;
  }
  throw new TokenError('signature_invalid');
}

/** The keys of an issuer as an operator configures them: shared secrets in a list, everything else in a key set. */
export function keysOf(jwks: readonly unknown[]): Promise<KeySource> {
  const shared = jwks.every((jwk) => isJsonObject(jwk) && jwk['kty'] === 'oct');
  return shared ? secretsOf(jwks) : jwksKeys({ keys: jwks }, { algorithms: PUBLIC_KEY_ALGORITHMS });
}

async function secretsOf(jwks: readonly unknown[]): Promise<KeySource> {
  const secrets = jwks.map(secretOf);
  return secretKeys(
    secrets.map(({ k }) => `base64url:${k}`),
    { algorithms: secrets.map(({ alg }) => alg) },
  );
}

/** A secret of ours has no kid, use or alg of its own; whoever copies it from a JWK puts its alg on the list. */
function secretOf(jwk: unknown): { readonly alg: Algorithm; readonly k: string } {
  if (!isJsonObject(jwk) || !isAlgorithm(jwk['alg'])) throw new KeyError('key_alg');
  return { alg: jwk['alg'], k: String(jwk['k']) };
}
