import type { IncomingMessage, ServerResponse } from 'node:http';
import { errors } from 'oidc-provider';
import { PasswordsBusy } from '../accounts/argon2-threads.ts';
import { PageRequest } from '../listener/page-request.ts';
import { TEXT } from '../text.ts';
import { accountRoutes } from './account-routes.ts';
import { authenticatorRoutes } from './authenticator-pages.ts';
import { codeRoutes } from './code-page.ts';
import { consentRoutes } from './consent-page.ts';
import type { Desk, PageHandler, PageRoute } from './desk.ts';
import { emailRoutes } from './email-pages.ts';
import { html } from './html.ts';
import { passkeyRoutes } from './passkey-pages.ts';
import { PASSKEY_SCRIPT, PASSKEY_SCRIPT_PATH } from './passkey-script.ts';
import { passwordRoutes } from './password-pages.ts';
import { providerRoutes } from './provider-sign-in.ts';
import { notice, STYLE_PATH } from './respond.ts';
import { signInRoutes } from './sign-in-page.ts';
import { STYLE } from './style.ts';

const ROUTES: readonly PageRoute[] = [
  ...signInRoutes,
  ...codeRoutes,
  ...consentRoutes,
  ...passwordRoutes,
  ...providerRoutes,
  ...accountRoutes,
  ...authenticatorRoutes,
  ...emailRoutes,
  ...passkeyRoutes,
];

interface Asset {
  readonly type: string;
  readonly text: string;
}

const ASSETS: ReadonlyMap<string, Asset> = new Map([
  [STYLE_PATH, { type: 'text/css', text: STYLE }],
  [PASSKEY_SCRIPT_PATH, { type: 'text/javascript', text: PASSKEY_SCRIPT }],
]);

/** How long a browser may keep what never changes under its path. Seconds. */
const FOR_EVER = 31_536_000;

export interface PagesOptions {
  readonly desk: Desk;
  readonly onFault: (error: Error, request: IncomingMessage) => void;
}

/** The pages that people see: all of them work without JavaScript, but for passkeys. */
export class Pages {
  readonly #desk: Desk;
  readonly #origin: string;
  readonly #onFault: PagesOptions['onFault'];

  constructor({ desk, onFault }: PagesOptions) {
    this.#desk = desk;
    this.#origin = new URL(desk.issuer).origin;
    this.#onFault = onFault;
  }

  /** @param path below the issuer's own; @returns whether there is such a page */
  has(path: string): boolean {
    return ASSETS.has(path) || ROUTES.some(({ pattern }) => pattern.test(path));
  }

  async handle(
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
    body: string,
  ): Promise<void> {
    const page = new PageRequest(request, response, path, body);
    try {
      await this.#serve(page);
    } catch (error) {
      this.#fail(page, error);
    }
  }

  async #serve(page: PageRequest): Promise<void> {
    const { request, response, path } = page;
    const asset = ASSETS.get(path);
    if (asset !== undefined) return sendAsset(response, asset);
    const route = ROUTES.find(({ pattern }) => pattern.test(path));
    const parameters = route?.pattern.exec(path)?.slice(1) ?? [];
    if (route === undefined) return this.#say(page, 404, TEXT.errors.notFound);
    const handler = this.#handlerOf(route, request);
    if (handler === undefined) {
      response.setHeader(
        'allow',
        [route.GET && 'GET, HEAD', route.POST && 'POST'].filter(Boolean).join(', '),
      );
      return this.#say(page, 405, TEXT.errors.method);
    }
    if (request.method === 'POST' && !this.#isFromUs(request))
      return this.#say(page, 403, TEXT.errors.crossSite);
    await handler(page, this.#desk, ...parameters);
  }

  #handlerOf(route: PageRoute, { method }: IncomingMessage): PageHandler | undefined {
    if (method === 'POST') return route.POST;
    return method === 'GET' || method === 'HEAD' ? route.GET : undefined;
  }

  /** Browsers say where a form was sent from (Fetch Standard §3.2); who does not say it is refused. */
  #isFromUs({ headers }: IncomingMessage): boolean {
    const site = headers['sec-fetch-site'];
    return headers.origin === this.#origin && (site === undefined || site === 'same-origin');
  }

  #fail(page: PageRequest, error: unknown): void {
    if (page.response.headersSent) {
      page.response.destroy();
      return;
    }
    const { status, text } = this.#answerTo(page, error);
    this.#say(page, status, text);
  }

  #answerTo(page: PageRequest, error: unknown): { status: number; text: string } {
    if (error instanceof errors.SessionNotFound) return { status: 400, text: TEXT.errors.expired };
    page.response.setHeader('retry-after', '5');
    if (error instanceof PasswordsBusy) return { status: 503, text: TEXT.signIn.busy };
    this.#onFault(error instanceof Error ? error : new Error(String(error)), page.request);
    return { status: 503, text: TEXT.errors.fault };
  }

  #say({ response, id }: PageRequest, status: number, text: string): void {
    const { title, reference } = TEXT.errors;
    const account = html`<p><a href="${this.#desk.writer.path('/account')}">${TEXT.account.open}</a></p>`;
    const body = html`<h1>${title}</h1>${notice(text)}${account}<p class="soft">${reference(id)}</p>`;
    this.#desk.writer.send(response, { title, status, body });
  }
}

function sendAsset(response: ServerResponse, { type, text }: Asset): void {
  response.writeHead(200, {
    'content-type': `${type}; charset=utf-8`,
    'cache-control': `public, max-age=${FOR_EVER}, immutable`,
  });
  response.end(response.req.method === 'HEAD' ? undefined : text);
}
