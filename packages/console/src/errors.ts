/** Every reason for which a text that was given as a key is none. Codes are stable and never reused. */
export const KEY_TEXT_ERRORS = {
  not_base64: {
    summary: 'this is not base64',
    cure: 'Choose another encoding, or paste the secret again.',
  },
  not_base64url: {
    summary: 'this is not base64url, which has - and _ where base64 has + and /',
    cure: 'Choose another encoding, or paste the secret again.',
  },
  not_hex: {
    summary: 'this is not hexadecimal, pairs of 0 to 9 and a to f',
    cure: 'Choose another encoding, or paste the secret again.',
  },
  not_json: { summary: 'it begins like a JWK but is not JSON', cure: 'Copy the whole of it.' },
  incomplete_key: {
    summary: 'the key lacks a member that its type needs',
    cure: 'RSA needs n and e, EC crv, x and y, OKP crv and x, AKP alg and pub.',
  },
  metadata_not_keys: {
    summary: 'this is the metadata of an issuer, which only says where its keys are',
    cure: 'Look them up with the address of its jwks_uri, or paste what stands there.',
  },
  not_a_key: { summary: 'there is no key in it', cure: 'A JWK has kty; a key set has a list named keys.' },
  pem_cut_off: {
    summary: 'a PEM block is not whole',
    cure: 'It needs its first line (BEGIN …) and its last (END …).',
  },
  pem_encrypted: {
    summary: 'the private key is encrypted',
    cure: 'Decrypt it first: openssl pkey -in key.pem -out plain.pem',
  },
  pem_openssh: {
    summary: 'this is a key in the format of OpenSSH',
    cure: 'Convert a copy of it: ssh-keygen -p -m PKCS8 -f copy-of-key',
  },
  ssh_public_key: {
    summary: 'this is a public key in the format of OpenSSH',
    cure: 'Convert it: ssh-keygen -e -m PKCS8 -f key.pub',
  },
  pem_unknown_label: {
    summary: 'a PEM block of this label holds no key',
    cure: 'Give PUBLIC KEY, PRIVATE KEY or CERTIFICATE.',
  },
  pem_unreadable: {
    summary: 'the PEM block cannot be read',
    cure: 'It was altered or cut off: copy it again.',
  },
  unsupported_key: {
    summary: 'a key of this type cannot be used here, or is broken',
    cure: 'RSA, EC P-256, P-384 and P-521, Ed25519, X25519 and ML-DSA are; browsers have no secp256k1.',
  },
  secret_in_key_set: {
    summary: 'a shared secret stands in a set with other keys',
    cure: 'Give it by itself: a verifier has secrets or public keys for an issuer, never both.',
  },
  too_many_keys: { summary: 'there are more than 100 keys', cure: 'Give the ones that matter.' },
  key_text_too_large: { summary: 'there are more than 512 KB of keys', cure: 'Give the ones that matter.' },
} as const satisfies Record<string, { readonly summary: string; readonly cure: string }>;

export type KeyTextErrorCode = keyof typeof KEY_TEXT_ERRORS;

/** A text that is no key that can be used here. It never holds the text. */
export class KeyTextError extends Error {
  override readonly name = 'KeyTextError';
  readonly code: KeyTextErrorCode;
  /** What it is about, such as the label of a PEM block or an object identifier; may be empty. */
  readonly about: string;

  constructor(code: KeyTextErrorCode, about = '') {
    super(`${code}: ${KEY_TEXT_ERRORS[code].summary}${about === '' ? '' : ` (${about})`}`);
    this.code = code;
    this.about = about;
  }
}
