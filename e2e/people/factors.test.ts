import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { Secret, TOTP } from 'otpauth';
import { claimsOf } from '../support/issuing.ts';
import { allow, CALLBACK, type Person, startPeople } from '../support/people.ts';
import type { UserAgent, Visit } from '../support/user-agent.ts';

const STEP = 30_000;

describe('an authenticator application', async () => {
  const people = await startPeople({ after }, { issuer: '  trustedProxies: [127.0.0.1]' });
  const shop = await people.addApplication('shop');

  /** The code that an application shows now, or will in so many steps. */
  function codeOf(secret: string, ahead = 0): string {
    return new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: Date.now() + ahead * STEP });
  }

  async function atAccount(person: Person): Promise<{ browser: UserAgent; page: Visit }> {
    const browser = people.browser();
    const page = await browser.submit(await browser.get('/account'), '/sign-in', {
      email: person.email,
      password: person.password,
    });
    return { browser, page };
  }

  /** Sets one up, and returns its secret with the recovery codes. */
  async function setUp(
    email: string,
  ): Promise<{ person: Person; secret: string; recovery: string[]; browser: UserAgent }> {
    const person = await people.addPerson(email);
    const { browser, page } = await atAccount(person);
    const shown = await browser.submit(page, '/authenticator/new');
    const secret = (/class="code">([A-Z2-7 ]+)</.exec(shown.text)?.[1] ?? '').replaceAll(' ', '');
    const wrong = await browser.submit(shown, '/authenticator/confirm', { code: '000000' });
    assert.equal(wrong.status, 400);
    const done = await browser.submit(wrong, '/authenticator/confirm', { code: codeOf(secret, -1) });
    const recovery = [...done.text.matchAll(/<li>([a-z0-9-]{19})<\/li>/g)].map(([, code = '']) => code);
    assert.equal(recovery.length, 10);
    return { person, secret, recovery, browser };
  }

  async function withPassword(
    person: Person,
    address = '198.51.100.1',
  ): Promise<{ browser: UserAgent; page: Visit; request: Awaited<ReturnType<typeof shop.ask>> }> {
    const browser = people.browser({ 'x-forwarded-for': address });
    const request = await shop.ask();
    const page = await browser.submit(await browser.get(request.url), '/sign-in', {
      email: person.email,
      password: person.password,
    });
    return { browser, page, request };
  }

  test('is asked for after the password, and tokens tell that there were two factors', async () => {
    const { person, secret } = await setUp('two@example.com');
    const { browser, page, request } = await withPassword(person);
    assert.match(page.text, /Second step/);
    const wrong = await browser.submit(page, '/code', { code: '000000' });
    assert.equal(wrong.status, 401);
    const tokens = await shop.take(
      await allow(browser, await browser.submit(wrong, '/code', { code: codeOf(secret) })),
      request,
    );
    const { acr, amr } = claimsOf(tokens.access_token);
    assert.deepEqual([acr, amr], ['2fa', ['pwd', 'otp', 'mfa']]);
  });

  test('has codes that are good for one sign-in', async () => {
    const { person, secret } = await setUp('once@example.com');
    const code = codeOf(secret);
    const first = await withPassword(person);
    await allow(first.browser, await first.browser.submit(first.page, '/code', { code }));
    const second = await withPassword(person);
    const again = await second.browser.submit(second.page, '/code', { code });
    assert.equal(again.status, 401);
  });

  test('that is lost is made up for by a recovery code, once', async () => {
    const { person, recovery } = await setUp('lost@example.com');
    const [code = ''] = recovery;
    const first = await withPassword(person);
    const answer = await allow(
      first.browser,
      await first.browser.submit(first.page, '/code', { code: code.toUpperCase() }),
    );
    assert.ok(answer.url.href.startsWith(CALLBACK));
    const second = await withPassword(person);
    assert.equal((await second.browser.submit(second.page, '/code', { code })).status, 401);
  });

  test('cannot be got around: not by going on without it, nor by another interaction', async () => {
    const { person } = await setUp('around@example.com');
    const { browser, page, request } = await withPassword(person);
    const uid = /interaction\/([\w-]+)\//.exec(page.text)?.[1] ?? '';
    const resumed = await browser.get(`/auth/${uid}`);
    assert.ok(!resumed.url.href.startsWith(CALLBACK), 'it went on without the code');
    const silent = await browser.get(new URL(`${request.url.href}&prompt=none`));
    assert.equal(silent.url.searchParams.get('error'), 'login_required');
    const other = await browser.get((await shop.ask()).url);
    assert.match(other.text, /name="password"/);
  });

  test('bears few guesses', async () => {
    const { person, secret } = await setUp('guess@example.com');
    const { browser, page } = await withPassword(person);
    let answer = page;
    for (let guess = 0; guess < 5; guess += 1)
      answer = await browser.submit(answer, '/code', { code: '000000' });
    assert.equal(answer.status, 401);
    const late = await browser.submit(answer, '/code', { code: codeOf(secret) });
    assert.equal(late.status, 429);
    assert.ok(Number(late.headers.get('retry-after')) > 0);
  });

  test('bears few guesses from many addresses, too', async () => {
    const { person } = await setUp('spread@example.com');
    let refused = 0;
    for (let count = 0; count < 26; count += 1) {
      const { browser, page } = await withPassword(person, `192.0.2.${count}`);
      if ((await browser.submit(page, '/code', { code: '000000' })).status === 429) refused += 1;
    }
    assert.ok(refused >= 5, `${refused} refused`);
  });

  test('that is set up or removed signs everybody else out', async () => {
    const person = await people.addPerson('change@example.com');
    const elsewhere = await atAccount(person);
    const { browser, page } = await atAccount(person);
    const shown = await browser.submit(page, '/authenticator/new');
    const secret = (/class="code">([A-Z2-7 ]+)</.exec(shown.text)?.[1] ?? '').replaceAll(' ', '');
    await browser.submit(shown, '/authenticator/confirm', { code: codeOf(secret, -1) });
    assert.match((await elsewhere.browser.get('/account')).text, /name="password"/);
    assert.match((await browser.get('/account')).text, /10 recovery codes/);
    await browser.submit(await browser.get('/account'), '/authenticator/remove');
    assert.match((await browser.get('/account')).text, /Set up/);
  });

  test('an application may ask for two factors, and whoever has one is told apart', async () => {
    const person = await people.addPerson('single@example.com');
    const { browser, page, request } = await withPassword(person);
    await shop.take(await allow(browser, page), request);
    const stronger = await shop.ask({ acr_values: '2fa' });
    const asked = await browser.get(stronger.url);
    assert.match(asked.text, /name="password"/);
    const answer = await browser.submit(asked, '/sign-in', {
      email: person.email,
      password: person.password,
    });
    const tokens = await shop.take(await allow(browser, answer), stronger);
    assert.equal(claimsOf(tokens.access_token)['acr'], '1fa');
  });
});
