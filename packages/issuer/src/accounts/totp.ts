import { createHash, randomBytes } from 'node:crypto';
import { type Account, type MasterKey, type Store, totpName } from '@portcullis/store';
import { Secret, TOTP } from 'otpauth';
import type { AuthenticationMethod } from './authentication.ts';

/** As every authenticator application knows it (RFC 6238): HMAC-SHA-1, six digits, half a minute. */
const PERIOD = 30;
const SECRET_BYTES = 20;
/** How many steps a clock may be off. */
const WINDOW = 1;
/** The kind under which a secret is kept that no application has shown a code of yet, and for how long; milliseconds. */
const PROPOSED = 'ProposedTotp';
const PROPOSED_LIFETIME = 15 * 60_000;
const RECOVERY_CODES = 10;
/** Of 32 letters and digits: 80 bits, which makes a plain hash enough to store. */
const RECOVERY_LENGTH = 16;
const ALPHABET = 'abcdefghijkmnpqrstuvwxyz23456789';

export interface TotpOptions {
  readonly store: Store;
  readonly masterKey: () => Promise<MasterKey>;
}

/** Authenticator applications as a second factor, and the recovery codes for who has lost theirs. */
export class Totp {
  readonly #options: TotpOptions;

  constructor(options: TotpOptions) {
    this.#options = options;
  }

  /** A new secret, base32, kept until the application has shown a code of it. @param session where it is set up */
  async propose(accountId: string, session: string): Promise<string> {
    const { base32: secret } = new Secret({ size: SECRET_BYTES });
    await this.#options.store.artifacts.save(PROPOSED, session, {
      payload: { sealed: await this.#sealed(accountId, secret) },
      accountId,
      sessionUid: session,
      expiresAt: Date.now() + PROPOSED_LIFETIME,
    });
    return secret;
  }

  /** The secret that was proposed in this session. */
  async proposed(accountId: string, session: string): Promise<string | undefined> {
    const kept = await this.#options.store.artifacts.findGood(PROPOSED, session, Date.now());
    const sealed = kept?.payload['sealed'];
    return typeof sealed === 'string' ? this.#opened(accountId, sealed) : undefined;
  }

  /** What an authenticator application reads, as a link or a QR code. */
  static uri(secret: string, site: string, email: string): string {
    return totpOf(secret, site, email).toString();
  }

  /** Whether the application shows this code now: it has the secret. */
  static shows(secret: string, code: string, now: number): boolean {
    return stepOf(secret, code, now) !== undefined;
  }

  /** @returns the recovery codes, which are not kept */
  async setUp(accountId: string, session: string, secret: string): Promise<string[]> {
    const { accounts, artifacts } = this.#options.store;
    const codes = Array.from({ length: RECOVERY_CODES }, newRecoveryCode);
    await accounts.setTotp(accountId, await this.#sealed(accountId, secret), codes.map(hashOf));
    await artifacts.delete(PROPOSED, session);
    return codes;
  }

  remove(accountId: string): Promise<void> {
    return this.#options.store.accounts.setTotp(accountId, undefined, []);
  }

  /** What a code that somebody typed is; it is used up by that. Undefined for a wrong one, and for one that was used before. */
  async accept(account: Account, typed: string): Promise<AuthenticationMethod | undefined> {
    const { store } = this.#options;
    const { id, sealedTotp } = account;
    if (sealedTotp === undefined) return undefined;
    const code = typed.toLowerCase().replace(/[^a-z0-9]/g, '');
    if (code.length === RECOVERY_LENGTH)
      return (await store.accounts.claimRecoveryCode(id, hashOf(code))) ? 'kba' : undefined;
    const secret = await this.#opened(id, sealedTotp);
    const step = stepOf(secret, code, Date.now());
    if (step === undefined) return undefined;
    return (await store.accounts.claimTotpStep(id, step)) ? 'otp' : undefined;
  }

  async #sealed(accountId: string, secret: string): Promise<string> {
    return (await this.#options.masterKey()).seal({ secret }, totpName(accountId));
  }

  /** What `#sealed` made. */
  async #opened(accountId: string, sealed: string): Promise<string> {
    const plain = await (await this.#options.masterKey()).open(sealed, totpName(accountId));
    return (plain as { secret: string }).secret;
  }
}

function totpOf(secret: string, site: string, email: string): TOTP {
  return new TOTP({ issuer: site, label: email, secret: Secret.fromBase32(secret), period: PERIOD });
}

function stepOf(secret: string, code: string, now: number): number | undefined {
  if (!/^\d{6}$/.test(code)) return undefined;
  const delta = totpOf(secret, '', '').validate({ token: code, timestamp: now, window: WINDOW });
  return delta === null ? undefined : Math.floor(now / 1000 / PERIOD) + delta;
}

function newRecoveryCode(): string {
  return Array.from(randomBytes(RECOVERY_LENGTH), (byte) => ALPHABET[byte % ALPHABET.length]).join('');
}

/** Easier to read and to write down. */
export function inGroups(code: string): string {
  return code.replace(/(.{4})(?=.)/g, '$1-');
}

function hashOf(code: string): string {
  return createHash('sha256')
    .update(code.toLowerCase().replace(/[^a-z0-9]/g, ''))
    .digest('base64url');
}
