/** How the text of a secret stands for its bytes. */
export const SECRET_ENCODINGS = ['utf8', 'base64', 'base64url', 'hex'] as const;
export type SecretEncoding = (typeof SECRET_ENCODINGS)[number];

/** The bytes of a secret, or undefined when the text is not of that encoding. Padding and white space do not matter. */
export function secretBytes(text: string, encoding: SecretEncoding): Uint8Array<ArrayBuffer> | undefined {
  if (encoding === 'utf8') return new TextEncoder().encode(text);
  const bare = text.replaceAll(/\s/g, '');
  try {
    if (encoding === 'hex') return Uint8Array.fromHex(bare);
    return Uint8Array.fromBase64(bare, { alphabet: encoding });
  } catch {
    return undefined;
  }
}
