import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { allow, PASSWORD, startPeople } from '../support/people.ts';
import { eventually } from '../support/processes.ts';
import { startSmtp } from '../support/smtp.ts';
import type { UserAgent } from '../support/user-agent.ts';

const FRESH = 'a quite different one';
const CHOSEN = { password: FRESH, repeated: FRESH };

describe('with mail', async () => {
  const mailbox = await startSmtp({ after });
  const people = await startPeople(
    { after },
    {
      issuer: `  registration: open\n  mail: { from: "Shop <no-reply@example.com>", smtp: "${mailbox.url}" }\n  trustedProxies: [127.0.0.1]`,
    },
  );
  let visitors = 0;
  /** A browser at an address of its own. */
  const visitor = () => {
    visitors += 1;
    return people.browser({ 'x-forwarded-for': `192.0.2.${visitors}` });
  };
  const shop = await people.addApplication('shop');

  async function canSignIn(email: string, password: string): Promise<boolean> {
    const browser = visitor();
    const request = await shop.ask();
    const answer = await browser.submit(await browser.get(request.url), '/sign-in', { email, password });
    if (answer.status === 401) return false;
    await shop.take(await allow(browser, answer), request);
    return true;
  }

  test('who forgot their password sets another one, once by each link', async () => {
    const jo = await people.addPerson('jo@example.com');
    const elsewhere = visitor();
    await elsewhere.submit(await elsewhere.get('/account'), '/sign-in', {
      email: jo.email,
      password: PASSWORD,
    });

    const browser = visitor();
    const sent = await browser.submit(await browser.get('/forgot-password'), '/forgot-password', {
      email: 'JO@example.com ',
    });
    assert.match(sent.text, /on its way/);
    const link = await mailbox.linkTo(jo.email);
    // A scanner of mails that opens the link uses nothing up.
    await visitor().get(link);
    const page = await browser.get(link);
    const short = await browser.submit(page, new URL(link).pathname, {
      password: 'short',
      repeated: 'short',
    });
    assert.equal(short.status, 400);
    const common = { password: 'Password123!', repeated: 'Password123!' };
    assert.equal((await browser.submit(short, new URL(link).pathname, common)).status, 400);
    const differ = { password: FRESH, repeated: `${FRESH}.` };
    assert.equal((await browser.submit(short, new URL(link).pathname, differ)).status, 400);
    const done = await browser.submit(short, new URL(link).pathname, CHOSEN);
    assert.equal(done.status, 200, done.text);
    assert.deepEqual([await canSignIn(jo.email, FRESH), await canSignIn(jo.email, PASSWORD)], [true, false]);
    assert.match((await elsewhere.get('/account')).text, /name="password"/);
    assert.equal((await browser.get(link)).status, 410);
    assert.equal((await browser.post(link, CHOSEN)).status, 410);
  });

  test('a later link takes the place of an earlier one', async () => {
    const { email } = await people.addPerson('twice@example.com');
    const browser = visitor();
    for (const count of [1, 2]) {
      await browser.submit(await browser.get('/forgot-password'), '/forgot-password', { email });
      await mailbox.linkTo(email, count);
    }
    const [first = '', second = ''] = mailbox
      .mailsTo(email)
      .map((mail) => /https?:\/\/\S+/.exec(mail)?.[0] ?? '');
    assert.deepEqual([(await browser.get(first)).status, (await browser.get(second)).status], [410, 200]);
  });

  test('nobody is mailed who has no account, and the page does not tell', async () => {
    const browser = visitor();
    const { email } = await people.addPerson('known@example.com');
    const page = await browser.get('/forgot-password');
    const [known, unknown] = [
      await browser.submit(page, '/forgot-password', { email }),
      await browser.submit(page, '/forgot-password', { email: 'unknown@example.com' }),
    ];
    assert.deepEqual([known.status, known.text], [unknown.status, unknown.text]);
    await mailbox.linkTo(email);
    assert.deepEqual(mailbox.mailsTo('unknown@example.com'), []);
  });

  test('nobody is flooded with mails', async () => {
    const { email } = await people.addPerson('flooded@example.com');
    const browser = visitor();
    const page = await browser.get('/forgot-password');
    for (let count = 0; count < 8; count += 1) await browser.submit(page, '/forgot-password', { email });
    await sleep(500);
    assert.ok(mailbox.mailsTo(email).length <= 3, `${mailbox.mailsTo(email).length} mails`);
  });

  test('a stranger registers by a mail, and not without', async () => {
    const email = 'new@example.com';
    const browser = visitor();
    await browser.submit(await browser.get('/register'), '/register', { email });
    assert.equal(await canSignIn(email, FRESH), false);
    const link = await mailbox.linkTo(email);
    const page = await browser.get(link);
    const done = await browser.submit(page, new URL(link).pathname, { name: 'New Person', ...CHOSEN });
    assert.equal(done.status, 200, done.text);
    assert.equal(await canSignIn(email, FRESH), true);
    const { stdout } = await people.run('users', 'show', email, '--json');
    assert.match(stdout, /"name": "New Person"/);
    assert.equal((await browser.post(link, CHOSEN)).status, 410);
  });

  test('who has an account and registers is told so by mail only', async () => {
    const { email } = await people.addPerson('here@example.com');
    const browser = visitor();
    const page = await browser.get('/register');
    const [known, unknown] = [
      await browser.submit(page, '/register', { email }),
      await browser.submit(page, '/register', { email: 'not-here@example.com' }),
    ];
    assert.equal(known.text, unknown.text);
    await mailbox.linkTo(email);
    assert.match(mailbox.mailsTo(email)[0] ?? '', /account for it already/);
  });

  test('an address is changed once the new one is confirmed, and the old one hears of it', async () => {
    const { email } = await people.addPerson('old@example.com');
    const browser = visitor();
    const page = await browser.submit(await browser.get('/account'), '/sign-in', {
      email,
      password: PASSWORD,
    });
    await browser.submit(page, '/account/email', { email: 'moved@example.com' });
    const link = await mailbox.linkTo('moved@example.com');
    assert.equal(await canSignIn(email, PASSWORD), true);
    const confirm = await browser.get(link);
    await browser.submit(confirm, new URL(link).pathname);
    assert.deepEqual(
      [await canSignIn(email, PASSWORD), await canSignIn('moved@example.com', PASSWORD)],
      [false, true],
    );
    // And can take it back, which signs out whoever moved it.
    const back = await mailbox.linkTo(email);
    assert.match(mailbox.mailsTo(email).at(-1) ?? '', /uses another email address/);
    const owner = visitor();
    const chosen = await owner.submit(await owner.get(back), '/restore-email');
    await owner.submit(chosen, '/set-password', CHOSEN);
    assert.match((await browser.get('/account')).text, /name="password"/);
    assert.deepEqual(
      [await canSignIn(email, FRESH), await canSignIn('moved@example.com', PASSWORD)],
      [true, false],
    );
  });

  test('a change of address that waits ends when its owner is signed out everywhere', async () => {
    const { email } = await people.addPerson('waits@example.com');
    const browser = visitor();
    const page = await browser.submit(await browser.get('/account'), '/sign-in', {
      email,
      password: PASSWORD,
    });
    await browser.submit(page, '/account/email', { email: 'thief@example.com' });
    const link = await mailbox.linkTo('thief@example.com');
    await people.run('users', 'sign-out', email);
    assert.equal((await browser.post(link, {})).status, 410);
    assert.equal(await canSignIn(email, PASSWORD), true);
  });

  test('somebody whose account is under attack gets in by a mail', async () => {
    const { email } = await people.addPerson('attacked@example.com');
    const guess = async (browser: UserAgent, password: string) => {
      const page = await browser.get((await shop.ask()).url);
      return browser.submit(page, '/sign-in', { email, password });
    };
    for (let count = 0; count < 65; count += 1) {
      await guess(people.browser({ 'x-forwarded-for': `203.0.113.${count}` }), 'wrong');
    }
    const owner = visitor();
    assert.equal((await guess(owner, PASSWORD)).status, 429);
    // Nor do strangers keep the mail from being sent by asking for others.
    for (let count = 0; count < 4; count += 1) {
      const stranger = visitor();
      await stranger.submit(await stranger.get('/register'), '/register', { email });
    }
    await owner.submit(await owner.get('/forgot-password'), '/forgot-password', { email });
    await eventually(
      () => mailbox.mailsTo(email).some((mail) => mail.includes('/set-password')),
      'a mail with a link to choose a password',
    );
    const link = mailbox.mailsTo(email).flatMap((mail) => /\S+set-password\S+/.exec(mail) ?? [])[0] ?? '';
    await owner.submit(await owner.get(link), '/set-password', CHOSEN);
    assert.equal((await guess(owner, FRESH)).status, 200);
  });

  test('nobody takes the address of somebody else', async () => {
    const owner = await people.addPerson('owner@example.com');
    const { email } = await people.addPerson('thief@example.com');
    const browser = visitor();
    const page = await browser.submit(await browser.get('/account'), '/sign-in', {
      email,
      password: PASSWORD,
    });
    const answer = await browser.submit(page, '/account/email', { email: owner.email });
    assert.equal(answer.status, 200);
    const link = await mailbox.linkTo(owner.email);
    const taken = await browser.post(link, {});
    assert.equal(taken.status, 410);
    assert.equal(await canSignIn(owner.email, PASSWORD), true);
  });

  test('mail goes out once the server is there again', async () => {
    const { email } = await people.addPerson('patient@example.com');
    const before = mailbox.mailsTo(email).length;
    await mailbox.stop();
    const browser = visitor();
    const sent = await browser.submit(await browser.get('/forgot-password'), '/forgot-password', { email });
    assert.match(sent.text, /on its way/);
    await mailbox.start();
    await mailbox.linkTo(email, before + 1);
  });
});
