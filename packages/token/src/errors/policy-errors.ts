/** Every way to set up a verifier or a key source wrongly. Codes are stable and never reused. */
export const POLICY_ERRORS = {
  issuers_missing: {
    summary: 'a verifier needs at least one issuer',
    cure: 'Give the list issuers with an issuer in it; what takes no tokens needs no verifier.',
  },
  issuer_invalid: {
    summary: 'an issuer needs a non-empty iss and, if named, a non-empty name',
    cure: 'Set issuer to exactly what stands as iss in its tokens.',
  },
  issuer_duplicate: {
    summary: 'two issuers have the same iss or the same name',
    cure: 'Make one issuer of the two: its algorithms are a list, and a key set holds many keys.',
  },
  algorithms_missing: {
    summary: 'the list of algorithms is missing or empty',
    cure: 'Name the algorithms that the issuer signs with, such as [ES256]; there is no default.',
  },
  algorithm_unknown: {
    summary: 'an algorithm on the list is not known',
    cure: 'Check the spelling, capitals included: RS256, ES256, EdDSA; none is never accepted.',
  },
  algorithms_mixed: {
    summary: 'shared secrets and public keys cannot be mixed for one issuer',
    cure: 'Keep the HS algorithms, which need secrets, or the others, which need public keys.',
  },
  algorithms_unfit: {
    summary: 'the algorithms do not fit this kind of key source',
    cure: 'Secrets are for HS256, HS384 and HS512; key sets and PEM are for all others. Name the same algorithms for the issuer and its keys.',
  },
  keys_missing: {
    summary: 'a key source is missing',
    cure: 'Give keys as remoteJwks, discoveredKeys, jwksKeys, pemKeys, secretKeys, jwksFile or pemFile makes them, and await it.',
  },
  encryption_missing: {
    summary: 'the list of key management algorithms (alg) or content encryptions (enc) is missing or empty',
    cure: 'Name what the issuer encrypts with, such as algorithms: [RSA-OAEP-256], encryptions: [A256GCM].',
  },
  encryption_unknown: {
    summary: 'a key management algorithm (alg) or content encryption (enc) is not known',
    cure: 'Use dir, A128KW to A256KW, ECDH-ES with or without +A…KW, or RSA-OAEP-256; and A…GCM or A…CBC-HS….',
  },
  types_invalid: {
    summary: 'types must be a non-empty list of texts',
    cure: 'Leave types out to accept at+jwt, or list what the issuer writes as typ: [at+jwt, JWT].',
  },
  type_refused: {
    summary: 'this type of token is not an access token and is never accepted',
    cure: 'Take it off types; have clients send access tokens, not id tokens, logout tokens or proofs.',
  },
  required_claims_invalid: {
    summary: 'requiredClaims must be a list of claim names',
    cure: 'Write it as [sub, client_id]; leave it out to require none.',
  },
  lifetime_invalid: {
    summary: 'maxLifetime must be a number of seconds above 0',
    cure: 'Give seconds, such as 3600; the default is a day.',
  },
  skew_invalid: {
    summary: 'clockSkew must be between 0 and 60 seconds',
    cure: 'Set the clocks right instead of allowing more; the default is 5 seconds.',
  },
  cache_invalid: {
    summary: 'cache.maxBytes must be 0 or more',
    cure: 'Give bytes; 0 turns the cache off, and the default is 32 MiB.',
  },
  audience_invalid: {
    summary: 'the expected audience must be a non-empty text',
    cure: 'Pass the one audience that stands for this API in the aud of its tokens.',
  },
  url_invalid: {
    summary:
      'the URL of a key set or of an issuer must be https (http only on loopback hosts), without user and password',
    cure: 'Use the https URL of the key set, or of the issuer (then without query and fragment); http is for localhost, 127.0.0.1 and [::1].',
  },
  timing_invalid: {
    summary: 'a duration or size must be a number above 0',
    cure: 'Give seconds or bytes above 0, with minAge no longer than maxAge.',
  },
} as const satisfies Record<string, { readonly summary: string; readonly cure: string }>;

/** A way in which a verifier is set up wrongly. */
export type PolicyErrorCode = keyof typeof POLICY_ERRORS;
