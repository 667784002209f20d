import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { type Application, PASSWORD, startPeople } from '../support/people.ts';
import type { UserAgent, Visit } from '../support/user-agent.ts';

describe('who guesses passwords', async () => {
  const people = await startPeople({ after }, { issuer: '  trustedProxies: [127.0.0.1]' });
  const shop: Application = await people.addApplication('shop');

  /** A browser at another address. */
  const from = (address: string): UserAgent => people.browser({ 'x-forwarded-for': address });

  async function guess(browser: UserAgent, email: string, password: string): Promise<Visit> {
    const page = await browser.get((await shop.ask()).url);
    return browser.submit(page, '/sign-in', { email, password });
  }

  test('is made to wait, and told for how long', async () => {
    const { email } = await people.addPerson('one@example.com');
    const browser = from('192.0.2.1');
    const answers: Visit[] = [];
    for (let count = 0; count < 8; count += 1) answers.push(await guess(browser, email, `wrong ${count}`));
    const statuses = answers.map(({ status }) => status);
    assert.deepEqual(statuses, [401, 401, 401, 401, 401, 401, 429, 429]);
    assert.ok(Number(answers.at(-1)?.headers.get('retry-after')) > 0);
    // Not even the right password helps then, or it would be told from a wrong one.
    assert.equal((await guess(browser, email, PASSWORD)).status, 429);
    // Its owner is elsewhere.
    assert.equal((await guess(from('192.0.2.2'), email, PASSWORD)).status, 200);
  });

  test('gets the same answers for an account that there is not', async () => {
    const browser = from('192.0.2.3');
    const statuses = [];
    for (let count = 0; count < 8; count += 1)
      statuses.push((await guess(browser, 'nobody@example.com', 'x')).status);
    assert.deepEqual(statuses, [401, 401, 401, 401, 401, 401, 429, 429]);
  });

  test('from many addresses is held up, and does not lock out whoever signed in before', async () => {
    const { email } = await people.addPerson('many@example.com');
    const known = from('198.51.100.1');
    assert.equal((await guess(known, email, PASSWORD)).status, 200);
    let refused = 0;
    for (let count = 0; count < 70; count += 1) {
      const { status } = await guess(from(`203.0.113.${count}`), email, 'wrong');
      if (status === 429) refused += 1;
    }
    assert.ok(refused >= 5, `${refused} refused`);
    // A new device at a new address has to wait; one on which the account signed in before has not, wherever it is.
    assert.equal((await guess(from('198.51.100.2'), email, PASSWORD)).status, 429);
    const cookie = known.cookie('portcullis_device') ?? '';
    const moved = from('198.51.100.3');
    moved.setCookie('portcullis_device', cookie);
    assert.equal((await guess(moved, email, PASSWORD)).status, 200);
  });

  test('cannot use a device of somebody else as cover', async () => {
    const { email } = await people.addPerson('target@example.com');
    const own = await people.addPerson('guesser@example.com');
    const browser = from('198.51.100.9');
    assert.equal((await guess(browser, own.email, PASSWORD)).status, 200);
    const statuses = [];
    for (let count = 0; count < 8; count += 1) {
      const stranger = from('198.51.100.9');
      stranger.setCookie('portcullis_device', browser.cookie('portcullis_device') ?? '');
      statuses.push((await guess(stranger, email, 'wrong')).status);
    }
    assert.equal(statuses.at(-1), 429);
  });

  test('with one password at many accounts is made to wait', async () => {
    const statuses = new Set<number>();
    for (let count = 0; count < 80; count += 1)
      statuses.add((await guess(from('192.0.2.77'), `person-${count}@example.com`, 'Summer2026!')).status);
    assert.deepEqual([...statuses], [401, 429]);
  });

  test('is in the audit stream, without what was guessed', async () => {
    const { stdout } = await people.run('audit', '--type', 'sign_in', '--limit', '500', '--json');
    assert.match(stdout, /"why":"wrong_password"/);
    assert.match(stdout, /"why":"too_many"/);
    assert.doesNotMatch(stdout, /wrong 1|Summer2026|correct horse/);
  });

  test('cannot fill the audit stream, nor the table of sessions', async () => {
    const { openStore } = await import('@portcullis/store');
    const store = await openStore(`sqlite:${people.system.folder}/data/portcullis.db`);
    const count = async () => (await store.audit.list({ type: 'sign_in', limit: 100_000 })).length;
    const before = await count();
    const page = await from('192.0.2.90').get((await shop.ask()).url);
    const url = new URL(`${page.url.href}/sign-in`);
    const browser = from('192.0.2.91');
    await browser.get(page.url);
    const uid = page.url.pathname.split('/').at(-1) ?? '';
    browser.setCookie('portcullis_interaction', uid);
    const began = performance.now();
    const mayBeNoted = (): number => 1_000 + (20 * (performance.now() - began)) / 1_000;
    let sent = 0;
    while (sent < mayBeNoted() + 100) {
      const more = Array.from({ length: 50 }, (_, number) => `x${sent + number}@example.com`);
      await Promise.all(more.map((email) => browser.post(url, { email, password: 'x' })));
      sent += more.length;
    }
    const noted = (await count()) - before;
    const most = mayBeNoted();
    await store.close();
    assert.ok(noted > 100 && noted <= most && noted < sent, `${noted} of ${sent} noted, ${most} allowed`);
  });
});
