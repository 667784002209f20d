import { createHash, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import type { StoredSecret } from '@portcullis/store';

/** Bytes of randomness; nobody guesses 256 bits, which is why a plain hash is enough to store. */
const RANDOM_BYTES = 32;
/** Tells people and scanners what they have found. */
const PREFIX = 'pcs_';

/** A new client secret, and what is kept of it. The secret itself is shown once. */
export function newSecret(now: number): { readonly secret: string; readonly stored: StoredSecret } {
  const secret = PREFIX + randomBytes(RANDOM_BYTES).toString('base64url');
  return { secret, stored: { id: randomUUID(), hash: hashOf(secret), createdAt: now, expiresAt: undefined } };
}

/** Whether this is one of the secrets that are good now. Takes as long whichever it is, and for none. */
export function matchesSecret(presented: string, secrets: readonly StoredSecret[], now: number): boolean {
  const hash = Buffer.from(hashOf(presented));
  let matches = false;
  for (const { hash: stored, expiresAt } of secrets) {
    const known = Buffer.from(stored);
    const same = known.length === hash.length && timingSafeEqual(known, hash);
    matches = (same && (expiresAt === undefined || now < expiresAt)) || matches;
  }
  return matches;
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}
