import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import * as oauth from 'oauth4webapi';
import * as oidc from 'openid-client';
import { AUDIENCE, claimsOf, MAIL_AUDIENCE } from '../support/issuing.ts';
import { allow, CALLBACK, PASSWORD, signIn, startPeople } from '../support/people.ts';

describe('the code flow', async () => {
  const people = await startPeople({ after });
  const jo = await people.addPerson('jo@example.com', '--name', 'Jo Doe', '--role', 'orders=clerk');
  const shop = await people.addApplication('shop');

  test('is described by the metadata, and what is not there is not named', async () => {
    const metadata = shop.config.serverMetadata();
    assert.deepEqual(metadata.code_challenge_methods_supported, ['S256']);
    assert.deepEqual(metadata.response_types_supported, ['code']);
    assert.deepEqual(metadata['authorization_response_iss_parameter_supported'], true);
    assert.ok(
      !metadata.grant_types_supported?.includes('implicit') &&
        !metadata.grant_types_supported?.includes('password'),
    );
  });

  test('begins with a pushed request (RFC 9126), which is good once', async () => {
    const verifier = oidc.randomPKCECodeVerifier();
    const url = await oidc.buildAuthorizationUrlWithPAR(shop.config, {
      redirect_uri: CALLBACK,
      scope: 'openid read:orders',
      code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state: 's',
      nonce: 'n',
    });
    assert.deepEqual([...url.searchParams.keys()].sort(), ['client_id', 'request_uri']);
    const browser = people.browser();
    const request = { url, verifier, state: 's', nonce: 'n' };
    const tokens = await oidc.authorizationCodeGrant(shop.config, (await signIn(browser, request, jo)).url, {
      pkceCodeVerifier: verifier,
      expectedState: 's',
      expectedNonce: 'n',
    });
    assert.equal(await people.ask(tokens.access_token), 200);
    const again = await browser.get(url);
    assert.ok(!again.url.searchParams.has('code'), again.url.href);
  });

  test('asks for consent once for each client and scope', async () => {
    const who = await people.addPerson('consent@example.com');
    const browser = people.browser();
    const first = await shop.ask({ scope: 'openid read:orders' });
    const asked = await browser.submit(await browser.get(first.url), '/sign-in', {
      email: who.email,
      password: PASSWORD,
    });
    assert.match(asked.text, /read:orders/);
    await shop.take(await browser.submit(asked, '/consent', { answer: 'allow' }), first);

    const silent = await shop.ask({ scope: 'openid read:orders', prompt: 'none' });
    await shop.take(await browser.get(silent.url), silent);
    // Another browser remembers, too: it was the person who agreed.
    const other = people.browser();
    const elsewhere = await shop.ask({ scope: 'openid read:orders' });
    const page = await other.get(elsewhere.url);
    await shop.take(
      await other.submit(page, '/sign-in', { email: who.email, password: PASSWORD }),
      elsewhere,
    );

    const more = await shop.ask({ scope: 'openid read:orders write:orders' });
    const widened = await browser.get(more.url);
    assert.match(widened.text, /write:orders/);
    assert.doesNotMatch(widened.text, /read:orders/);
    const forced = await browser.get(
      (await shop.ask({ scope: 'openid read:orders', prompt: 'consent' })).url,
    );
    assert.match(forced.text, /Allow access\?/);
  });

  test('lets somebody in who is signed in, asks again with prompt=login, and when max_age has passed', async () => {
    const browser = people.browser();
    const first = await shop.ask();
    const before = await shop.take(await signIn(browser, first, jo), first);
    const second = await shop.ask();
    await shop.take(await browser.get(second.url), second);
    assert.match((await browser.get((await shop.ask({ prompt: 'login' })).url)).text, /name="password"/);
    await sleep(2_100);
    assert.match((await browser.get((await shop.ask({ max_age: '1' })).url)).text, /name="password"/);
    const fresh = await shop.ask({ max_age: '1' });
    const tokens = await shop.take(await signIn(browser, fresh, jo), fresh);
    const [later, earlier] = [tokens, before].map((one) => Number(claimsOf(one.access_token)['auth_time']));
    assert.ok(Number(later) > Number(earlier), `${later} ${earlier}`);
    assert.equal(tokens.claims()?.auth_time, later);
    const patient = await shop.ask({ max_age: '1000' });
    await shop.take(await browser.get(patient.url), patient);
  });

  test('tells when somebody signed in, however long they think about consent', async () => {
    const who = await people.addPerson('slow@example.com');
    const browser = people.browser();
    const request = await shop.ask({ max_age: '1000' });
    const asked = await browser.submit(await browser.get(request.url), '/sign-in', {
      email: who.email,
      password: PASSWORD,
    });
    const signedInAt = Date.now() / 1000;
    await sleep(2_100);
    const tokens = await shop.take(await browser.submit(asked, '/consent', { answer: 'allow' }), request);
    assert.ok(Number(tokens.claims()?.auth_time) <= signedInAt, `${tokens.claims()?.auth_time}`);
  });

  test('tells what went wrong to the application where nobody may be asked', async () => {
    const visit = await people.browser().get((await shop.ask({ prompt: 'none' })).url);
    assert.equal(visit.url.searchParams.get('error'), 'login_required');
  });

  test('lets somebody sign in as somebody else, which ends the first session', async () => {
    const other = await people.addPerson('other@example.com');
    const browser = people.browser();
    const first = await shop.ask();
    const tokens = await shop.take(await signIn(browser, first, jo), first);
    const second = await shop.ask({ prompt: 'login' });
    const now = await shop.take(await signIn(browser, second, other), second);
    assert.equal(now.claims()?.sub, other.sub);
    await people.untilRefused(tokens.access_token);
  });

  test('gives tokens for one API at a time, and the refresh token gives those for others that were granted', async () => {
    const both = await people.addApplication(
      'both',
      ...['--type', 'web', '--first-party', '--allow', 'orders=read:orders', '--allow', 'mail=read:mail'],
    );
    const request = await both.ask({ scope: 'openid read:orders read:mail' });
    request.url.searchParams.append('resource', AUDIENCE);
    request.url.searchParams.append('resource', MAIL_AUDIENCE);
    const visit = await signIn(people.browser(), request, jo);
    const tokens = await oidc.authorizationCodeGrant(
      both.config,
      visit.url,
      { pkceCodeVerifier: request.verifier, expectedState: request.state, expectedNonce: request.nonce },
      { resource: AUDIENCE },
    );
    const claims = claimsOf(tokens.access_token);
    assert.deepEqual([claims['aud'], claims['scope'], claims['roles']], [AUDIENCE, 'read:orders', ['clerk']]);
    const mail = await oidc.refreshTokenGrant(both.config, tokens.refresh_token ?? '', {
      resource: MAIL_AUDIENCE,
    });
    const others = claimsOf(mail.access_token);
    assert.deepEqual(
      [others['aud'], others['scope'], others['roles']],
      [MAIL_AUDIENCE, 'read:mail', undefined],
    );
    await assert.rejects(
      oidc.refreshTokenGrant(both.config, mail.refresh_token ?? '', {
        resource: 'https://api.example.com/x',
      }),
    );
  });

  test('without an API tells who somebody is, also by userinfo', async () => {
    const request = await shop.ask({ scope: 'openid email profile' });
    const tokens = await shop.take(await signIn(people.browser(), request, jo), request);
    const identity = tokens.claims();
    assert.deepEqual([identity?.['email'], identity?.['name']], [jo.email, 'Jo Doe']);
    const info = await oidc.fetchUserInfo(shop.config, tokens.access_token, jo.sub);
    assert.deepEqual([info.email, info.email_verified, info.name], [jo.email, true, 'Jo Doe']);
    assert.equal(await people.ask(tokens.access_token), 401);
    await oidc.tokenRevocation(shop.config, tokens.access_token);
    await assert.rejects(oidc.fetchUserInfo(shop.config, tokens.access_token, jo.sub));
  });

  test('puts no personal data into access tokens', async () => {
    const request = await shop.ask({ scope: 'openid email profile read:orders' });
    const tokens = await shop.take(await signIn(people.browser(), request, jo), request);
    const names = Object.keys(claimsOf(tokens.access_token)).sort();
    assert.deepEqual(names, [
      'acr',
      'amr',
      'aud',
      'auth_time',
      'client_id',
      'exp',
      'iat',
      'iss',
      'jti',
      'nbf',
      'roles',
      'scope',
      'sid',
      'sub',
    ]);
  });

  test('introspects the tokens of people, and no more once they ended', async () => {
    const request = await shop.ask();
    const tokens = await shop.take(await signIn(people.browser(), request, jo), request);
    const found = await oidc.tokenIntrospection(shop.config, tokens.access_token);
    assert.deepEqual(
      [found.active, found.sub, found.jti],
      [true, jo.sub, claimsOf(tokens.access_token)['jti']],
    );
    await oidc.tokenRevocation(shop.config, tokens.refresh_token ?? '');
    assert.equal((await oidc.tokenIntrospection(shop.config, tokens.access_token)).active, false);
  });

  test('of a native application comes back to any port of loopback (RFC 8252), and to a scheme of its own', async () => {
    const native = await people.addApplication(
      'native',
      ...['--type', 'native', '--allow', 'orders=read:orders', '--redirect-uri', 'com.example.app:/callback'],
    );
    for (const redirect of ['http://127.0.0.1:51234/callback', 'com.example.app:/callback']) {
      const request = await native.ask({ redirect_uri: redirect });
      const browser = people.browser();
      const page = await browser.submit(await browser.get(request.url), '/sign-in', {
        email: jo.email,
        password: PASSWORD,
      });
      const tokens = await native.take(await allow(browser, page), request);
      assert.equal(await people.ask(tokens.access_token), 200);
      assert.ok(tokens.refresh_token !== undefined);
    }
  });

  test('oauth4webapi finds every answer to be what the specifications say', async () => {
    const insecure = { [oauth.allowInsecureRequests]: true };
    const found = await oauth.discoveryRequest(new URL(people.issuer), insecure);
    const as = await oauth.processDiscoveryResponse(new URL(people.issuer), found);
    const client: oauth.Client = { client_id: 'shop' };
    const request = await shop.ask();
    const visit = await signIn(people.browser(), request, jo);
    const parameters = oauth.validateAuthResponse(as, client, visit.url, request.state);
    const auth = oauth.ClientSecretBasic(shop.credentials.secret);
    const response = await oauth.authorizationCodeGrantRequest(
      as,
      client,
      auth,
      parameters,
      CALLBACK,
      request.verifier,
      insecure,
    );
    const tokens = await oauth.processAuthorizationCodeResponse(as, client, response, {
      expectedNonce: request.nonce,
      requireIdToken: true,
    });
    await oauth.validateApplicationLevelSignature(as, response, insecure);
    const api = new Request('http://api.example/', {
      headers: { authorization: `Bearer ${tokens.access_token}` },
    });
    const claims = await oauth.validateJwtAccessToken(as, api, AUDIENCE, insecure);
    assert.deepEqual([claims.sub, claims.client_id], [jo.sub, 'shop']);
    const refreshed = await oauth.refreshTokenGrantRequest(
      as,
      client,
      auth,
      tokens.refresh_token ?? '',
      insecure,
    );
    await oauth.processRefreshTokenResponse(as, client, refreshed);
  });
});
