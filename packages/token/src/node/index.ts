/** @module What needs Node: keys in files, and fetching that stays out of private networks. */
export { checkByOpenSsl } from './check-by-openssl.ts';
export { type GuardOptions, guardedFetch, type Resolve, type ResolvedAddress } from './guarded-fetch.ts';
export { decryptionKeysFile, jwksFile, pemFile } from './key-files.ts';
export type { KeyFileOptions } from './watched-keys.ts';
