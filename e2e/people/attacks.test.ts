import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import * as oidc from 'openid-client';
import { AUDIENCE, basic } from '../support/issuing.ts';
import {
  type Application,
  CALLBACK,
  PASSWORD,
  type Request,
  signIn,
  startPeople,
} from '../support/people.ts';
import type { Visit } from '../support/user-agent.ts';

/** A page without the challenge for passkeys, which is another one each time. */
function comparable({ text }: Visit): string {
  return text.replace(/data-options="[^"]*"/g, '');
}

describe('who attacks the sign-in', async () => {
  const people = await startPeople({ after });
  const jo = await people.addPerson('jo@example.com');
  const eve = await people.addPerson('eve@example.com');
  const shop = await people.addApplication('shop');
  const other = await people.addApplication('other');

  /** What comes back to the application once somebody has signed in. */
  async function answered(
    application: Application,
    parameters = {},
  ): Promise<{ visit: Visit; request: Request }> {
    const request = await application.ask(parameters);
    return { request, visit: await signIn(people.browser(), request, jo) };
  }

  const exchange = (form: Record<string, string>, id = shop) =>
    people.post(
      '/token',
      { grant_type: 'authorization_code', redirect_uri: CALLBACK, ...form },
      secretOf(id),
    );
  const secretOf = ({ credentials }: Application) => credentials;

  describe('with a code', () => {
    test('that was used before gets nothing, and ends what it had brought', async () => {
      const { visit, request } = await answered(shop);
      const tokens = await shop.take(visit, request);
      assert.equal(await people.ask(tokens.access_token), 200);
      const code = visit.url.searchParams.get('code') ?? '';
      const again = await exchange({ code, code_verifier: request.verifier });
      assert.deepEqual([again.status, again.body['error']], [400, 'invalid_grant']);
      await people.untilRefused(tokens.access_token);
      await assert.rejects(oidc.refreshTokenGrant(shop.config, tokens.refresh_token ?? ''));
    });

    test('presented 50 times at once gets one answer at most, and nothing that goes on', async () => {
      const { visit, request } = await answered(shop);
      const code = visit.url.searchParams.get('code') ?? '';
      const answers = await Promise.all(
        Array.from({ length: 50 }, () => exchange({ code, code_verifier: request.verifier })),
      );
      const won = answers.filter(({ status }) => status === 200);
      assert.ok(won.length <= 1, `${won.length} won`);
      for (const { body } of won) {
        await people.untilRefused(String(body['access_token']));
        await assert.rejects(oidc.refreshTokenGrant(shop.config, String(body['refresh_token'])));
      }
    });

    const wrong: Record<
      string,
      (code: string, request: Request) => Promise<{ status: number; body: Record<string, unknown> }>
    > = {
      'of another client': (code, { verifier }) => exchange({ code, code_verifier: verifier }, other),
      'without its verifier': (code) => exchange({ code }),
      'with another verifier': (code) => exchange({ code, code_verifier: oidc.randomPKCECodeVerifier() }),
      'with the challenge as verifier': async (code, { url }) =>
        exchange({ code, code_verifier: url.searchParams.get('code_challenge') ?? '' }),
      'for another redirect_uri': (code, { verifier }) =>
        exchange({ code, code_verifier: verifier, redirect_uri: `${CALLBACK}/x` }),
    };
    for (const [what, attempt] of Object.entries(wrong)) {
      test(`${what} gets nothing`, async () => {
        const { visit, request } = await answered(shop);
        const answer = await attempt(visit.url.searchParams.get('code') ?? '', request);
        assert.deepEqual(
          [answer.status, answer.body['error']],
          [400, 'invalid_grant'],
          JSON.stringify(answer.body),
        );
      });
    }

    test('never learns it from the wrong client_id in the request', async () => {
      const { visit, request } = await answered(shop);
      const code = visit.url.searchParams.get('code') ?? '';
      const answer = await people.post(
        '/token',
        {
          grant_type: 'authorization_code',
          redirect_uri: CALLBACK,
          code,
          code_verifier: request.verifier,
          client_id: 'other',
        },
        secretOf(shop),
      );
      assert.notEqual(answer.status, 200);
    });
  });

  describe('with an authorization request', () => {
    const redirects = [
      `${CALLBACK}/more`,
      `${CALLBACK}?x=1`,
      `${CALLBACK}#x`,
      `${CALLBACK}.evil.example`,
      'http://127.0.0.1:39999@evil.example/callback',
      'http://evil.example/callback',
      'http://127.0.0.1:39999/callback/../evil',
      'http://127.0.0.1:39999/Callback',
      'http://127.0.0.1:39999//callback',
      'http://127.0.0.1:39999\\@evil.example/callback',
      'https://127.0.0.1:39999/callback',
      'http://127.0.0.1:39999/callback%00',
      'http://localhost:39999/callback',
      'javascript:alert(1)',
      '//evil.example/callback',
      '',
    ];
    for (const redirect of redirects) {
      test(`is sent nowhere but to what is registered: ${redirect}`, async () => {
        const { url } = await shop.ask();
        url.searchParams.set('redirect_uri', redirect);
        const visit = await people.browser().get(url);
        assert.equal(visit.status, 400);
        assert.equal(visit.url.origin, new URL(people.issuer).origin);
        assert.equal(visit.headers.get('location'), null);
      });
    }

    const refused: Record<string, [Record<string, string | undefined>, string]> = {
      'without PKCE': [{ code_challenge: undefined, code_challenge_method: undefined }, 'invalid_request'],
      'with plain PKCE': [{ code_challenge_method: 'plain' }, 'invalid_request'],
      'with plain PKCE by default': [{ code_challenge_method: undefined }, 'invalid_request'],
      'for a token at once': [{ response_type: 'token' }, 'unsupported_response_type'],
      'for an id_token at once': [{ response_type: 'id_token' }, 'unsupported_response_type'],
      'for a resource that it may not use': [{ resource: 'https://api.example.com/mail' }, 'invalid_target'],
    };
    for (const [what, [changes, error]] of Object.entries(refused)) {
      test(`${what} is refused, and the application is told`, async () => {
        const { url } = await shop.ask();
        for (const [name, value] of Object.entries(changes)) {
          if (value === undefined) url.searchParams.delete(name);
          else url.searchParams.set(name, value);
        }
        const visit = await people.browser().get(url);
        const answer = new URLSearchParams(visit.url.hash.slice(1) || visit.url.search);
        assert.deepEqual([answer.get('error'), answer.get('iss')], [error, people.issuer], visit.url.href);
      });
    }

    test('gets no more scopes than the client may have', async () => {
      const request = await other.ask({ scope: 'openid read:orders admin:everything', resource: AUDIENCE });
      const tokens = await other.take(await signIn(people.browser(), request, jo), request);
      assert.equal(tokens.scope, 'read:orders');
    });

    test('cannot take a password (ROPC) or come without a person', async () => {
      const form = { grant_type: 'password', username: jo.email, password: PASSWORD };
      const answer = await people.post('/token', form, secretOf(shop));
      assert.deepEqual([answer.status, answer.body['error']], [400, 'unsupported_grant_type']);
      const service = await people.post('/token', { grant_type: 'client_credentials' }, secretOf(shop));
      assert.notEqual(service.status, 200);
    });
  });

  describe('with a mixed-up answer', () => {
    test('is told from ours by iss, state and nonce, which the application checks', async () => {
      const { visit, request } = await answered(shop);
      assert.equal(visit.url.searchParams.get('iss'), people.issuer);
      const altered = new URL(visit.url);
      altered.searchParams.set('iss', 'https://evil.example');
      await assert.rejects(shop.take({ ...visit, url: altered }, request));
      await assert.rejects(shop.take(visit, { ...request, state: 'other' }));
    });

    test('that repeats an old nonce is refused', async () => {
      const { visit, request } = await answered(shop);
      await assert.rejects(shop.take(visit, { ...request, nonce: 'stale' }));
    });
  });

  describe('by the browser of somebody else', () => {
    test('cannot finish an interaction that another browser began (login CSRF)', async () => {
      const page = await people.browser().get((await shop.ask()).url);
      const victim = people.browser();
      const fields = { email: eve.email, password: PASSWORD };
      const answer = await victim.submit(page, '/sign-in', fields);
      assert.equal(answer.status, 400);
      assert.match(answer.text, /expired/);
      assert.deepEqual(victim.cookies(), []);
    });

    const foreign: Record<string, Record<string, string>> = {
      'of another site': { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
      'of another port of this host': { origin: 'http://localhost:1', 'sec-fetch-site': 'same-site' },
      'without a site': { origin: 'null', 'sec-fetch-site': 'cross-site' },
    };
    for (const [what, headers] of Object.entries(foreign)) {
      test(`cannot send a form ${what}`, async () => {
        const browser = people.browser();
        const page = await browser.get((await shop.ask()).url);
        const answer = await browser.post(
          new URL(`${page.url.href}/sign-in`),
          { email: jo.email, password: PASSWORD },
          headers,
        );
        assert.equal(answer.status, 403);
      });
    }

    test('cannot show our pages in a frame', async () => {
      const page = await people.browser().get((await shop.ask()).url);
      const policy = page.headers.get('content-security-policy') ?? '';
      assert.match(policy, /frame-ancestors 'none'/);
      assert.match(policy, /default-src 'none'/);
      assert.doesNotMatch(policy, /unsafe|\*/);
      assert.equal(page.headers.get('x-frame-options'), 'DENY');
      assert.equal(page.headers.get('cache-control'), 'no-store');
    });

    test('cannot keep a session that it planted (session fixation)', async () => {
      const browser = people.browser();
      const request = await shop.ask();
      await signIn(browser, request, jo);
      const before = browser.cookie('portcullis_session');
      const again = await shop.ask({ prompt: 'login' });
      await signIn(browser, again, jo);
      assert.notEqual(browser.cookie('portcullis_session'), before);
      const planted = people.browser();
      planted.setCookie('portcullis_session', before ?? '');
      const visit = await planted.get((await shop.ask({ prompt: 'none' })).url);
      assert.equal(visit.url.searchParams.get('error'), 'login_required');
    });
  });

  describe('by guessing', () => {
    test('learns from no answer whether there is an account', async () => {
      const browser = people.browser();
      const page = await browser.get((await shop.ask()).url);
      const [known, unknown] = [
        await browser.submit(page, '/sign-in', { email: jo.email, password: 'wrong' }),
        await browser.submit(page, '/sign-in', { email: 'nobody@example.com', password: 'wrong' }),
      ];
      assert.equal(known.status, 401);
      assert.deepEqual(
        [unknown.status, comparable(unknown).replaceAll('nobody@example.com', '')],
        [known.status, comparable(known).replaceAll(jo.email, '')],
      );
    });

    test('learns nothing from a client that it does not know', async () => {
      const { url } = await shop.ask();
      url.searchParams.set('client_id', 'no-such-client');
      const visit = await people.browser().get(url);
      assert.equal(visit.status, 400);
      assert.equal(visit.url.origin, new URL(people.issuer).origin);
    });
  });

  test('who puts markup into a request sees it as text', async () => {
    const visit = await people
      .browser()
      .get((await shop.ask({ login_hint: '"><script>alert(1)</script>' })).url);
    assert.doesNotMatch(visit.text, /<script>/);
    assert.match(visit.text, /&lt;script&gt;/);
  });

  test('a confidential client cannot do without its secret', async () => {
    const { visit, request } = await answered(shop);
    const code = visit.url.searchParams.get('code') ?? '';
    const form = {
      grant_type: 'authorization_code',
      redirect_uri: CALLBACK,
      code,
      code_verifier: request.verifier,
    };
    const bare = await people.post('/token', { ...form, client_id: 'shop' });
    assert.equal(bare.status, 401);
    const wrong = await fetch(`${people.issuer}/token`, {
      method: 'POST',
      body: new URLSearchParams(form),
      headers: { authorization: basic({ id: 'shop', secret: 'wrong' }) },
    });
    assert.equal(wrong.status, 401);
  });

  test('nobody gets past the consent of the person', async () => {
    const browser = people.browser();
    const request = await other.ask({ scope: 'openid email write:orders', resource: AUDIENCE });
    const asked = await browser.submit(await browser.get(request.url), '/sign-in', {
      email: eve.email,
      password: PASSWORD,
    });
    assert.match(asked.text, /write:orders/);
    const denied = await browser.submit(asked, '/consent', { answer: 'deny' });
    assert.equal(denied.url.searchParams.get('error'), 'access_denied');
    const again = await other.ask({ scope: 'openid email write:orders', resource: AUDIENCE, prompt: 'none' });
    const silent = await browser.get(again.url);
    assert.equal(silent.url.searchParams.get('error'), 'consent_required');
  });
});
