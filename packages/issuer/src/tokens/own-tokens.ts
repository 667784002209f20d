import type { RevocationSet } from '@portcullis/guard';
import {
  createVerifier,
  decodeUnverified,
  type IssuerPolicy,
  jwksKeys,
  type PublicJwk,
  secretKeys,
  TokenError,
  type VerifiedToken,
  type Verifier,
} from '@portcullis/token';
import type { Resource } from '../resources/resources.ts';

export interface OwnTokensOptions {
  readonly issuer: string;
  readonly resources: ReadonlyMap<string, Resource>;
  readonly published: readonly PublicJwk[];
  readonly revocations: Pick<RevocationSet, 'find'>;
}

/** Tells which of the tokens that come back are ours, and still good. */
export class OwnTokens {
  readonly #verifiers: ReadonlyMap<string, Verifier>;
  readonly #revocations: Pick<RevocationSet, 'find'>;

  private constructor(verifiers: ReadonlyMap<string, Verifier>, revocations: Pick<RevocationSet, 'find'>) {
    this.#verifiers = verifiers;
    this.#revocations = revocations;
  }

  static async open({ issuer, resources, published, revocations }: OwnTokensOptions): Promise<OwnTokens> {
    const algorithms = [...new Set(published.map(({ alg }) => alg))];
    const keys = await jwksKeys({ keys: published }, { algorithms });
    const shared = verifierOf({ issuer, algorithms, keys });
    const verifiers = [...resources.values()].map(async ({ audience, algorithm, secret }) => {
      if (secret === undefined) return [audience, shared] as const;
      const own = await secretKeys([secret], { algorithms: [algorithm] });
      return [audience, verifierOf({ issuer, algorithms: [algorithm], keys: own })] as const;
    });
    return new OwnTokens(new Map(await Promise.all(verifiers)), revocations);
  }

  /** The token, when it is ours, has not expired and was not revoked; undefined for anything else. */
  async find(token: string): Promise<VerifiedToken | undefined> {
    try {
      // Which audience it claims only says which key to try, and it is checked again with that key.
      const { aud } = decodeUnverified(token).claims;
      const verifier = typeof aud === 'string' ? this.#verifiers.get(aud) : undefined;
      if (typeof aud !== 'string' || verifier === undefined) return undefined;
      const verified = await verifier.verify(token, { audience: aud });
      return this.#revocations.find(verified) === undefined ? verified : undefined;
    } catch (error) {
      if (error instanceof TokenError) return undefined;
      throw error;
    }
  }
}

function verifierOf(policy: IssuerPolicy): Verifier {
  // A token seldom comes here twice.
  return createVerifier({ issuers: [policy], cache: { maxBytes: 0 } });
}
