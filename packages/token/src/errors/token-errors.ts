/** What each check asks, in the order in which a token meets them. */
export const CHECK_SUMMARIES = {
  size: 'The token is at most 16 KB.',
  parts: 'The token is three parts of canonical base64url (JWS compact serialisation).',
  encryption:
    'If the token is encrypted, it is so by an alg and enc, and to a key, that an issuer here lists.',
  decryption: 'If the token is encrypted, it decrypts, and holds a signed token.',
  header: 'The header is one strict JSON object of at most 4 KB.',
  critical: 'The header asks for no extension: no crit, b64 or zip.',
  algorithm: 'The header names a signature algorithm that is known.',
  payload: 'The payload is one strict JSON object.',
  issuer: 'The issuer is configured, and accepted by this API.',
  confidentiality:
    "The token is encrypted if this issuer's must be, and then to the key meant for this issuer.",
  allowed_algorithm: 'The algorithm is on the list of this issuer.',
  type: 'The typ of the header is on the list of this issuer.',
  key: 'The issuer has a key for this algorithm and kid.',
  signature: 'The signature verifies under a key of this issuer.',
  kind: 'The token is an access token: no id token, logout token or proof.',
  binding: 'The token is not bound to a key that nobody checked.',
  claims: 'The registered claims have the types that the standard gives them.',
  expiry: 'The token says when it expires, and that is yet to come.',
  not_before: 'The token is valid already.',
  issued_at: 'The token was not issued in the future.',
  lifetime: 'The token does not live longer than this issuer may ask.',
  audience: 'The token is meant for this API.',
  required_claims: 'The claims that this issuer must send are there.',
} as const;

/** One step in checking a token. */
export type Check = keyof typeof CHECK_SUMMARIES;

/** The order in which a token is checked; every error's `check` is one of these. */
export const CHECKS: readonly Check[] = Object.freeze(
  Object.keys(CHECK_SUMMARIES).filter((name): name is Check => Object.hasOwn(CHECK_SUMMARIES, name)),
);

interface TokenErrorEntry {
  readonly check: Check;
  readonly summary: string;
  readonly cure: string;
}

