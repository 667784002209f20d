import type { ReadKey } from './material.ts';

/** A key by its type, such as `RSA 2048` or `EC P-256`, with the alg that it is bound to. */
export function describe({ publicJwk: { kty, crv, alg }, bits }: ReadKey): string {
  return [kty === 'AKP' ? undefined : kty, crv, bits, alg].filter((part) => part !== undefined).join(' ');
}
