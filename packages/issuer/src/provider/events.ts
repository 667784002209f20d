import type { IncomingMessage } from 'node:http';
import type { Client } from '@portcullis/store';
import type { JwtClaims, VerifiedToken } from '@portcullis/token';
import type { KoaContextWithOIDC, Provider } from 'oidc-provider';
import { TryLater } from './errors.ts';

/** A token that is about to be signed. */
export interface IssuedToken {
  /** As it was when it was let in. */
  readonly client: Client;
  readonly claims: Readonly<JwtClaims>;
  readonly grantType: string;
  /** What somebody granted, where the token is not the client's own. */
  readonly grantId: string | undefined;
}

/** Something came to an end at the wish of a client, or since somebody presented what was used before. */
export interface EndedGrant {
  readonly grantId: string;
  readonly accountId: string;
  readonly client: string;
  /** What the client calls the session; undefined when that is gone. */
  readonly sid: string | undefined;
  readonly why: 'code_reused' | 'refresh_token_reused' | 'client';
}

export interface ProviderEvents {
  /** The token is signed once this resolves, and not at all when it rejects. */
  onIssue(token: IssuedToken, request: IncomingMessage): Promise<void>;
  /** Resolves once a token with these claims would not be revoked already; false when it always would be. */
  untilIssuable(claims: Readonly<JwtClaims>): Promise<boolean>;
  /** @param asked what the request said that may be why */
  onRefusal(
    endpoint: string,
    error: Error,
    client: string | undefined,
    request: IncomingMessage,
    asked?: Readonly<Record<string, string>>,
  ): void;
  /** The request that asks for it, where the library tells which that is. */
  onRevoke(token: VerifiedToken, request: IncomingMessage | undefined): Promise<void>;
  onGrantEnd(grant: EndedGrant, request: IncomingMessage | undefined): Promise<void>;
  /** Ends the access tokens of a client in a session that were made while its grant came to an end. */
  onTokensLeft(sid: string, client: string, request: IncomingMessage | undefined): Promise<void>;
  onSignOut(accountId: string, session: string, request: IncomingMessage | undefined): Promise<void>;
  /** Something failed that is no fault of the client. */
  onFault(error: Error, request: IncomingMessage): void;
}

/** Lets whoever keeps the records know what the library tells. */
export function tell(provider: Provider, events: ProviderEvents): void {
  provider.on('authorization.error', (context, error) => {
    events.onRefusal('authorization', error, context.oidc?.client?.clientId, context.req, askedOf(context));
  });
  const refused = (endpoint: string) => (context: KoaContextWithOIDC, error: Error) => {
    if (error instanceof TryLater) context.set('retry-after', String(error.retryAfter));
    events.onRefusal(endpoint, error, context.oidc?.client?.clientId, context.req);
  };
  provider.on('grant.error', refused('token'));
  provider.on('revocation.error', refused('revocation'));
  provider.on('introspection.error', refused('introspection'));
  provider.on('userinfo.error', refused('userinfo'));
  provider.on('pushed_authorization_request.error', refused('par'));
  provider.on('end_session.error', refused('end'));
  provider.on('server_error', (context, error) => {
    // Whatever it is, the client cannot mend it: it may try again.
    context.status = 503;
    context.set('retry-after', '5');
    context.body = { error: 'temporarily_unavailable' };
    events.onFault(error, context.req);
  });
}

const MAX_ASKED = 200;

/** Who asked, and where people were to be sent back to: what is most often wrong. */
function askedOf({ query }: KoaContextWithOIDC): Record<string, string> {
  const named = ['client_id', 'redirect_uri'].map((name) => [name, query[name]] as const);
  const said = named.filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return Object.fromEntries(said.map(([name, value]) => [name, value.slice(0, MAX_ASKED)]));
}