/** Every way a token can be refused. Codes are stable and never reused. */
export const TOKEN_ERRORS = {
  token_too_large: {
    check: 'size',
    summary: 'the token is longer than 16 KB',
    cure: 'Have the issuer put fewer claims into the token.',
  },
  token_malformed: {
    check: 'parts',
    summary: 'the token is not three parts of canonical base64url joined by dots',
    cure: 'Send the token exactly as the issuer made it: no padding, no white space, no quotes.',
  },
  token_encrypted: {
    check: 'parts',
    summary: 'the token is encrypted (five parts), and no issuer here has keys for that',
    cure: 'Have the issuer send signed, not encrypted, access tokens, or give it keys under decryption.',
  },
  header_too_large: {
    check: 'header',
    summary: 'the header is longer than 4 KB',
    cure: 'Have the issuer leave certificate chains out of the header.',
  },
  header_malformed: {
    check: 'header',
    summary: 'the header is not a strict JSON object, or a member of it has the wrong type',
    cure: 'See detail.reason; the issuer makes headers that are ambiguous or broken.',
  },
  header_critical: {
    check: 'critical',
    summary: 'the header asks for an extension (crit, b64 or zip)',
    cure: 'Have the issuer make plain tokens without that header member.',
  },
  alg_unsupported: {
    check: 'algorithm',
    summary: 'the algorithm is none, unknown or not a string',
    cure: 'Have the issuer sign with a supported algorithm; unsigned tokens are never accepted.',
  },
  encryption_header_refused: {
    check: 'encryption',
    summary:
      'the header of the encrypted token is not strict JSON, too long, or asks for an extension (crit, zip)',
    cure: 'See detail.reason; have the issuer leave compression, certificate chains and extensions out.',
  },
  encryption_unsupported: {
    check: 'encryption',
    summary: 'the encrypted token names an alg or enc that is unknown or unsafe',
    cure: 'Have the issuer encrypt with RSA-OAEP-256, ECDH-ES, A…KW or dir, and A…GCM or A…CBC-HS….',
  },
  encryption_not_allowed: {
    check: 'encryption',
    summary: 'no issuer lists this combination of alg and enc for its encrypted tokens',
    cure: 'Add them to decryption.algorithms and decryption.encryptions of the issuer, if it really uses them.',
  },
  decryption_key_unknown: {
    check: 'encryption',
    summary: 'there is no key of ours that fits the kid, alg and enc of the encrypted token',
    cure: 'Compare the kid with the keys under decryption; the issuer may use an older or another key of ours.',
  },
  decryption_failed: {
    check: 'decryption',
    summary: 'the token does not decrypt under our key',
    cure: 'The token was altered, or encrypted to another key. If many fail, compare the keys.',
  },
  encrypted_content_refused: {
    check: 'decryption',
    summary: 'the encrypted token does not hold a signed token',
    cure: 'Have the issuer sign first, then encrypt, with cty JWT; see detail.reason.',
  },
  encryption_required: {
    check: 'confidentiality',
    summary: 'the token is not encrypted, and those of this issuer must be',
    cure: 'Have the issuer encrypt its tokens, or take decryption.required off.',
  },
  encryption_foreign: {
    check: 'confidentiality',
    summary: 'the token was encrypted to a key that is not for this issuer',
    cure: 'Have the issuer encrypt to the key that stands under its own decryption.',
  },
  payload_malformed: {
    check: 'payload',
    summary: 'the payload is not a strict JSON object',
    cure: 'See detail.reason; duplicate members, numbers out of range and invalid UTF-8 are refused.',
  },
  issuer_unknown: {
    check: 'issuer',
    summary: 'no issuer with this iss is configured',
    cure: 'Add the issuer under issuers, with its iss spelled exactly as in the token.',
  },
  issuer_not_allowed: {
    check: 'issuer',
    summary: 'this API does not accept tokens of this issuer',
    cure: 'Add the name of the issuer to the issuers of the API, if it should be trusted there.',
  },
  alg_not_allowed: {
    check: 'allowed_algorithm',
    summary: 'the algorithm is not on the list of this issuer',
    cure: 'Add it to the algorithms of the issuer, if the issuer really signs with it.',
  },
  typ_not_allowed: {
    check: 'type',
    summary: 'the typ of the header is not on the list of this issuer',
    cure: 'If this issuer marks its access tokens so, list that type (JWT, or none for no typ) under types.',
  },
  keys_unavailable: {
    check: 'key',
    summary: 'the keys of the issuer were never loaded, or are too old to be trusted',
    cure: 'Check that the key set of the issuer can be reached; see the log for why loading fails.',
  },
  kid_unknown: {
    check: 'key',
    summary: 'the issuer has no key that fits this kid and algorithm',
    cure: 'Check that the issuer publishes the key it signs with; tokens under a removed key are refused.',
  },
  signature_invalid: {
    check: 'signature',
    summary: 'the signature does not verify',
    cure: 'The token was altered, or signed with another key. If many fail, compare the published keys.',
  },
  token_kind_refused: {
    check: 'kind',
    summary: 'the token is not an access token (an id token, logout token, refresh token or proof)',
    cure: 'Have the client send the access token, not the id token.',
  },
  binding_unsupported: {
    check: 'binding',
    summary: 'the token is bound to a key (cnf), and that binding cannot be checked yet',
    cure: 'Have the issuer make plain bearer tokens for this audience.',
  },
  claim_malformed: {
    check: 'claims',
    summary: 'a registered claim has the wrong type',
    cure: 'See detail.claim; times are numbers, sub, jti and client_id are text, aud is text or a list of texts.',
  },
  exp_missing: {
    check: 'expiry',
    summary: 'the token does not say when it expires',
    cure: 'Have the issuer set exp; tokens that live forever are never accepted.',
  },
  token_expired: {
    check: 'expiry',
    summary: 'the token has expired',
    cure: 'The client should get a new token. If it is fresh, compare the clocks.',
  },
  token_not_yet_valid: {
    check: 'not_before',
    summary: 'the token is not valid yet',
    cure: 'Compare the clocks of issuer and verifier; a clockSkew of up to 60 seconds can be set.',
  },
  iat_in_future: {
    check: 'issued_at',
    summary: 'the token was issued in the future',
    cure: 'Compare the clocks of issuer and verifier; a clockSkew of up to 60 seconds can be set.',
  },
  lifetime_too_long: {
    check: 'lifetime',
    summary: 'the token lives longer than this issuer may ask',
    cure: 'Have the issuer make shorter tokens, or raise maxLifetime of the issuer.',
  },
  audience_missing: {
    check: 'audience',
    summary: 'the token names no audience',
    cure: 'Have the issuer set aud, or say audienceOptional for an issuer that cannot.',
  },
  audience_mismatch: {
    check: 'audience',
    summary: 'the token is meant for another audience',
    cure: 'Have the client ask for a token for the audience of this API.',
  },
  claim_missing: {
    check: 'required_claims',
    summary: 'a claim that this issuer must send is missing',
    cure: 'Have the issuer send it, or take it off requiredClaims of the issuer.',
  },
} as const satisfies Record<string, TokenErrorEntry>;

/** A reason for which a token is refused. */
export type TokenErrorCode = keyof typeof TOKEN_ERRORS;
