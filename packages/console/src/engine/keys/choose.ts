import { type Algorithm, isAlgorithm } from '@portcullis/token';
import { factsOf } from '@portcullis/token/inspect';
import type { KeyMaterial, ReadKey } from './material.ts';

/** Is a public key of this type for this algorithm? */
export function fits(jwk: ReadKey['publicJwk'], alg: Algorithm): boolean {
  const facts = factsOf(alg);
  if (jwk['kty'] !== facts.kty || (facts.crv !== undefined && jwk['crv'] !== facts.crv)) return false;
  return jwk['alg'] === undefined ? facts.kty !== 'AKP' : facts.jwkAlg.some((name) => name === jwk['alg']);
}

/** A private key, or the bytes of a secret. */
export type PrivateKey = Readonly<Record<string, unknown>> | Uint8Array<ArrayBuffer>;

/** What a token with this header is signed with: of several private keys the one of that kid, or else one for that alg. */
export function signingKeyFor(
  material: KeyMaterial,
  { alg, kid }: Readonly<Record<string, unknown>>,
): PrivateKey | undefined {
  if (material.kind === 'secret') return material.bytes;
  if (material.kind !== 'keys') return undefined;
  const own = material.keys.filter(({ privateJwk }) => privateJwk !== undefined);
  const fitting = own.filter(({ publicJwk }) => isAlgorithm(alg) && fits(publicJwk, alg));
  const named = fitting.find(
    ({ publicJwk, thumbprint }) => kid !== undefined && (publicJwk['kid'] ?? thumbprint) === kid,
  );
  return (named ?? fitting[0] ?? own[0])?.privateJwk;
}

/** What may be encrypted to with this key management algorithm, the likeliest first. */
export function encryptionKeysFor(material: KeyMaterial, alg: string): readonly PrivateKey[] {
  if (material.kind === 'secret') return [material.bytes];
  if (material.kind !== 'keys') return [];
  const wanted = alg.startsWith('RSA') ? ['RSA'] : ['EC', 'OKP'];
  const fits = ({ publicJwk }: ReadKey): boolean => wanted.some((kty) => kty === publicJwk['kty']);
  const ordered = [...material.keys.filter(fits), ...material.keys.filter((key) => !fits(key))];
  return ordered.map(({ publicJwk }) => publicJwk);
}
