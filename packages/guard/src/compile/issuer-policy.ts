import type { DecryptionPolicy, IssuerPolicy, KeySource } from '@portcullis/token';
import type { TrustedIssuerConfig } from '../config/schema/config.ts';

/** What the tokens of a trusted issuer must be like, as the configuration says, with the keys that were opened for it. */
export function issuerPolicy(
  issuer: TrustedIssuerConfig,
  keys: KeySource,
  decryption?: DecryptionPolicy,
): IssuerPolicy {
  return {
    ...(decryption && { decryption }),
    name: issuer.name,
    issuer: issuer.issuer,
    algorithms: issuer.algorithms,
    keys,
    types: issuer.types,
    audienceOptional: issuer.audienceOptional,
    requiredClaims: issuer.requiredClaims,
    maxLifetime: issuer.maxLifetime,
    clockSkew: issuer.clockSkew,
  };
}
