/** A bare oidc-provider that keeps everything in memory: what the issuer is measured against. argv: port, secret. */
import { createServer } from 'node:http';
import { generateKey } from '@portcullis/token';
import { Provider } from 'oidc-provider';

const [port = '', secret = ''] = process.argv.slice(2);
const { privateJwk } = await generateKey('ES256');
const provider = new Provider(`http://localhost:${port}`, {
  jwks: { keys: [{ ...privateJwk }] } as never,
  clients: [
    {
      client_id: 'bench',
      client_secret: secret,
      grant_types: ['client_credentials'],
      redirect_uris: [],
      response_types: [],
      id_token_signed_response_alg: 'ES256',
    },
  ],
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo: (_context, audience) => ({
        audience,
        scope: 'read:orders',
        accessTokenTTL: 600,
        accessTokenFormat: 'jwt',
        jwt: { sign: { alg: 'ES256' } },
      }),
    },
  },
});
createServer(provider.callback()).listen(Number(port), '127.0.0.1');
