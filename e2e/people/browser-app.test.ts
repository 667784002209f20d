import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { after, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { freshPage, startChromium } from '../support/chromium.ts';
import { type Application, PASSWORD, startPeople } from '../support/people.ts';
import { freePort, listening } from '../support/ports.ts';
import { eventually } from '../support/processes.ts';

const SERVER = fileURLToPath(new URL('../../examples/browser-app/server.ts', import.meta.url));
const COOKIE = 'portcullis_refresh_page';

describe('a page whose users sign in', async () => {
  const port = await freePort();
  const page = `http://localhost:${port}`;
  const people = await startPeople({ after }, { orders: `    cors: { origins: ["${page}"] }` });
  const jo = await people.addPerson('jo@example.com');
  await people.addApplication(
    'page',
    '--type',
    'spa',
    '--allow',
    'orders=read:orders',
    '--redirect-uri',
    `${page}/`,
    '--first-party',
  );
  const gateway = people.system.url.replace('127.0.0.1', 'localhost');
  const server = spawn(process.execPath, [SERVER], {
    env: { ...process.env, PORT: String(port), ISSUER: people.issuer, GATEWAY: gateway, CLIENT_ID: 'page' },
    stdio: 'ignore',
  });
  after(() => void server.kill());
  await eventually(
    () =>
      fetch(page).then(
        (response) => response.ok,
        () => false,
      ),
    'the page',
  );
  const browser = await startChromium({ after });

  async function signIn(at: Page): Promise<void> {
    await at.goto(page);
    await at.click('#sign-in:visible');
    await at.fill('#email', jo.email);
    await at.fill('#password', PASSWORD);
    await at.click('form[action$="/sign-in"] button');
    await at.waitForSelector('text=You are signed in.');
  }

  const refresh = (headers: Record<string, string>, query = 'client_id=page') =>
    fetch(`${people.issuer}/session/refresh?${query}`, { method: 'POST', headers });

  test('calls the API with a token that it holds in memory, and goes on after a reload', async () => {
    const { page: tab, faults } = await freshPage(browser);
    await signIn(tab);
    await tab.click('#load');
    await tab.waitForSelector('#order:has-text("200")');
    const cookies = await tab.context().cookies(people.issuer);
    const cookie = cookies.find(({ name }) => name === COOKIE);
    assert.deepEqual([cookie?.httpOnly, cookie?.sameSite, cookie?.path], [true, 'Strict', '/']);
    assert.equal(
      await tab.evaluate(() => document.cookie + JSON.stringify({ ...localStorage, ...sessionStorage })),
      '{}',
    );

    await tab.reload();
    await tab.waitForSelector('text=You are signed in.');
    const rotated = (await tab.context().cookies(people.issuer)).find(({ name }) => name === COOKIE);
    assert.notEqual(rotated?.value, cookie?.value);
    await tab.click('#load');
    await tab.waitForSelector('#order:has-text("200")');
    // Before anybody signed in there was nothing to refresh.
    assert.deepEqual(
      faults.filter((fault) => !fault.includes('401')),
      [],
    );
  });

  test('gets a fresh token by itself when its own is revoked, and none once its user is signed out', async () => {
    const { page: tab } = await freshPage(browser);
    await signIn(tab);
    await people.run('revoke', '--subject', jo.sub);
    await tab.click('#load');
    await tab.waitForSelector('#order:has-text("200")');
    await people.run('users', 'sign-out', jo.email);
    await tab.click('#load');
    await tab.waitForSelector('#order:has-text("401")');
    await tab.waitForSelector('text=You are not signed in.');
  });

  test('signs its user out everywhere in the browser', async () => {
    const { page: tab } = await freshPage(browser);
    await signIn(tab);
    await tab.click('#sign-out');
    await tab.waitForSelector('text=You are not signed in.');
    await tab.reload();
    await tab.waitForSelector('text=You are not signed in.');
    await tab.click('#sign-in:visible');
    await tab.waitForSelector('#password');
  });

  test('in two tabs at once keeps its session', async () => {
    const { page: first } = await freshPage(browser);
    await signIn(first);
    const tabs = await Promise.all(Array.from({ length: 4 }, () => first.context().newPage()));
    await Promise.all(tabs.map((tab) => tab.goto(page)));
    for (const tab of tabs) await tab.waitForSelector('text=You are signed in.');
  });

  test('of another site gets nothing from the cookie: not by fetch, and not by a form', async () => {
    const evil = createServer((_request, response) =>
      response.setHeader('content-type', 'text/html').end('<!doctype html>'),
    );
    const evilPort = await listening({ after }, evil);
    const { page: tab } = await freshPage(browser);
    await signIn(tab);
    // 127.0.0.1 is another site than localhost; another port of localhost is the same site and another origin.
    for (const origin of [`http://127.0.0.1:${evilPort}`, `http://localhost:${evilPort}`]) {
      await tab.goto(origin).catch(() => undefined);
      const answer = await tab.evaluate(async (issuer) => {
        const url = `${issuer}/session/refresh?client_id=page`;
        const init: RequestInit = { method: 'POST', credentials: 'include' };
        const read = await fetch(url, { ...init, headers: { 'x-portcullis-csrf': '1' } }).then(
          (response) => response.text(),
          () => 'refused',
        );
        await fetch(url, { ...init, mode: 'no-cors' });
        return read;
      }, people.issuer);
      assert.equal(answer, 'refused', origin);
    }
    await tab.goto(page);
    await tab.waitForSelector('text=You are signed in.');
  });

  const origin = { origin: page };
  const csrf = { 'x-portcullis-csrf': '1' };
  const wrong: Record<string, [Record<string, string>, string?]> = {
    'without an origin': [csrf],
    'without the header': [origin],
    'from an origin that only begins so': [{ ...csrf, origin: `${page}.evil.example` }],
    'from an origin of another scheme': [{ ...csrf, origin: page.replace('http:', 'https:') }],
    'from another site, as the browser says': [{ ...csrf, ...origin, 'sec-fetch-site': 'cross-site' }],
    'of a client that there is not': [{ ...csrf, ...origin }, 'client_id=nobody'],
    'of a client that is no page': [{ ...csrf, ...origin }, 'client_id=shop'],
  };
  for (const [what, [headers, query]] of Object.entries(wrong)) {
    test(`${what} is refused`, async () => {
      assert.equal((await refresh(headers, query)).status, 403);
    });
  }

  test('without the cookie has to sign in', async () => {
    const response = await refresh({ ...origin, ...csrf });
    assert.deepEqual([response.status, await response.json()], [401, { error: 'login_required' }]);
  });

  test('never sees its refresh token, and cannot use one that it got hold of', async () => {
    const app = await people.addApplication('shop');
    const stolen = await fetch(`${people.issuer}/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'refresh_token',
        client_id: 'page',
        refresh_token: 'x'.repeat(43),
      }),
      headers: origin,
    });
    assert.equal(stolen.status, 400);
    const spa: Application = await people.addApplication(
      'other-page',
      '--type',
      'spa',
      '--allow',
      'orders=read:orders',
      '--first-party',
    );
    const person = people.browser();
    const request = await spa.ask();
    const visit = await person.submit(await person.get(request.url), '/sign-in', {
      email: jo.email,
      password: PASSWORD,
    });
    const tokens = await spa.take(visit, request);
    assert.equal(tokens.refresh_token, undefined);
    assert.notEqual(app, spa);
  });

  test('written with oidc-client-ts signs its users in, too', async () => {
    const bundle = readFileSync(
      createRequire(import.meta.url)
        .resolve('oidc-client-ts')
        .replace(/umd.*/, 'browser/oidc-client-ts.min.js'),
    );
    const site = createServer((request, response) => {
      const script = request.url?.startsWith('/oidc.js');
      response.setHeader('content-type', script ? 'text/javascript' : 'text/html');
      response.end(script ? bundle : '<!doctype html><script src="/oidc.js"></script>');
    });
    const sitePort = await listening({ after }, site);
    const home = `http://127.0.0.1:${sitePort}/`;
    await people.addApplication(
      'oidc-ts',
      '--type',
      'spa',
      '--allow',
      'orders=read:orders',
      '--redirect-uri',
      home,
      '--first-party',
    );
    const { page: tab } = await freshPage(browser);
    await tab.goto(home);
    const settings = {
      authority: people.issuer,
      client_id: 'oidc-ts',
      redirect_uri: home,
      scope: 'openid email read:orders',
    };
    await tab.evaluate((given) => {
      const { oidc } = globalThis as unknown as {
        oidc: { UserManager: new (s: object) => { signinRedirect(): Promise<void> } };
      };
      void new oidc.UserManager(given).signinRedirect(); // which leaves this page
    }, settings);
    await tab.fill('#email', jo.email);
    await tab.fill('#password', PASSWORD);
    await tab.click('form[action$="/sign-in"] button');
    await tab.waitForURL(`${home}?**`);
    const user = await tab.evaluate((given) => {
      const { oidc } = globalThis as unknown as {
        oidc: {
          UserManager: new (
            s: object,
          ) => { signinRedirectCallback(): Promise<{ access_token: string; profile: { email: string } }> };
        };
      };
      return new oidc.UserManager(given).signinRedirectCallback();
    }, settings);
    assert.equal(user.profile.email, jo.email);
    assert.equal(await people.ask(user.access_token), 200);
  });
});
