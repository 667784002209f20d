import { createServer, type RequestListener, type Server } from 'node:http';
import { type Algorithm, generateKey } from '@portcullis/token';
import { type AsymmetricSigningAlgorithm, Provider } from 'oidc-provider';
import type { After } from './after.ts';
import { freePort } from './ports.ts';

const CLIENT = { id: 'machine', secret: 'a-secret-of-this-test-client-only' };

/** How the provider signs for a resource: the last part of its URL names the algorithm. */
function algorithmFor(resource: string): AsymmetricSigningAlgorithm {
  return resource.endsWith('/es') ? 'ES256' : 'RS256';
}

/** An OpenID Provider that is not ours, on loopback, with the client credentials grant and JWT access tokens. */
export interface RunningProvider {
  readonly issuer: string;
  readonly jwksUri: string;
  /** How often its key set was asked for. */
  keySetRequests(): number;
  /** A token for a resource, fetched as a client fetches it. */
  token(resource: string): Promise<string>;
  /** An id token or a logout token for the same client. */
  otherToken(use: 'idtoken' | 'logout', claims?: Record<string, unknown>): Promise<string>;
  /** Another provider in the same place, with keys of its own. */
  rotate(): Promise<void>;
  down(): Promise<void>;
  up(): Promise<void>;
}

/** Starts the provider. It ends with the test. */
export async function startProvider(t: After): Promise<RunningProvider> {
  const port = await freePort();
  const issuer = `http://127.0.0.1:${port}`;
  const tokenUri = `${issuer}/token`;
  let provider = await createProvider(issuer);
  let keySetRequests = 0;
  let server: Server | undefined;

  const listener: RequestListener = (request, response) => {
    if (request.url === '/jwks') keySetRequests += 1;
    return provider.callback()(request, response);
  };
  const running: RunningProvider = {
    issuer,
    jwksUri: `${issuer}/jwks`,
    keySetRequests: () => keySetRequests,
    async token(resource) {
      const response = await fetch(tokenUri, {
        method: 'POST',
        headers: { authorization: `Basic ${btoa(`${CLIENT.id}:${CLIENT.secret}`)}` },
        body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'read:orders', resource }),
      });
      const answer = await response.json();
      if (typeof answer.access_token === 'string') return answer.access_token;
      throw new Error(`no token: ${JSON.stringify(answer)}`);
    },
    async otherToken(use, claims = {}) {
      const client = await provider.Client.find(CLIENT.id);
      if (client === undefined) throw new Error('no client');
      const token = new provider.IdToken({ sub: 'alice' }, { client });
      for (const [name, value] of Object.entries(claims)) token.set(name, value);
      return token.issue({ use });
    },
    async rotate() {
      provider = await createProvider(issuer);
    },
    async down() {
      const closing = server;
      server = undefined;
      await new Promise((done) =>
        closing === undefined ? done(null) : closing.close(done).closeAllConnections(),
      );
    },
    async up() {
      const opening = createServer(listener);
      server = opening;
      await new Promise<void>((done) => opening.listen(port, '127.0.0.1', done));
    },
  };
  t.after(() => running.down());
  await running.up();
  return running;
}

async function createProvider(issuer: string): Promise<Provider> {
  const algorithms: Algorithm[] = ['RS256', 'ES256'];
  const keys = await Promise.all(algorithms.map(async (alg) => (await generateKey(alg)).privateJwk));
  return new Provider(issuer, {
    jwks: { keys },
    cookies: { keys: ['not of use here'] },
    clients: [
      {
        client_id: CLIENT.id,
        client_secret: CLIENT.secret,
        grant_types: ['client_credentials'],
        redirect_uris: [],
        response_types: [],
      },
    ],
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_context: unknown, resource: string) => ({
          audience: resource,
          scope: 'read:orders',
          accessTokenTTL: 300,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: algorithmFor(resource) } },
        }),
      },
    },
  });
}
