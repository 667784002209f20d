import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import * as oidc from 'openid-client';
import { PASSWORD, type Person, type Request, signIn, startPeople } from '../support/people.ts';
import type { UserAgent } from '../support/user-agent.ts';

interface SignedIn {
  readonly person: Person;
  readonly browser: UserAgent;
  readonly access: string;
  readonly refresh: string;
  readonly idToken: string;
}

/** What ends somebody's access: sessions, grants, refresh tokens, and access tokens at the gateway. */
describe('what was begun by signing in ends', async () => {
  const people = await startPeople({ after });
  const shop = await people.addApplication(
    'shop',
    ...['--type', 'web', '--allow', 'orders=read:orders,write:orders'],
    ...['--post-logout-redirect-uri', 'https://shop.example.com/bye'],
  );
  let count = 0;

  async function person(): Promise<Person> {
    count += 1;
    return people.addPerson(`person-${count}@example.com`, '--role', 'orders=clerk');
  }

  async function signedIn(who: Person, browser = people.browser()): Promise<SignedIn> {
    const request = await shop.ask();
    const tokens = await shop.take(await signIn(browser, request, who), request);
    const { access_token: access, refresh_token: refresh = '', id_token: idToken = '' } = tokens;
    assert.equal(await people.ask(access), 200);
    return { person: who, browser, access, refresh, idToken };
  }

  async function hasEnded(
    { browser, access, refresh }: SignedIn,
    session: 'session too' | 'session stays',
  ): Promise<void> {
    await people.untilRefused(access);
    await assert.rejects(
      oidc.refreshTokenGrant(shop.config, refresh),
      (error) => error instanceof oidc.ResponseBodyError,
    );
    const visit = await browser.get((await shop.ask({ prompt: 'none' })).url);
    const answer = visit.url.searchParams;
    if (session === 'session too') assert.equal(answer.get('error'), 'login_required', visit.url.href);
    else assert.notEqual(answer.get('error'), 'login_required');
  }

  async function goesOn({ access, refresh }: SignedIn): Promise<void> {
    assert.equal(await people.ask(access), 200);
    const { access_token } = await oidc.refreshTokenGrant(shop.config, refresh);
    assert.equal(await people.ask(access_token), 200);
  }

  test('when somebody signs out by the application, who comes back to it', async () => {
    const one = await signedIn(await person());
    const url = oidc.buildEndSessionUrl(shop.config, {
      id_token_hint: one.idToken,
      post_logout_redirect_uri: 'https://shop.example.com/bye',
      state: 'where-i-was',
    });
    const page = await one.browser.get(url);
    assert.match(page.text, /Sign out\?/);
    const answer = await one.browser.submit(page, '/session/end/confirm', { logout: 'yes' });
    assert.equal(answer.url.href, 'https://shop.example.com/bye?state=where-i-was');
    await hasEnded(one, 'session too');
  });

  test('not when somebody thinks better of signing out', async () => {
    const one = await signedIn(await person());
    const page = await one.browser.get('/session/end');
    await one.browser.submit(page, '/session/end/confirm');
    await goesOn(one);
  });

  test('nor when another site sends them to sign out, or to a place of its own', async () => {
    const one = await signedIn(await person());
    const { xsrf: _kept, ...forged } = { xsrf: 'x', logout: 'yes' };
    const refused = await one.browser.post('/session/end/confirm', forged);
    assert.equal(refused.status, 400);
    const url = oidc.buildEndSessionUrl(shop.config, {
      id_token_hint: one.idToken,
      post_logout_redirect_uri: 'https://evil.example/bye',
    });
    assert.equal((await one.browser.get(url)).status, 400);
    await goesOn(one);
  });

  test('when the password is changed: everywhere but here', async () => {
    const who = await person();
    const [here, elsewhere] = [await signedIn(who), await signedIn(who)];
    const fields = {
      current: PASSWORD,
      password: 'another long enough one',
      repeated: 'another long enough one',
    };
    const answer = await here.browser.submit(await here.browser.get('/account'), '/account/password', fields);
    assert.match(answer.text, /Your password was changed/);
    await hasEnded(elsewhere, 'session too');
    await goesOn(here);
    const browser = people.browser();
    const page = await browser.get((await shop.ask()).url);
    const old = await browser.submit(page, '/sign-in', { email: who.email, password: PASSWORD });
    assert.equal(old.status, 401);
  });

  test('not when the current password is wrong', async () => {
    const one = await signedIn(await person());
    const fields = {
      current: 'wrong',
      password: 'another long enough one',
      repeated: 'another long enough one',
    };
    const answer = await one.browser.submit(await one.browser.get('/account'), '/account/password', fields);
    assert.equal(answer.status, 400);
    await goesOn(one);
  });

  test('when its owner ends it from another browser', async () => {
    const who = await person();
    const [here, elsewhere] = [await signedIn(who), await signedIn(who)];
    await here.browser.submit(await here.browser.get('/account'), '/account/sessions/end-others');
    await hasEnded(elsewhere, 'session too');
    await goesOn(here);
  });

  test('of nobody else, whatever session somebody names', async () => {
    const [one, other] = [await signedIn(await person()), await signedIn(await person())];
    const { stdout } = await people.run('users', 'show', other.person.email, '--json');
    const { sessions }: { sessions: { uid: string }[] } = JSON.parse(stdout);
    const session = sessions[0]?.uid ?? '';
    await one.browser.post('/account/sessions/end', { session });
    await one.browser.post('/account/sessions/end-others', {});
    await goesOn(other);
  });

  test('for one application when its owner takes its access back', async () => {
    const one = await signedIn(await person());
    await one.browser.submit(await one.browser.get('/account'), '/account/consents/withdraw');
    await hasEnded(one, 'session stays');
    const page = await one.browser.get((await shop.ask()).url);
    assert.match(page.text, /Allow access\?/);
  });

  test('for one application when it gives its refresh token back', async () => {
    const one = await signedIn(await person());
    await oidc.tokenRevocation(shop.config, one.refresh);
    await hasEnded(one, 'session stays');
  });

  test('for one token when the application gives that back', async () => {
    const one = await signedIn(await person());
    await oidc.tokenRevocation(shop.config, one.access);
    await people.untilRefused(one.access);
    const { access_token } = await oidc.refreshTokenGrant(shop.config, one.refresh);
    assert.equal(await people.ask(access_token), 200);
  });

  const commands: Record<string, (who: Person) => readonly string[]> = {
    'signs them out': ({ email }) => ['users', 'sign-out', email],
    'disables them': ({ email }) => ['users', 'disable', email],
    'deletes them': ({ email }) => ['users', 'delete', email],
    'takes a role from them': ({ email }) => ['users', 'update', email, '--role', 'orders='],
  };
  for (const [what, command] of Object.entries(commands)) {
    test(`when an operator ${what}`, async () => {
      const one = await signedIn(await person());
      await people.run(...command(one.person));
      await hasEnded(one, 'session too');
    });
  }

  test('when an operator revokes by subject: the tokens, and the next ones are given at once', async () => {
    const one = await signedIn(await person());
    await people.run('revoke', '--subject', one.person.sub);
    await people.untilRefused(one.access);
    // The issuer waits until what it signs is not revoked already.
    const { access_token } = await oidc.refreshTokenGrant(shop.config, one.refresh);
    assert.equal(await people.ask(access_token), 200);
  });

  test('when the application is disabled, for good, and when people are to be asked about it', async () => {
    const other = await people.addApplication(
      'other',
      ...['--type', 'web', '--first-party', '--allow', 'orders=read:orders'],
    );
    const who = await person();
    const begin = async () => {
      const request: Request = await other.ask();
      return other.take(await signIn(people.browser(), request, who), request);
    };
    const first = await begin();
    await people.run('clients', 'disable', 'other');
    await people.untilRefused(first.access_token);
    await people.run('clients', 'enable', 'other');
    await assert.rejects(oidc.refreshTokenGrant(other.config, first.refresh_token ?? ''));
    const second = await begin();
    await people.run('clients', 'update', 'other', '--no-first-party');
    await people.untilRefused(second.access_token);
    await assert.rejects(oidc.refreshTokenGrant(other.config, second.refresh_token ?? ''));
    await people.run('clients', 'delete', 'other');
  });

  const everywhere: Record<string, (who: Person) => Promise<unknown>> = {
    'signed out everywhere': ({ email }) => people.run('users', 'sign-out', email),
    'disabled and enabled again': async ({ email }) => {
      await people.run('users', 'disable', email);
      await people.run('users', 'enable', email);
    },
    'given another password': async ({ email }) => {
      const browser = people.browser();
      const page = await browser.submit(await browser.get('/account'), '/sign-in', {
        email,
        password: PASSWORD,
      });
      const fields = {
        current: PASSWORD,
        password: 'another long enough one',
        repeated: 'another long enough one',
      };
      await browser.submit(page, '/account/password', fields);
    },
  };
  for (const [what, work] of Object.entries(everywhere)) {
    test(`a sign-in that waits for its last step ends, too, when somebody is ${what}`, async () => {
      const who = await person();
      const browser = people.browser();
      const page = await browser.get((await shop.ask()).url);
      // The password is checked, and the browser does not go on to where it is sent.
      const uid = /interaction\/([\w-]+)\//.exec(page.text)?.[1] ?? '';
      await browser.post(
        new URL(`${page.url.href}/sign-in`),
        { email: who.email, password: PASSWORD },
        {},
        'stay',
      );
      await work(who);
      const visit = await browser.get(`/auth/${uid}`);
      assert.ok(!visit.url.searchParams.has('code') && visit.status === 400, `${visit.status} ${visit.url}`);
    });
  }

  test('"Stay signed in" changes nothing', async () => {
    const one = await signedIn(await person());
    const url = oidc.buildEndSessionUrl(shop.config, { id_token_hint: one.idToken });
    const page = await one.browser.get(url);
    const stay = /href="([^"]*)">Stay signed in/.exec(page.text)?.[1] ?? '';
    assert.match((await one.browser.get(stay)).text, /Your account/);
    await goesOn(one);
  });

  test('two applications that let somebody in at once both keep their place in the session', async () => {
    const apps = [
      await people.addApplication('left', '--type', 'web', '--first-party', '--allow', 'orders=read:orders'),
      await people.addApplication('right', '--type', 'web', '--first-party', '--allow', 'orders=read:orders'),
    ];
    for (let round = 0; round < 5; round += 1) {
      const one = await signedIn(await person());
      const tokens = await Promise.all(
        apps.map(async (app) => {
          const request = await app.ask({ prompt: 'none' });
          return app.take(await one.browser.get(request.url), request);
        }),
      );
      for (const { access_token } of tokens) assert.equal(await people.ask(access_token), 200);
      await people.run('users', 'sign-out', one.person.email);
      for (const { access_token } of tokens) await people.untilRefused(access_token);
    }
  });

  test('a disabled person cannot sign in, and nobody tells why', async () => {
    const who = await person();
    await people.run('users', 'disable', who.email);
    const browser = people.browser();
    const page = await browser.get((await shop.ask()).url);
    const answer = await browser.submit(page, '/sign-in', { email: who.email, password: PASSWORD });
    assert.equal(answer.status, 401);
    assert.match(answer.text, /do not belong together/);
    await people.run('users', 'enable', who.email);
    await signedIn(who);
  });

  test('a session that was ended while a request used it does not come back', async () => {
    const who = await person();
    const one = await signedIn(who);
    // Many silent sign-ins keep writing the session while it is ended.
    const silent = async () =>
      one.browser.get((await shop.ask({ prompt: 'none' })).url).catch(() => undefined);
    const storm = Promise.all(Array.from({ length: 40 }, silent));
    await people.run('users', 'sign-out', who.email);
    await storm;
    await hasEnded(one, 'session too');
  });
});
