import type { IncomingMessage } from 'node:http';
import { cookieAttributes, refreshCookieName } from '../listener/cookies.ts';

/** A `Set-Cookie` value that keeps the refresh token of a page where no script can read it, for so many seconds; 0 ends it. */
export function refreshCookie(issuer: string, clientId: string, token: string, seconds: number): string {
  const attributes = cookieAttributes(issuer, { sameSite: 'Strict', seconds });
  return `${refreshCookieName(issuer, clientId)}=${token}; ${attributes}`;
}

/** Requests whose refresh token came in its cookie: in a form, a page could have read it. */
const fromCookie = new WeakSet<IncomingMessage>();

export function rememberFromCookie(request: IncomingMessage): void {
  fromCookie.add(request);
}

export function isFromCookie(request: IncomingMessage): boolean {
  return fromCookie.has(request);
}
