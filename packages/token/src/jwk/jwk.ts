import type { Algorithm } from '../jwa/algorithms.ts';

interface CommonMembers {
  readonly kid: string;
  readonly alg: Algorithm;
  readonly use?: 'sig';
  readonly kty: string;
  readonly crv?: string;
  readonly x?: string;
  readonly y?: string;
  readonly n?: string;
  readonly e?: string;
  readonly pub?: string;
}

/** A public signing key as it is published in a key set. */
export type PublicJwk = CommonMembers;

/** A private signing key. Keep it as you keep a password. */
export interface PrivateJwk extends CommonMembers {
  readonly d?: string;
  readonly p?: string;
  readonly q?: string;
  readonly dp?: string;
  readonly dq?: string;
  readonly qi?: string;
  readonly priv?: string;
}
