import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose';
import { KeyError, PolicyError } from '../errors.ts';
import { type Algorithm, factsOf, isAlgorithm, isSymmetric } from '../jwa/algorithms.ts';
import type { PrivateJwk, PublicJwk } from './jwk.ts';

/**
 * Makes a key pair for signing. RSA keys have 2048 bits. Both halves say `alg`, `use: sig` and `kid`.
 *
 * @param options.kid default: the RFC 7638 thumbprint of the key
 * @throws {KeyError} `key_symmetric` for HMAC, whose secrets are not key pairs
 * @throws {PolicyError} `algorithm_unknown`
 */
export async function generateKey(
  alg: Algorithm,
  options: { readonly kid?: string } = {},
): Promise<{ privateJwk: PrivateJwk; publicJwk: PublicJwk }> {
  if (!isAlgorithm(alg)) throw new PolicyError('algorithm_unknown', 'generateKey');
  if (isSymmetric(alg)) throw new KeyError('key_symmetric', { about: alg });
  const pair = await generateKeyPair(alg, { extractable: true });
  const publicJwk = await exportJWK(pair.publicKey);
  const privateJwk = await exportJWK(pair.privateKey);
  const kid = options.kid ?? (await calculateJwkThumbprint(publicJwk));
  return { privateJwk: named(privateJwk, alg, kid), publicJwk: named(publicJwk, alg, kid) };
}

function named(jwk: JWK, alg: Algorithm, kid: string): PrivateJwk {
  const {
    kty,
    alg: _exported,
    key_ops: _operations,
    ext: _extractable,
    use: _use,
    oth: _factors,
    ...rest
  } = jwk;
  return { ...rest, kty: kty ?? factsOf(alg).kty, kid, alg, use: 'sig' };
}
