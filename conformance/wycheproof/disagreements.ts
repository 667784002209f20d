/** Vectors of one file on which we and Wycheproof differ, all for one reason. */
export interface Disagreement {
  readonly file: string;
  /** The code with which we refuse what Wycheproof calls valid; or that we take what it calls invalid. */
  readonly ours: string;
  readonly why: string;
  /** Comments by tcId: a number alone would go on fitting when the files are numbered anew. */
  readonly vectors: Readonly<Record<number, string>>;
}

export const ACCEPTED = 'accepted';

const SIGNATURE = 'json_web_signature_test.json';
const ENCRYPTION = 'json_web_encryption_test.json';

export const DISAGREEMENTS: readonly Disagreement[] = [
  {
    file: SIGNATURE,
    ours: 'token_malformed',
    why: 'an empty payload is no claims set, so a token with one is no token of ours',
    vectors: {
      259: 'emptyPayload',
      264: 'emptyPayload',
      268: 'emptyPayload',
      272: 'emptyPayload',
      320: 'emptyPayload',
      325: 'emptyPayload',
    },
  },
  {
    file: SIGNATURE,
    ours: 'kid_unknown',
    why: 'the key says PS256 and the token PS384: a key serves the algorithm that it names',
    vectors: { 346: 'Figure20', 350: 'Figure20' },
  },
  {
    file: SIGNATURE,
    ours: 'key_alg',
    why: 'the key says ES521, which no standard defines (ES512 is meant)',
    vectors: { 347: 'Figure27', 351: 'Figure27' },
  },
  {
    file: SIGNATURE,
    ours: 'secret_known',
    why: 'the secret is printed in RFC 7520',
    vectors: { 348: 'Figure35', 352: 'Figure35' },
  },
  {
    file: SIGNATURE,
    ours: 'secret_weak',
    why: 'the secret repeats a few bytes; the form of these tokens is judged once more without that rule',
    vectors: {
      357: 'ValidMac',
      358: 'ValidEdgeCaseMac',
      359: 'ValidEdgeCaseMac',
      372: 'InvalidCharacterInsertedInHeader',
      373: 'InvalidCharacterInsertedInPayload',
      376: 'ValidSpacesInJsonHeader',
      377: 'ValidWhiteSpaceInJsonHeader',
    },
  },
  {
    file: ENCRYPTION,
    ours: 'key_alg',
    why: 'A128GCMKW, A192GCMKW and A256GCMKW are not supported',
    vectors: {
      71: 'acceptsA128GCMKW',
      72: 'accepts192GCMKW',
      73: 'accepts256GCMKW',
      74: 'accepts256GCMKWUsingA256GCM',
      75: 'accepts256GCMKWUsingA256CbcHs512',
      133: 'Figure148',
    },
  },
  {
    file: ENCRYPTION,
    ours: 'key_alg',
    why: 'RSA-OAEP with SHA-1 is not supported; RSA-OAEP-256 is',
    vectors: {
      82: 'acceptsA128GCM',
      83: 'acceptsRsaOaepA192GCM',
      84: 'acceptsRsaOaepA256GCM',
      85: 'acceptsRsaOaepA128CbcHs256',
      86: 'acceptsRsaOaepA192CbcHs384',
      87: 'acceptsRsaOaepA256CbcHs512',
      129: 'Figure92',
    },
  },
  {
    file: ENCRYPTION,
    ours: 'key_alg',
    why: 'RSA1_5 is not supported: padding oracles (RFC 8725 section 3.2)',
    vectors: {
      100: 'acceptsA128GCM',
      101: 'acceptsA192GCM',
      102: 'acceptsA256GCM',
      103: 'acceptsA128CBC-HS256',
      104: 'acceptsA192CBC-HS384',
      105: 'acceptsA256CBC-HS512',
      112: 'validPadding',
      128: 'Figure81',
    },
  },
  {
    file: ENCRYPTION,
    ours: 'key_alg',
    why: 'the key names its content encryption, A128GCM, as its alg, which is dir',
    vectors: { 132: 'Figure136' },
  },
  {
    file: ENCRYPTION,
    ours: 'encryption_header_refused',
    why: 'a compressed plaintext is never unpacked',
    vectors: { 135: 'Figure170' },
  },
];

/** Where we differ still once the rules for secrets are set aside. */
export const DISAGREEMENTS_UNDER_ANY_SECRET: readonly Disagreement[] = [
  {
    file: SIGNATURE,
    ours: 'token_malformed',
    why: 'a question mark is no base64url; the vectors are called valid because some decoders skip it',
    vectors: {
      372: 'InvalidCharacterInsertedInHeader',
      373: 'InvalidCharacterInsertedInPayload',
    },
  },
  {
    file: SIGNATURE,
    ours: ACCEPTED,
    why: 'the padding is not in the file: both tokens are, to the letter, that of 357, which is valid',
    vectors: { 367: 'invalidBase64Padding', 370: 'invalidBase64PaddingInPayload' },
  },
];
