type Facts = Readonly<Record<string, string | number>>;

interface FindingWords {
  readonly title: (facts: Facts) => string;
  /** What to do about it. */
  readonly advice: string;
}

const plain = (title: string) => (): string => title;

/** What the rules find, by their ids. */
export const FINDINGS: Readonly<Record<string, FindingWords>> = {
  alg_none: {
    title: plain('Not signed at all (alg none)'),
    advice:
      'Anybody can write such a token. Refuse it everywhere, in every spelling of “none”; have the issuer sign.',
  },
  alg_missing: {
    title: plain('The header names no algorithm'),
    advice: 'alg is required. A verifier that guesses one can be led to guess wrong.',
  },
  alg_unknown: {
    title: ({ alg }) => `The algorithm ${alg} is not known here`,
    advice:
      'No check of this page can verify it. Names are compared with their capitals; a verifier takes what it lists.',
  },
  alg_eddsa: {
    title: plain('EdDSA is the older name'),
    advice: 'RFC 9864 names the curve: Ed25519 or Ed448. New systems should use those names.',
  },
  alg_rsa1_5: {
    title: plain('RSA1_5 lets plaintexts be guessed by padding oracles'),
    advice: 'Have the issuer encrypt with RSA-OAEP-256 or ECDH-ES.',
  },
  alg_pkcs1: {
    title: ({ alg }) => `${alg} uses PKCS #1 v1.5 padding`,
    advice:
      'Not broken, but new systems should not begin with it: ES256 or Ed25519, or PS256 where it must be RSA.',
  },
  alg_shared_secret: {
    title: ({ alg }) => `${alg}: whoever can verify can also sign`,
    advice: 'Fine between two parts of one system. Where others verify, sign with a key pair instead.',
  },
  signature_empty: {
    title: plain('The signature is empty'),
    advice: 'The header promises one. Some old libraries let such a token pass.',
  },
  signature_zero: {
    title: plain('The signature is all zeros'),
    advice: 'Verifiers with CVE-2022-21449 (“psychic signatures”) accept it for any message. Update them.',
  },
  secret_short: {
    title: ({ alg, bytes }) => `The secret is shorter than the ${bytes} bytes that ${alg} needs`,
    advice: 'Short secrets are guessed offline from a single token. Make one at random: the Make tab does.',
  },
  secret_known: {
    title: plain('The secret is a published example'),
    advice: 'Everybody can sign with it. Make your own at random, and take this one out of use.',
  },
  secret_weak: {
    title: plain('The secret has too little in it'),
    advice: 'It repeats itself, or has hardly any different characters. Make one at random.',
  },
  secret_is_public_key: {
    title: plain('The secret is a public key or certificate'),
    advice:
      'This is the classic confusion of RS256 and HS256: what everybody may know signs. Pin the algorithms.',
  },
  key_too_short: {
    title: plain('The RSA key is shorter than 2048 bits'),
    advice: 'Such keys can be factored, or soon. Make one of 2048 bits or more.',
  },
  key_exponent: {
    title: plain('The RSA key has an unusual public exponent'),
    advice: 'Make a key with the exponent 65537.',
  },
  key_roca: {
    title: plain('The RSA key was made by a flawed library (ROCA)'),
    advice: 'It can be factored. Replace it at once.',
  },
  pbes2_few_rounds: {
    title: ({ p2c, fewest }) => `${p2c} rounds of PBKDF2, where ${fewest} are the advice of today`,
    advice:
      'Passwords are guessed the faster. Many readers take no more than 10,000, though: better no passwords in tokens at all.',
  },
  pbes2_many_rounds: {
    title: ({ p2c }) => `${p2c} rounds of PBKDF2`,
    advice:
      'Whoever sends such a token keeps its reader busy. Readers have to set a limit; this one opens none above 1,000,000.',
  },
  header_jwk: {
    title: plain('The header brings its own key (jwk)'),
    advice:
      'A verifier that uses it lets anybody sign. Keys come from configuration or the issuer, never from the token.',
  },
  header_private_key: {
    title: plain('The header holds a private key'),
    advice: 'It is lost: take it out of use, and find out how it got there.',
  },
  header_jku: {
    title: ({ why }) => `The header points to keys (jku), and the URL ${why}`,
    advice: 'Never fetch keys from where a token says. Configure the URL, or discover it from the issuer.',
  },
  header_x5u: {
    title: ({ why }) => `The header points to a certificate (x5u), and the URL ${why}`,
    advice: 'Never fetch keys from where a token says.',
  },
  header_x5c: {
    title: ({ count }) => `The header brings certificates (x5c, ${count})`,
    advice:
      'They prove nothing by themselves: only a chain to an authority that you trust does, and that you have to check.',
  },
  kid_injection: {
    title: ({ kid }) => `The kid looks like an attempt at injection: ${kid}`,
    advice:
      'A kid is text of a stranger. Compare it with known ids; never build a path, a query or a command from it.',
  },
  kid_missing: {
    title: plain('No kid'),
    advice: 'Without it a verifier has to try all keys, and keys are hard to rotate.',
  },
  header_crit: {
    title: ({ crit }) => `The header asks for extensions: ${crit}`,
    advice: 'A verifier that does not know each of them must refuse the token.',
  },
  header_b64: {
    title: plain('The payload is not base64url (b64 false)'),
    advice: 'Not for JSON Web Tokens (RFC 7797 section 7); verifiers differ.',
  },
  header_zip: {
    title: plain('The payload is compressed'),
    advice: 'Compression before encryption tells of the content, and what is unpacked can be huge.',
  },
  typ_missing: {
    title: plain('The header has no typ'),
    advice: 'Say what kind of token it is (at+jwt for access tokens), so that none is taken for another.',
  },
  typ_general: {
    title: plain('typ JWT says nothing about the kind'),
    advice: 'Access tokens are marked at+jwt (RFC 9068), so that id tokens cannot stand in for them.',
  },
  unprotected_members: {
    title: ({ names }) => `Members that the signature does not cover: ${names}`,
    advice: 'Anybody on the way can change them.',
  },
  exp_missing: {
    title: plain('It never expires (no exp)'),
    advice:
      'Who steals it has it forever. Set exp: an hour at most for access tokens; five to fifteen minutes are usual.',
  },
  iss_missing: {
    title: plain('It does not say who issued it (no iss)'),
    advice: 'Without iss nobody can tell whose keys to check it with, or tell issuers apart.',
  },
  aud_missing: {
    title: plain('It does not say whom it is for (no aud)'),
    advice: 'An API that takes it takes tokens for others, too, and can pass it on.',
  },
  iat_missing: {
    title: plain('It does not say when it was issued (no iat)'),
    advice: 'Set it: lifetimes cannot be judged, and “everything before” cannot be revoked, without it.',
  },
  jti_missing: {
    title: plain('It has no id (no jti)'),
    advice: 'Set one, so that this very token can be revoked and found in logs.',
  },
  sub_missing: {
    title: plain('It does not say whom it speaks of (no sub)'),
    advice: 'RFC 9068 requires sub in access tokens, also for clients that act for themselves.',
  },
  expired: {
    title: plain('It has expired'),
    advice: 'As it should, one day. If it is fresh, compare the clocks.',
  },
  lifetime_very_long: {
    title: ({ days }) => `It lives for ${days} days`,
    advice: 'As long as a stolen one works. Issue short ones and refresh them.',
  },
  lifetime_long: {
    title: ({ hours }) => `It lives for ${hours} hours`,
    advice:
      'An hour at most is the advice; five to fifteen minutes are usual, and refresh tokens do the rest.',
  },
  time_in_milliseconds: {
    title: ({ names }) => `In milliseconds, it seems: ${names}`,
    advice: 'Times are seconds since 1970. As it is, they lie tens of thousands of years ahead.',
  },
  time_not_a_number: {
    title: ({ names }) => `Not a number: ${names}`,
    advice: 'Times are JSON numbers. Strict verifiers refuse the token; lax ones may skip the check.',
  },
  exp_before_iat: {
    title: plain('It expires before it is issued'),
    advice: 'Strict verifiers never take it. Look at how the issuer computes its times.',
  },
  audience_wildcard: {
    title: plain('An audience that means everybody'),
    advice: 'Name the APIs it is for; verifiers compare exactly, and should.',
  },
  audiences_many: {
    title: ({ count }) => `${count} audiences`,
    advice: 'Each of them can use it with the others. One token for one API is safer.',
  },
  issuer_not_https: {
    title: ({ iss }) => `The issuer is no https URL: ${iss}`,
    advice:
      'Keys that are fetched over http can be swapped on the way. For trying out on one machine it will do.',
  },
  other_kind: {
    title: ({ kind }) => `This is a token of another kind: ${kind}`,
    advice: 'It must not be taken as an access token. APIs tell them apart by typ and claims.',
  },
  scope_broad: {
    title: ({ scopes }) => `Very broad scopes: ${scopes}`,
    advice: 'Ask for what the call needs, and no more.',
  },
  bound: {
    title: plain('Bound to a key (cnf)'),
    advice:
      'Worth nothing without proof of that key. A verifier that ignores cnf makes a bearer token of it.',
  },
  personal_data: {
    title: ({ names }) => `Personal data: ${names}`,
    advice:
      'A signed token can be read by all who see it, also in logs. Keep it to an identifier, or encrypt.',
  },
  card_number: {
    title: ({ names }) => `What looks like a card number: ${names}`,
    advice: 'It must not be in a token. Treat the logs that hold it accordingly.',
  },
  secret_in_payload: {
    title: ({ names }) => `A secret in the payload: ${names}`,
    advice: 'Signed is not encrypted. Change the secret, and take it out.',
  },
  duplicate_members: {
    title: ({ names }) => `Members that stand twice: ${names}`,
    advice: 'Two readers may see two tokens. Strict verifiers refuse it.',
  },
  not_canonical: {
    title: plain('Not written in canonical base64url'),
    advice: 'One token with many spellings slips past lists of revoked ones. Strict verifiers refuse it.',
  },
  large: {
    title: ({ bytes }) => `${bytes} characters long`,
    advice: 'Some servers refuse such headers, and it does not fit into a cookie. See the size table.',
  },
  live_token: {
    title: plain('This token is live'),
    advice:
      'Unless it is bound to a key, who sees it can use it until it expires. Do not share it, also not by a link.',
  },
};
