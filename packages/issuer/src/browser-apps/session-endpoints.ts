import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Client, Store } from '@portcullis/store';
import { CLIENT_ID } from '../clients/manage.ts';
import { isOriginOf } from '../clients/origins.ts';
import { leaveBody } from '../listener/body.ts';
import { cookieNames, refreshCookieName } from '../listener/cookies.ts';
import { PageRequest } from '../listener/page-request.ts';
import { infoOf } from '../listener/request-info.ts';
import { endSessions } from '../sessions/end-sessions.ts';
import { refreshCookie, rememberFromCookie } from './refresh-cookie.ts';

/** A page must send this, which no form and no other site can without being asked first (Fetch Standard §3.3.5). */
const CSRF_HEADER = 'x-portcullis-csrf';
const PREFLIGHT_KEPT = 600;
/** What a page may say beside what the cookie says. */
const PASSED_ON = ['scope', 'resource'] as const;

export interface SessionEndpointsOptions {
  readonly issuer: string;
  readonly store: Store;
  /** Gives the request to the token endpoint. */
  readonly askForTokens: (request: IncomingMessage, response: ServerResponse) => void;
}

/**
 * For pages that run in a browser beside the issuer, on the same site: the refresh token stays in a cookie that they cannot
 * read, and they hold nothing but a short access token.
 */
export class SessionEndpoints {
  readonly #options: SessionEndpointsOptions;

  constructor(options: SessionEndpointsOptions) {
    this.#options = options;
  }

  /** @param path below the issuer's own */
  has(path: string): boolean {
    return path === '/session/refresh' || path === '/session/logout';
  }

  async handle(
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
    body: string,
  ): Promise<void> {
    const page = new PageRequest(request, response, path, body);
    const client = await this.#clientOf(page);
    const { origin } = request.headers;
    if (client === undefined || origin === undefined || !isOriginOf(client, origin)) {
      return refuse(response, 403, 'access_denied');
    }
    response.setHeader('access-control-allow-origin', origin);
    response.setHeader('access-control-allow-credentials', 'true');
    response.setHeader('vary', 'Origin');
    if (request.method === 'OPTIONS') return preflight(response);
    if (request.headers[CSRF_HEADER] !== '1' || !isSameSite(request))
      return refuse(response, 403, 'access_denied');
    const token = page.cookie(refreshCookieName(this.#options.issuer, client.id));
    if (path === '/session/logout') await this.#logout(page, client, token);
    else this.#refresh(page, client, token);
  }

  #refresh(page: PageRequest, client: Client, token: string | undefined): void {
    const { request, response } = page;
    if (token === undefined) {
      refuse(response, 401, 'login_required');
      return;
    }
    const form = new URLSearchParams({
      grant_type: 'refresh_token',
      client_id: client.id,
      refresh_token: token,
    });
    for (const name of PASSED_ON) for (const value of page.form.getAll(name)) form.append(name, value);
    request.headers['content-type'] = 'application/x-www-form-urlencoded';
    leaveBody(request, form.toString());
    rememberFromCookie(request);
    this.#options.askForTokens(request, response);
  }

  /** Ends the whole session, as if somebody signed out at the issuer. */
  async #logout(page: PageRequest, client: Client, token: string | undefined): Promise<void> {
    const { request, response } = page;
    const { store, issuer } = this.#options;
    const found = token === undefined ? undefined : await store.artifacts.find('RefreshToken', token);
    // Where that is gone, the session itself may still be there, and its cookie comes along.
    const session = await store.sessions.find(page.cookie(cookieNames(issuer).session) ?? '');
    const isOwn = found?.accountId !== undefined && found.clientId === client.id;
    const accountId = isOwn ? found.accountId : session?.accountId;
    const sessionUid = isOwn ? found.sessionUid : session?.uid;
    if (accountId !== undefined && sessionUid !== undefined) {
      const { id: requestId, address } = infoOf(request);
      const context = { actor: `account:${accountId}`, issuer, requestId, address };
      await endSessions(store, accountId, { uid: sessionUid }, 'signed_out', context);
    }
    response.appendHeader('set-cookie', refreshCookie(issuer, client.id, '', 0));
    response.writeHead(204, { 'cache-control': 'no-store' }).end();
  }

  async #clientOf({ query }: PageRequest): Promise<Client | undefined> {
    const id = query.get('client_id') ?? '';
    const client = CLIENT_ID.test(id) ? await this.#options.store.clients.find(id) : undefined;
    return client?.disabledAt === undefined && client?.kind === 'spa' ? client : undefined;
  }
}

/** Browsers that say where a request comes from say it of these, too; the cookie would not have come along from elsewhere. */
function isSameSite({ headers }: IncomingMessage): boolean {
  const site = headers['sec-fetch-site'];
  return site === undefined || site === 'same-origin' || site === 'same-site';
}

function preflight(response: ServerResponse): void {
  response.writeHead(204, {
    'access-control-allow-methods': 'POST',
    'access-control-allow-headers': CSRF_HEADER,
    'access-control-max-age': String(PREFLIGHT_KEPT),
  });
  response.end();
}

function refuse(response: ServerResponse, status: number, error: string): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify({ error }));
}
