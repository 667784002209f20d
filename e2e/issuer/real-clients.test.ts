import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { generateKey } from '@portcullis/token';
import { importJWK } from 'jose';
import * as oauth from 'oauth4webapi';
import * as oidc from 'openid-client';
import { askWithAuthlib } from '../support/authlib.ts';
import { AUDIENCE, claimsOf, startIssuing } from '../support/issuing.ts';

describe('clients made by others', async () => {
  const issuing = await startIssuing({ after });
  const server = new URL(issuing.issuer);
  const billing = await issuing.addClient(
    'billing',
    '--allow',
    'orders=read:orders',
    '--introspect',
    'orders',
  );
  const { privateJwk, publicJwk } = await generateKey('ES256');
  const jwks = join(issuing.system.folder, 'nightly.jwks.json');
  writeFileSync(jwks, JSON.stringify({ keys: [publicJwk] }));
  await issuing.addClient('nightly', '--allow', 'orders=read:orders', '--jwks', jwks);
  const key = await importJWK({ ...privateJwk }, 'ES256');
  if (key instanceof Uint8Array) throw new Error('a private key is no secret');

  describe('openid-client', () => {
    const discover = (id: string, how: oidc.ClientAuth) =>
      oidc.discovery(server, id, undefined, how, { execute: [oidc.allowInsecureRequests] });
    const ways: Record<string, () => Promise<oidc.Configuration>> = {
      'with its secret in the header': () => discover('billing', oidc.ClientSecretBasic(billing.secret)),
      'with its secret in the body': () => discover('billing', oidc.ClientSecretPost(billing.secret)),
      'with a signed assertion': () => discover('nightly', oidc.PrivateKeyJwt({ key, kid: publicJwk.kid })),
    };
    for (const [way, configuration] of Object.entries(ways)) {
      test(`gets a token ${way}, introspects it and revokes it`, async () => {
        const config = await configuration();
        const parameters = { scope: 'read:orders', resource: AUDIENCE };
        const {
          access_token: token,
          scope,
          expires_in,
        } = await oidc.clientCredentialsGrant(config, parameters);
        assert.deepEqual([scope, expires_in], ['read:orders', 600]);
        assert.equal(await issuing.ask(token), 200);
        assert.equal((await oidc.tokenIntrospection(config, token)).active, true);
        await oidc.tokenRevocation(config, token);
        assert.equal((await oidc.tokenIntrospection(config, token)).active, false);
        await issuing.untilRefused(token);
      });
    }
  });

  test('oauth4webapi gets a token, and finds it to be what RFC 9068 says', async () => {
    const insecure = { [oauth.allowInsecureRequests]: true };
    const found = await oauth.discoveryRequest(server, { ...insecure, algorithm: 'oauth2' });
    const as = await oauth.processDiscoveryResponse(server, found);
    const client = { client_id: 'billing' };
    const parameters = new URLSearchParams({ scope: 'read:orders' });
    const response = await oauth.clientCredentialsGrantRequest(
      as,
      client,
      oauth.ClientSecretBasic(billing.secret),
      parameters,
      insecure,
    );
    const { access_token: token } = await oauth.processClientCredentialsResponse(as, client, response);
    const request = new Request(`${issuing.system.url}/orders/1`, {
      headers: { authorization: `Bearer ${token}` },
    });
    const claims = await oauth.validateJwtAccessToken(as, request, AUDIENCE, insecure);
    assert.equal(claims.client_id, 'billing');
    const refused = await oauth.clientCredentialsGrantRequest(
      as,
      client,
      oauth.ClientSecretBasic('wrong'),
      parameters,
      insecure,
    );
    await assert.rejects(
      oauth.processClientCredentialsResponse(as, client, refused),
      oauth.WWWAuthenticateChallengeError,
    );
  });

  describe('Authlib', () => {
    const endpoints = {
      token_endpoint: `${issuing.issuer}/token`,
      introspection_endpoint: `${issuing.issuer}/token/introspection`,
      revocation_endpoint: `${issuing.issuer}/token/revocation`,
      scope: 'read:orders',
    };
    for (const method of ['client_secret_basic', 'client_secret_post']) {
      test(`gets a token by ${method}, introspects it and revokes it`, async () => {
        const ask = { ...endpoints, client_id: 'billing', secret: billing.secret, method, revoke: true };
        const { token, before, after: then } = await askWithAuthlib(ask);
        assert.equal(before?.['active'], true);
        assert.deepEqual(then, { active: false });
        await issuing.untilRefused(token.access_token);
      });
    }

    test('gets a token by private_key_jwt', async () => {
      const { token } = await askWithAuthlib({ ...endpoints, client_id: 'nightly', key: privateJwk });
      assert.equal(claimsOf(token.access_token)['client_id'], 'nightly');
      assert.equal(await issuing.ask(token.access_token), 200);
    });
  });
});
