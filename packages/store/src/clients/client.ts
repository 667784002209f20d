/** What one client may ask for at one API. */
export interface ApiGrant {
  /** The audience of the API. */
  readonly audience: string;
  readonly scopes: readonly string[];
  /** Carried by every token for this API. */
  readonly roles: readonly string[];
}

/** How a client proves who it is (RFC 6749 §2.3, RFC 7523 §2.2). A secret may come in the header or in the body. */
export const AUTH_METHODS = ['client_secret', 'private_key_jwt'] as const;
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
  readonly kind: 'service';
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
}

export type NewClient = Omit<Client, 'disabledAt' | 'lastUsedAt'>;

/** What may be changed of a client that is there. What is left out stays. */
export type ClientChanges = Partial<Pick<Client, 'name' | 'owner' | 'contacts' | 'grants' | 'introspects'>>;
