/** @module The OpenID Connect issuer. */
export {};
