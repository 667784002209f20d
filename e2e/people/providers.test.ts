import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, describe, test } from 'node:test';
import { claimsOf } from '../support/issuing.ts';
import {
  CALLBACK,
  PASSWORD,
  type PeopleSystem,
  type Person,
  type Request,
  startPeople,
} from '../support/people.ts';
import { freePort, listening } from '../support/ports.ts';
import type { UserAgent, Visit } from '../support/user-agent.ts';

/** Somebody signs in at one issuer by another: both are ours, and neither knows that of the other. */
describe('another OpenID Connect provider', async () => {
  const corporate = await startPeople({ after });
  const deadPort = await freePort();
  const lying = createServer((_request, response) => response.end('{"issuer":"https://other.example"}'));
  const lyingPort = await listening({ after }, lying);
  const secretFile: Record<string, string> = {};
  const added = await corporate.addClient(
    'portal',
    ...['--type', 'web', '--first-party', '--redirect-uri', 'http://localhost:1/placeholder'],
  );
  Object.assign(secretFile, { CORPORATE_SECRET: added.secret });
  const people: PeopleSystem = await startPeople(
    { after },
    {
      env: secretFile,
      issuer: `  registration: open
  mail: { from: "x <x@example.com>", smtp: log }
  identityProviders:
    - { name: corporate, title: Corporate, issuer: "${corporate.issuer}", clientId: portal, clientSecret: "\${CORPORATE_SECRET}" }
    - { name: dead, issuer: "http://127.0.0.1:${deadPort}", clientId: x, clientSecret: y }
    - { name: lying, issuer: "http://127.0.0.1:${lyingPort}", clientId: x, clientSecret: y }`,
    },
  );
  await corporate.run(
    'clients',
    'update',
    'portal',
    '--redirect-uri',
    `${people.issuer}/providers/corporate/callback`,
  );
  const shop = await people.addApplication(
    'shop',
    '--type',
    'web',
    '--allow',
    'orders=read:orders',
    '--first-party',
  );

  interface Trip {
    readonly browser: UserAgent;
    readonly request: Request;
    /** Where the browser was sent back to from there. */
    readonly back: Visit;
  }

  /** Somebody goes there from our page, signs in, and is sent back. */
  async function there(who: Person): Promise<Trip> {
    const browser = people.browser();
    const request = await shop.ask();
    const sent = await browser.submit(await browser.get(request.url), '/provider/corporate');
    assert.equal(sent.url.origin, new URL(corporate.issuer).origin);
    const elsewhere = corporate.browser();
    const page = await elsewhere.get(sent.url);
    const back = await elsewhere.submit(page, '/sign-in', { email: who.email, password: who.password });
    assert.ok(
      back.url.href.startsWith(`${people.issuer}/providers/corporate/callback?`),
      `${back.url} ${back.text}`,
    );
    return { browser, request, back };
  }

  async function subjectOf({ browser, request }: Trip, visit: Visit): Promise<unknown> {
    void browser;
    return claimsOf((await shop.take(visit, request)).access_token)['sub'];
  }

  test('lets a stranger in who agrees to an account, and the next time without a question', async () => {
    const jo = await corporate.addPerson('jo@example.com', '--name', 'Jo There');
    const first = await there(jo);
    const offer = await first.browser.get(first.back.url);
    assert.match(offer.text, /Create an account\?/);
    const joined = await first.browser.submit(offer, '/join');
    const sub = await subjectOf(first, joined);
    assert.notEqual(sub, jo.sub);
    const again = await there(jo);
    assert.equal(await subjectOf(again, await again.browser.get(again.back.url)), sub);
    assert.match((await people.run('users', 'show', 'jo@example.com')).stdout, /Jo There/);
  });

  test('is linked to an account by its password only, and then lets its owner in', async () => {
    const here = await people.addPerson('both@example.com');
    const away = await corporate.addPerson('both@example.com');
    const trip = await there(away);
    const asked = await trip.browser.get(trip.back.url);
    assert.match(asked.text, /Is this your account\?/);
    const wrong = await trip.browser.submit(asked, '/link', { password: 'wrong' });
    assert.equal(wrong.status, 401);
    const linked = await trip.browser.submit(wrong, '/link', { password: PASSWORD });
    assert.equal(await subjectOf(trip, linked), here.sub);
    const again = await there(away);
    const visit = await again.browser.get(again.back.url);
    assert.equal(await subjectOf(again, visit), here.sub);

    // And is taken away again on the account page.
    const account = await again.browser.get('/account');
    assert.match(account.text, /Corporate/);
    await again.browser.submit(account, '/identities/remove');
    const third = await there(away);
    assert.match((await third.browser.get(third.back.url)).text, /Is this your account\?/);
  });

  test('opens no account by an address that it has not confirmed', async () => {
    await people.addPerson('victim@example.com');
    const thief = await corporate.addPerson('victim@example.com');
    // An account whose address nobody confirmed.
    const { openStore } = await import('@portcullis/store');
    const store = await openStore(`sqlite:${corporate.system.folder}/data/portcullis.db`);
    await store.accounts.change(thief.sub, () => ({ emailVerifiedAt: undefined }));
    await store.close();
    const trip = await there(thief);
    const answer = await trip.browser.get(trip.back.url);
    assert.equal(answer.status, 401);
    assert.match(answer.text, /not confirmed there/);
  });

  test('does not let in who was disabled here', async () => {
    const away = await corporate.addPerson('gone@example.com');
    const first = await there(away);
    await first.browser.submit(await first.browser.get(first.back.url), '/join');
    await people.run('users', 'disable', 'gone@example.com');
    const again = await there(away);
    assert.equal((await again.browser.get(again.back.url)).status, 401);
  });

  test('an answer is good once, and in the browser that asked only (login CSRF)', async () => {
    const away = await corporate.addPerson('csrf@example.com');
    const trip = await there(away);
    const victim = people.browser();
    await victim.get((await shop.ask()).url);
    assert.equal((await victim.get(trip.back.url)).status, 400);
    const replayed = await there(away);
    await replayed.browser.get(replayed.back.url);
    assert.equal((await replayed.browser.get(replayed.back.url)).status, 400);
  });

  const altered: Record<string, (url: URL) => void> = {
    'with another issuer': (url) => url.searchParams.set('iss', 'https://evil.example'),
    'without an issuer': (url) => url.searchParams.delete('iss'),
    'with another state': (url) => url.searchParams.set('state', 'other'),
    'with another code': (url) => url.searchParams.set('code', 'other'),
    'for another provider': (url) => {
      url.pathname = url.pathname.replace('corporate', 'dead');
    },
  };
  for (const [what, change] of Object.entries(altered)) {
    test(`an answer ${what} is refused (mix-up)`, async () => {
      const away = await corporate.addPerson(`${Object.keys(altered).indexOf(what)}-mixed@example.com`);
      const trip = await there(away);
      const url = new URL(trip.back.url);
      change(url);
      const answer = await trip.browser.get(url);
      assert.equal(answer.status, 400, answer.url.href);
    });
  }

  for (const name of ['dead', 'lying']) {
    test(`that is ${name} leaves other ways to sign in`, async () => {
      const who = await people.addPerson(`${name}@example.com`);
      const browser = people.browser();
      const request = await shop.ask();
      const page = await browser.submit(await browser.get(request.url), `/provider/${name}`);
      assert.equal(page.status, 502);
      const visit = await browser.submit(page, '/sign-in', { email: who.email, password: PASSWORD });
      assert.ok(visit.url.href.startsWith(CALLBACK));
    });
  }
});
