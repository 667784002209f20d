import { base64url } from 'jose';

/**
 * Secrets that were published as examples and found their way into production. Only those that are long enough
 * to pass the length rule matter here. Compared without case, white space and the punctuation around words.
 */
const KNOWN_TEXTS = [
  // The examples that jwt.io has shown over the years, for 256, 384 and 512 bits.
  'a-string-secret-at-least-256-bits-long',
  'a-valid-string-secret-that-is-at-least-384-bits-long',
  'a-valid-string-secret-that-is-at-least-512-bits-long-which-is-very-long',
  'your-256-bit-secret-your-256-bit-secret',
  // Placeholders of guides and starter kits.
  'your-super-secret-jwt-token-with-at-least-32-characters-long',
  'super-secret-jwt-token-with-at-least-32-characters-long',
  'this-is-a-very-long-secret-key-that-should-be-changed',
  'this-is-my-custom-secret-key-for-authentication',
  'this-is-a-secret-key-that-should-be-at-least-32-characters-long',
  'my-super-secret-key-that-is-at-least-32-characters-long',
  'my-32-character-ultra-secure-and-ultra-long-secret',
  'please-change-this-secret-key-in-production',
  'change-this-to-a-secure-random-string-in-production',
  'changeme-changeme-changeme-changeme',
  'your-secret-key-change-this-in-production',
  'your-secret-key-change-me-in-production',
  'your-super-secret-key-change-this-in-production',
  'thisisasecretkeythatshouldbechangedinproduction',
  '09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7',
  '404e635266556a586e3272357538782f413f4428472b4b6250645367566b5970',
  '0123456789abcdef0123456789abcdef',
  '00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff',
  'abcdefghijklmnopqrstuvwxyz0123456789',
  'abcdefghijklmnopqrstuvwxyz123456',
  '12345678901234567890123456789012',
];

/** Example keys of the standards themselves, as base64url: RFC 7515 A.1, RFC 7520 3.5. */
const KNOWN_BYTES = [
  'AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow',
  'hJtXIZ2uSN5kbQfbtTNWbpdmhkV8FJG-Onbc6mxCcYg',
];

const KNOWN: ReadonlySet<string> = new Set([...KNOWN_TEXTS, ...KNOWN_BYTES].map(plain));

/** True when the secret, as text or as the bytes behind it, is one that everybody can look up. */
export function isWellKnownSecret(bytes: Uint8Array): boolean {
  return KNOWN.has(plain(new TextDecoder().decode(bytes))) || KNOWN.has(plain(base64url.encode(bytes)));
}

/** Standard and URL-safe base64, `_`, `-`, blanks and case all fall together. */
function plain(text: string): string {
  return text.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}
