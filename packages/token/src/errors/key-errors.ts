/** Every reason for which a key or a secret may not be used. Codes are stable and never reused. */
export const KEY_ERRORS = {
  key_set_malformed: {
    summary: 'this is not a JSON Web Key Set',
    cure: 'A key set is a JSON object with a list named keys (RFC 7517 section 5).',
  },
  key_set_empty: { summary: 'there is no key', cure: 'Give at least one key or secret.' },
  key_set_too_large: {
    summary: 'there are too many keys',
    cure: 'At most 100 keys in a set and 8 secrets in a list; for decryption 4.',
  },
  key_file_unreadable: {
    summary: 'the file of keys cannot be read',
    cure: 'Check the path and its permissions.',
  },
  key_malformed: {
    summary: 'the key cannot be read',
    cure: 'Give a public JWK (RFC 7517), or PEM of a public key (SPKI) or an X.509 certificate.',
  },
  key_private: {
    summary: 'this is a private key, which must not be here: a public key belongs here',
    cure: 'Give the public half only, and take this private key out of use: it was exposed.',
  },
  key_symmetric: {
    summary: 'this is a symmetric key where a public key belongs',
    cure: 'Shared secrets are given as secrets, never in a key set.',
  },
  key_use: {
    summary: 'the key is not meant for verifying signatures',
    cure: 'use must be sig and key_ops must list verify, where they are given.',
  },
  key_alg: {
    summary: 'the key is for an algorithm that is not on the list',
    cure: 'Add its alg to algorithms, or take the key out.',
  },
  key_type: {
    summary: 'the type or curve of the key fits none of the algorithms',
    cure: 'RS and PS need RSA, ES256 P-256, ES384 P-384, ES512 P-521, EdDSA Ed25519; ML-DSA needs AKP with alg; ECDH-ES P-256, P-384, P-521 or X25519.',
  },
  key_public: {
    summary: 'this is a public key where a private key of ours belongs',
    cure: 'Give the private JWK whose public half the issuer encrypts to.',
  },
  key_not_for_decryption: {
    summary: 'the key is not meant for decryption',
    cure: 'use must be enc and key_ops must allow decryption, where they are given; make a key of its own for it.',
  },
  key_length: {
    summary: 'the shared key has not the length that its algorithm needs',
    cure: 'A128KW needs 16 bytes, A192KW 24, A256KW 32; dir as many as its enc: A128GCM 16 to A256CBC-HS512 64.',
  },
  key_too_short: {
    summary: 'the RSA key is shorter than 2048 bits',
    cure: 'Make a new key of 2048 bits or more.',
  },
  key_too_long: {
    summary: 'the RSA key is longer than 8192 bits',
    cure: 'Such keys cost too much time to verify with; 2048 to 4096 bits are plenty.',
  },
  key_exponent: {
    summary: 'the public exponent of the RSA key is even, below 65537 or above 256 bits',
    cure: 'Make a new key with the usual exponent 65537.',
  },
  key_roca: {
    summary: 'the RSA key was made by a flawed library (ROCA, CVE-2017-15361) and can be factored',
    cure: 'Make a new key with other software or hardware, and take this one out of use.',
  },
  key_low_order: {
    summary: 'the Ed25519 key is a point of small order, under which anyone can sign',
    cure: 'Make a new key.',
  },
  secret_too_short: {
    summary: 'the secret is shorter than the output of the hash',
    cure: 'HS256 needs 32 bytes, HS384 48, HS512 64: `openssl rand -base64 64`.',
  },
  secret_known: {
    summary: 'the secret is a published example',
    cure: 'Make your own: `openssl rand -base64 64`.',
  },
  secret_weak: {
    summary: 'the secret repeats itself',
    cure: 'Make it at random: `openssl rand -base64 64`.',
  },
  secret_is_public_key: {
    summary: 'the secret is a key or certificate, which others may know',
    cure: 'List the public key as pem or in a key set, with the algorithm it is for.',
  },
  secret_malformed: {
    summary: 'what follows base64url: is not canonical base64url',
    cure: 'Use - and _ and no padding, or give the secret as plain text.',
  },
} as const satisfies Record<string, { readonly summary: string; readonly cure: string }>;

/** A reason for which a key or a secret is refused. */
export type KeyErrorCode = keyof typeof KEY_ERRORS;
