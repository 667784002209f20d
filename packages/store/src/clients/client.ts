/** What one client may ask for at one API. */
export interface ApiGrant {
  /** The audience of the API. */
  readonly audience: string;
  readonly scopes: readonly string[];
  /** Carried by every token for this API. */
  readonly roles: readonly string[];
}

/**
 * What an application is, and so which grants it uses: a service acts for itself; in a web application, a single-page one
 * or a native one people sign in (RFC 6749 §2.1, RFC 8252).
 */
export const CLIENT_KINDS = ['service', 'web', 'spa', 'native'] as const;
export type ClientKind = (typeof CLIENT_KINDS)[number];

/**
 * How a client proves who it is (RFC 6749 §2.3, RFC 7523 §2.2). A secret may come in the header or in the body. A public
 * client (`none`) cannot: what it runs on is not its own.
 */
export const AUTH_METHODS = ['client_secret', 'private_key_jwt', 'none'] as const;
export type AuthMethod = (typeof AUTH_METHODS)[number];

/** A secret as it is kept: what was shown once cannot be had from it. Times are milliseconds since the epoch. */
export interface StoredSecret {
  readonly id: string;
  /** SHA-256, base64url. Secrets are random and long: to try them all is hopeless without a slow hash, too. */
  readonly hash: string;
  readonly createdAt: number;
  readonly expiresAt: number | undefined;
}

/** One application. Times are milliseconds since the epoch. */
export interface Client {
  readonly id: string;
  readonly name: string;
  /** The team or person who answers for it. */
  readonly owner: string;
  readonly kind: ClientKind;
  readonly contacts: readonly string[];
  readonly grants: readonly ApiGrant[];
  /** Audiences whose tokens it may introspect. */
  readonly introspects: readonly string[];
  readonly authMethod: AuthMethod;
  /** Public keys, `{ keys: […] }`, for private_key_jwt. */
  readonly jwks: { readonly keys: readonly object[] } | undefined;
  readonly createdAt: number;
  readonly disabledAt: number | undefined;
  readonly lastUsedAt: number | undefined;
  /** The newest last. */
  readonly secrets: readonly StoredSecret[];
  /** Where people may be sent back to, each compared as a whole. Empty for a service. */
  readonly redirectUris: readonly string[];
  /** Where they may be sent once they have signed out. */
  readonly postLogoutRedirectUris: readonly string[];
  /** Where it is told that a session has ended (OpenID Connect Back-Channel Logout). */
  readonly backchannelLogoutUri: string | undefined;
  /** Ours, so that nobody is asked whether it may act for them. */
  readonly firstParty: boolean;
}

export type NewClient = Omit<Client, 'disabledAt' | 'lastUsedAt'>;

/** What may be changed of a client that is there. What is left out stays. */
export type ClientChanges = Partial<
  Pick<
    Client,
    | 'name'
    | 'owner'
    | 'contacts'
    | 'grants'
    | 'introspects'
    | 'redirectUris'
    | 'postLogoutRedirectUris'
    | 'backchannelLogoutUri'
    | 'firstParty'
  >
>;
