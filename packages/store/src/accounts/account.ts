/** What a person may do at one API. */
export interface ApiRoles {
  /** The audience of the API. */
  readonly audience: string;
  readonly roles: readonly string[];
}

/** A person who can sign in. Times are milliseconds since the epoch. */
export interface Account {
  /** The `sub` of tokens: random, and never given to anybody else. */
  readonly id: string;
  /** In lower case, and of one account only. */
  readonly email: string;
  readonly emailVerifiedAt: number | undefined;
  readonly name: string;
  /** argon2id, in the PHC string format; undefined for somebody who signs in by other means only. */
  readonly passwordHash: string | undefined;
  readonly roles: readonly ApiRoles[];
  readonly administrator: boolean;
  /** The secret of an authenticator application, sealed under the master key. */
  readonly sealedTotp: string | undefined;
  readonly createdAt: number;
  readonly disabledAt: number | undefined;
  readonly lastSignInAt: number | undefined;
  /** When they were last signed out everywhere: who proved before then who they are has to do so again. */
  readonly signedOutAt: number | undefined;
}

export type NewAccount = Pick<
  Account,
  'id' | 'email' | 'emailVerifiedAt' | 'name' | 'passwordHash' | 'roles' | 'administrator' | 'createdAt'
>;

export type AccountChanges = Partial<
  Omit<Account, 'id' | 'createdAt' | 'sealedTotp' | 'signedOutAt' | 'lastSignInAt'>
>;

/** A public-key credential of an account (W3C Web Authentication). */
export interface Passkey {
  /** The credential ID, base64url. */
  readonly id: string;
  /** What its owner calls it. */
  readonly name: string;
  /** COSE, base64url. */
  readonly publicKey: string;
  readonly counter: number;
  readonly transports: readonly string[];
  readonly createdAt: number;
  readonly lastUsedAt: number | undefined;
}

/** Who an account is at another OpenID Connect provider. */
export interface Identity {
  readonly issuer: string;
  readonly subject: string;
}
