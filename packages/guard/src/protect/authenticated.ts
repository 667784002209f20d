import type { VerifiedToken } from '@portcullis/token';

/** What a handler may know of its caller: the verified token's issuer, header and claims; never the token itself. */
export type Auth = VerifiedToken;

const authenticated = new WeakMap<object, Auth>();

/** The caller of this request; undefined where none was asked for, or the request never passed a middleware of ours. */
export function authOf(request: object): Auth | undefined {
  return authenticated.get(request);
}

/** The last word counts, also when it is that nobody was asked for. */
export function remember(request: object, auth: Auth | undefined): void {
  if (auth === undefined) authenticated.delete(request);
  else authenticated.set(request, auth);
}
