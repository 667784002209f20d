import { addressKey, type Limiter, type LimitRule } from '@portcullis/guard';

const MINUTE = 60;
const HOUR = 3600;

/**
 * Guesses that may be made. Two rules over the same key make the wait grow: the first lets somebody who mistypes go on soon,
 * the second makes whoever goes on for long wait for minutes.
 */
const PAIR = [rule('pair', 6, 1 / 10), rule('pair', 20, 1 / (5 * MINUTE))];
/** From everywhere together, so that many addresses do not help to guess one password. */
const ACCOUNT = [rule('account', 60, 30 / HOUR)];
/** From one address to whatever accounts: one password tried on many. */
const ADDRESS = [rule('address', 60, 1)];
/** Codes of six digits bear fewer guesses than passwords. */
const CODE = [rule('code', 5, 1 / 30), rule('code', 15, 1 / (10 * MINUTE))];
/** Whoever knows a password and comes from many addresses does not get further than this: a million codes take years. */
const CODE_ACCOUNT = [rule('code of account', 20, 10 / HOUR)];
/** Mails to one address of mail, whoever asks for them; for each purpose, so that one does not keep another from being sent. */
const MAIL = [rule('mail', 3, 1 / (5 * MINUTE))];
const WARNING = [rule('warning', 1, 1 / HOUR)];
const MAIL_FROM = [rule('mail from', 10, 1 / MINUTE)];

/** Who guesses, and at what. */
export interface Guess {
  /** What they call the account, whether there is one or not. */
  readonly account: string;
  readonly address: string;
  /** A device on which this account signed in before: nobody else uses up what it may try. */
  readonly device: string | undefined;
}

/**
 * How often may be guessed. Whatever strangers do to an account, those devices on which it signed in before go on as if
 * nothing was; and a new one gets in by a mail to its owner.
 */
export class SignInLimits {
  readonly #limiter: Limiter;

  constructor(limiter: Limiter) {
    this.#limiter = limiter;
  }

  /** @returns seconds to wait; 0 where the guess may be made, which is counted then */
  password(guess: Guess): number {
    return this.#take(passwordKeys(guess));
  }

  /** It was no guess: whoever made it knows the password, or it was not looked at. */
  giveBack(guess: Guess): void {
    for (const [rules, key] of passwordKeys(guess)) for (const one of rules) this.#limiter.give(one, key);
  }

  /** The same as for passwords for the codes of a second factor: whoever gets here knows the password. */
  code({ account, address, device }: Guess): number {
    const pair = [CODE, pairKey(account, address, device)] as const;
    return this.#take(device === undefined ? [pair, [CODE_ACCOUNT, account]] : [pair]);
  }

  /** The same for mails that somebody asks to be sent. @param purpose what the mail is for */
  mail(purpose: string, email: string, address: string): number {
    return this.#take([
      [MAIL_FROM, addressKey(address)],
      [MAIL, `${purpose}\n${email}`],
    ]);
  }

  /** The same for a mail that nobody asks for: it warns somebody. */
  warning(email: string): number {
    return this.#take([[WARNING, email]]);
  }

  #take(keys: Keys): number {
    const now = Date.now() / 1000;
    let longest = 0;
    for (const [rules, key] of keys) {
      for (const one of rules) longest = Math.max(longest, this.#limiter.take(one, key, now));
      // Who may not guess from here does not use up what others may.
      if (longest > 0) return longest;
    }
    return 0;
  }
}

type Keys = readonly (readonly [readonly LimitRule[], string])[];

function passwordKeys({ account, address, device }: Guess): Keys {
  const pair = [PAIR, pairKey(account, address, device)] as const;
  return device === undefined ? [[ADDRESS, addressKey(address)], pair, [ACCOUNT, account]] : [pair];
}

function pairKey(account: string, address: string, device: string | undefined): string {
  return device === undefined ? `${addressKey(address)}\n${account}` : `device\n${device}\n${account}`;
}

function rule(what: string, burst: number, rate: number): LimitRule {
  const text = `sign-in: ${what}`;
  return { id: `sign-in\n${what}\n${burst}`, per: 'address', rate, burst, rule: { text, line: 0 } };
}
