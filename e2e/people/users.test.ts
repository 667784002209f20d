import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { Secret, TOTP } from 'otpauth';
import { allow, PASSWORD, startPeople } from '../support/people.ts';

describe('portcullis users', async () => {
  const people = await startPeople({ after });
  const shop = await people.addApplication('shop');

  async function signInWith(email: string, password = PASSWORD) {
    const browser = people.browser();
    const request = await shop.ask();
    const page = await browser.submit(await browser.get(request.url), '/sign-in', { email, password });
    return { browser, page, request };
  }

  test('add prints a link by which somebody chooses a password, once', async () => {
    const { stdout } = await people.run('users', 'add', 'link@example.com', '--name', 'Link', '--json');
    const { link }: { link: string } = JSON.parse(stdout);
    const chosen = { password: 'a quite good one', repeated: 'a quite good one' };
    const [one, other] = [people.browser(), people.browser()];
    const page = await one.get(link);
    assert.match(page.text, /link@example\.com/);
    await other.get(link);
    assert.equal((await one.submit(page, '/set-password', chosen)).status, 200);
    assert.equal((await other.post(link, chosen)).status, 410);
    const { browser, page: inside } = await signInWith('link@example.com', 'a quite good one');
    assert.match((await allow(browser, inside)).url.href, /code=/);
  });

  test('update gives another address, and takes lost factors away', async () => {
    const { email } = await people.addPerson('before@example.com');
    const browser = people.browser();
    const page = await browser.submit(await browser.get('/account'), '/sign-in', {
      email,
      password: PASSWORD,
    });
    const shown = await browser.submit(page, '/authenticator/new');
    const secret = (/class="code">([A-Z2-7 ]+)</.exec(shown.text)?.[1] ?? '').replaceAll(' ', '');
    const code = new TOTP({ secret: Secret.fromBase32(secret) }).generate();
    await browser.submit(shown, '/authenticator/confirm', { code });
    assert.match((await signInWith(email)).page.text, /Second step/);
    await people.run('users', 'update', email, '--no-authenticator', '--email', 'After@example.com');
    assert.match((await browser.get('/account')).text, /name="password"/);
    assert.equal((await signInWith(email)).page.status, 401);
    assert.doesNotMatch((await signInWith('after@example.com')).page.text, /Second step/);
  });

  test('and audit tell why somebody could not get in', async () => {
    const { email, sub } = await people.addPerson('why@example.com');
    await signInWith(email, 'wrong');
    const { stdout } = await people.run('audit', '--user', email, '--type', 'sign_in');
    assert.match(stdout, new RegExp(`sign_in +failure +unknown +- +${sub} .*wrong_password`));
    const nothing = await people.run('audit', '--type', 'signin');
    assert.match(nothing.stderr, /nothing of this kind is noted/);
  });

  const mistakes: Record<string, readonly [readonly string[], RegExp]> = {
    'an address that is none': [['add', 'nobody'], /no email address/],
    'an address in another case that is there': [
      ['add', 'TAKEN@example.com'],
      /it is there already: an account of taken@example\.com/,
    ],
    'a role that there is not': [
      ['add', 'x@example.com', '--role', 'orders=king'],
      /orders has no role king; it has: clerk/,
    ],
    'somebody who is not there': [['show', 'nobody@example.com'], /there is no user nobody@example\.com/],
    'an update of nothing': [['update', 'taken@example.com'], /say what to change/],
  };
  for (const [what, [args, message]] of Object.entries(mistakes)) {
    test(`say what is wrong with ${what}`, async () => {
      if (what.includes('case')) await people.addPerson('taken@example.com');
      const outcome = await people.runAnyway('users', ...args);
      assert.notEqual(outcome.code, 0);
      assert.match(outcome.stderr, message);
    });
  }

  const uris: Record<string, RegExp> = {
    'http://shop.example.com/cb': /plain http is for loopback only/,
    'https://*.example.com/cb': /wildcard/,
    'https://shop.example.com/cb#x': /fragment/,
    'https://jo@shop.example.com/cb': /user information/,
    'https://shop.example.com/a/../cb': /climbs/,
    'com.example.app:/cb': /only a native application/,
    'HTTPS://Shop.example.com/cb': /lower case/,
    '/cb': /no absolute URI/,
  };
  for (const [uri, message] of Object.entries(uris)) {
    test(`clients add refuses to send people to ${uri}`, async () => {
      const args = ['clients', 'add', 'x', '--owner', 'e2e', '--type', 'web', '--redirect-uri', uri];
      const outcome = await people.runAnyway(...args);
      assert.notEqual(outcome.code, 0);
      assert.match(outcome.stderr, message);
    });
  }
});
