import { createHash, randomBytes } from 'node:crypto';
import type { Account } from '@portcullis/store';
import { ACCOUNT_CLIENT } from '../clients/account-client.ts';
import type { PageRequest } from '../listener/page-request.ts';
import { endpointUrl, PATHS } from '../listener/public-paths.ts';
import type { Desk } from './desk.ts';
import { redirect } from './respond.ts';

/** Whoever changes what lets them in has shown a moment ago who they are. Seconds. */
const RECENTLY = 10 * 60;

/** Somebody at their own account. */
export interface Owner {
  readonly account: Account;
  /** The session that they use now. */
  readonly session: string;
  readonly signedInAt: number;
}

/** Who is signed in in this browser. */
export async function ownerOf(
  { request, response }: PageRequest,
  { provider, store }: Desk,
): Promise<Owner | undefined> {
  const session = await provider.Session.get(provider.createContext(request, response));
  const account = session.accountId === undefined ? undefined : await store.accounts.find(session.accountId);
  if (account === undefined || account.disabledAt !== undefined) return undefined;
  return { account, session: session.uid, signedInAt: session.loginTs ?? 0 };
}

/** Whether they have shown recently enough who they are for what they are about to change. */
export function isRecent({ signedInAt }: Owner): boolean {
  return Date.now() / 1000 - signedInAt < RECENTLY;
}

/**
 * Lets somebody sign in as they would to any application, and come back to their account. The code that they bring is not
 * wanted: the session is.
 */
export function signInFirst({ response }: PageRequest, { issuer }: Desk): void {
  const url = new URL(endpointUrl(issuer, PATHS.authorization));
  const verifier = randomBytes(32).toString('base64url');
  url.search = new URLSearchParams({
    client_id: ACCOUNT_CLIENT,
    response_type: 'code',
    scope: 'openid',
    redirect_uri: endpointUrl(issuer, '/account/signed-in'),
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    max_age: String(RECENTLY),
  }).toString();
  redirect(response, url.href);
}
