/** Every way to set up a verifier or a key source wrongly. Codes are stable and never reused. */
export const POLICY_ERRORS = {
  issuers_missing: { summary: 'a verifier needs at least one issuer' },
  issuer_invalid: { summary: 'an issuer needs a non-empty iss and, if named, a non-empty name' },
  issuer_duplicate: { summary: 'two issuers have the same iss or the same name' },
  algorithms_missing: { summary: 'the list of algorithms is missing or empty' },
  algorithm_unknown: { summary: 'an algorithm on the list is not known' },
  algorithms_mixed: { summary: 'shared secrets and public keys cannot be mixed for one issuer' },
  algorithms_unfit: { summary: 'the algorithms do not fit this kind of key source' },
  keys_missing: { summary: 'a key source is missing' },
  types_invalid: { summary: 'types must be a non-empty list of texts' },
  type_refused: { summary: 'this type of token is not an access token and is never accepted' },
  required_claims_invalid: { summary: 'requiredClaims must be a list of claim names' },
  lifetime_invalid: { summary: 'maxLifetime must be a number of seconds above 0' },
  skew_invalid: { summary: 'clockSkew must be between 0 and 60 seconds' },
  cache_invalid: { summary: 'cache.maxBytes must be 0 or more' },
  audience_invalid: { summary: 'the expected audience must be a non-empty text' },
  url_invalid: {
    summary: 'a key set URL must be https (http only on loopback hosts), without user and password',
  },
  timing_invalid: { summary: 'a duration or size must be a number above 0' },
} as const satisfies Record<string, { readonly summary: string }>;

/** A way in which a verifier is set up wrongly. */
export type PolicyErrorCode = keyof typeof POLICY_ERRORS;
