import { addressKey } from '@portcullis/guard';
import type { Account, Store } from '@portcullis/store';
import { normalEmail } from './email.ts';
import type { KnownDevices } from './known-devices.ts';
import { hashPassword, isPassword, isWeak } from './password-hash.ts';
import type { SignInLimits } from './sign-in-limits.ts';

/** Bytes beyond which nothing is a password. */
const MAX_INPUT = 1024;

export interface Visitor {
  readonly address: string;
  readonly requestId: string;
  /** What the browser is remembered by. */
  readonly device: string | undefined;
}

export type SignInAnswer =
  | { readonly account: Account }
  /** Whichever of email and password is wrong, or whether the account is disabled, is nobody's business. */
  | { readonly refused: 'wrong' }
  | { readonly refused: 'too_many'; readonly seconds: number };

export interface SignInOptions {
  readonly store: Store;
  readonly limits: SignInLimits;
  readonly devices: KnownDevices;
  /** Notes what somebody did in vain who has not proved who they are. */
  readonly noteStranger: NoteStranger;
}

/** What a stranger did in vain. */
export interface StrangersFailure {
  /** Such as `sign_in`. */
  readonly type: string;
  readonly subject?: string;
  readonly address: string;
  readonly requestId: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

export type NoteStranger = (failure: StrangersFailure) => Promise<void>;

/** Lets people in who know their password. */
export class SignIn {
  readonly #options: SignInOptions;

  constructor(options: SignInOptions) {
    this.#options = options;
  }

  /**
   * Takes about as long whether there is such an account or not.
   *
   * @throws {PasswordsBusy}
   */
  async byPassword(email: string, password: string, visitor: Visitor): Promise<SignInAnswer> {
    const { store, limits, devices } = this.#options;
    const name = normalEmail(email);
    const account = name === undefined ? undefined : await store.accounts.findByEmail(name);
    const { address, device } = visitor;
    const known = await devices.known(device, account?.id);
    const guess = { account: name ?? '', address, device: known };
    const seconds = limits.password(guess);
    if (seconds > 0) {
      await this.#note(account, visitor, { why: 'too_many' });
      return { refused: 'too_many', seconds };
    }
    const tooLong = Buffer.byteLength(password) > MAX_INPUT;
    const asker = { name: addressKey(address), known: known !== undefined };
    const right = await isPassword(tooLong ? '' : password, account?.passwordHash, asker).catch((error) => {
      limits.giveBack(guess); // nobody looked at it
      throw error;
    });
    if (account === undefined || !right || tooLong || account.disabledAt !== undefined) {
      const why = account === undefined ? 'no_account' : right ? 'disabled' : 'wrong_password';
      await this.#note(account, visitor, { why });
      return { refused: 'wrong' };
    }
    limits.giveBack(guess);
    await this.#renewHash(account, password);
    return { account };
  }

  /** What was hashed with less work than is asked for today is hashed anew, now that the password is at hand. */
  async #renewHash(account: Account, password: string): Promise<void> {
    const { passwordHash } = account;
    if (passwordHash === undefined || !isWeak(passwordHash)) return;
    const fresh = await hashPassword(password);
    await this.#options.store.accounts.change(account.id, (now) =>
      now.passwordHash === passwordHash ? { passwordHash: fresh } : {},
    );
  }

  #note(
    account: Account | undefined,
    visitor: Visitor,
    detail: Readonly<Record<string, unknown>>,
  ): Promise<void> {
    const { address, requestId } = visitor;
    const subject = account === undefined ? {} : { subject: account.id };
    return this.#options.noteStranger({ type: 'sign_in', ...subject, address, requestId, detail });
  }
}
