import assert from 'node:assert/strict';
import * as oidc from 'openid-client';
import type { After } from './after.ts';
import { type Credentials, type Issuing, type IssuingOptions, startIssuing } from './issuing.ts';
import { UserAgent, type Visit } from './user-agent.ts';

export const CALLBACK = 'http://127.0.0.1:39999/callback';
export const PASSWORD = 'correct horse battery';

export interface Person {
  readonly email: string;
  readonly sub: string;
  readonly password: string;
}

/** What an application asks for, and remembers until the answer. */
export interface Request {
  readonly url: URL;
  readonly verifier: string;
  readonly state: string;
  readonly nonce: string;
}

/** A system in which people sign in to applications. */
export interface PeopleSystem extends Issuing {
  addPerson(email: string, ...args: readonly string[]): Promise<Person>;
  /** An application that people sign in to; by default a web application that may read orders. */
  addApplication(id: string, ...args: readonly string[]): Promise<Application>;
  /** A browser that has not been here. */
  browser(headers?: Readonly<Record<string, string>>): UserAgent;
}

/** An application as its makers write it with openid-client. */
export class Application {
  readonly credentials: Credentials;
  readonly config: oidc.Configuration;

  constructor(credentials: Credentials, config: oidc.Configuration) {
    this.credentials = credentials;
    this.config = config;
  }

  async ask(parameters: Readonly<Record<string, string>> = {}): Promise<Request> {
    const verifier = oidc.randomPKCECodeVerifier();
    const [state, nonce] = [oidc.randomState(), oidc.randomNonce()];
    const url = oidc.buildAuthorizationUrl(this.config, {
      redirect_uri: CALLBACK,
      scope: 'openid email read:orders',
      code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state,
      nonce,
      ...parameters,
    });
    return { url, verifier, state, nonce };
  }

  /** Takes what the browser was sent back with. */
  take(
    visit: Visit,
    request: Request,
  ): Promise<oidc.TokenEndpointResponse & oidc.TokenEndpointResponseHelpers> {
    const callback = request.url.searchParams.get('redirect_uri') ?? '';
    assert.ok(visit.url.href.startsWith(callback), `${visit.status} ${visit.url}\n${visit.text}`);
    return oidc.authorizationCodeGrant(this.config, visit.url, {
      pkceCodeVerifier: request.verifier,
      expectedState: request.state,
      expectedNonce: request.nonce,
    });
  }
}

/** Starts one; it ends with the test. */
export async function startPeople(t: After, options: IssuingOptions = {}): Promise<PeopleSystem> {
  const issuing = await startIssuing(t, options);
  return {
    ...issuing,
    browser: (headers) => new UserAgent(issuing.issuer, headers),
    async addPerson(email, ...args) {
      const { stdout } = await issuing.runWith(
        PASSWORD,
        'users',
        'add',
        email,
        '--password-stdin',
        '--json',
        ...args,
      );
      const { sub }: { sub: string } = JSON.parse(stdout);
      return { email, sub, password: PASSWORD };
    },
    async addApplication(id, ...args) {
      const what = args.length > 0 ? args : ['--type', 'web', '--allow', 'orders=read:orders,write:orders'];
      const credentials: Credentials = await issuing.addClient(id, '--redirect-uri', CALLBACK, ...what);
      const how = credentials.secret === '' ? oidc.None() : oidc.ClientSecretBasic(credentials.secret);
      const execute = [oidc.allowInsecureRequests];
      const config = await oidc.discovery(new URL(issuing.issuer), id, undefined, how, { execute });
      return new Application(credentials, config);
    },
  };
}

/** Signs in, and allows what is asked for where that is asked. */
export async function signIn(browser: UserAgent, request: Request, person: Person): Promise<Visit> {
  const page = await browser.get(request.url);
  const answer = await browser.submit(page, '/sign-in', { email: person.email, password: person.password });
  return allow(browser, answer);
}

/** Allows what is asked for, where that is asked. */
export async function allow(browser: UserAgent, page: Visit): Promise<Visit> {
  return page.text.includes('/consent"') ? browser.submit(page, '/consent', { answer: 'allow' }) : page;
}
