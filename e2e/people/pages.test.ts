import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { after, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { freshPage, startChromium } from '../support/chromium.ts';
import { claimsOf } from '../support/issuing.ts';
import { PASSWORD, startPeople } from '../support/people.ts';
import { listening } from '../support/ports.ts';
import type { Visit } from '../support/user-agent.ts';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** What axe finds wrong with a page, with the element. Our policy lets no script in, so that it is put in from outside. */
async function faultsOf(page: Page): Promise<string[]> {
  await page
    .context()
    .newCDPSession(page)
    .then((cdp) => cdp.send('Page.setBypassCSP', { enabled: true }));
  await page.reload();
  await page.addScriptTag({ path: AXE });
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
    };
    const { violations } = await axe.run();
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
  });
}

describe('the pages, in Chromium', async () => {
  const people = await startPeople(
    { after },
    { issuer: '  registration: open\n  mail: { from: "Shop <no-reply@example.com>", smtp: log }' },
  );
  const browser = await startChromium({ after });
  const jo = await people.addPerson('jo@example.com', '--name', 'Jo Doe');
  const application = createServer((_request, response) => response.end('the application'));
  const callback = `http://127.0.0.1:${await listening({ after }, application)}/callback`;
  const shop = await people.addApplication(
    'shop',
    ...['--type', 'web', '--allow', 'orders=read:orders,write:orders', '--redirect-uri', callback],
  );
  const ask = (more: Record<string, string> = {}) => shop.ask({ redirect_uri: callback, ...more });

  /** What the application was sent, once the browser is there. */
  async function answerAt(page: Page): Promise<Visit> {
    await page.waitForURL(`${callback}**`);
    return { url: new URL(page.url()), status: 200, headers: new Headers(), text: '' };
  }

  async function signIn(page: Page, url: string, person = jo): Promise<void> {
    await page.goto(url);
    await page.fill('#email', person.email);
    await page.fill('#password', PASSWORD);
    await page.click('form[action$="/sign-in"] button');
  }

  for (const javaScriptEnabled of [true, false]) {
    test(`lead to the application ${javaScriptEnabled ? 'with' : 'without'} JavaScript`, async () => {
      const { page, faults } = await freshPage(browser, { javaScriptEnabled });
      const request = await ask();
      const person = await people.addPerson(`js-${javaScriptEnabled}@example.com`);
      await signIn(page, request.url.href, person);
      await page.click('text="Allow"');
      const tokens = await shop.take(await answerAt(page), request);
      assert.equal(await people.ask(tokens.access_token), 200);
      assert.deepEqual(faults, []);
    });
  }

  for (const colorScheme of ['light', 'dark'] as const) {
    test(`are accessible, ${colorScheme}`, async () => {
      const { page } = await freshPage(browser, { colorScheme });
      const found: Record<string, string[]> = {};
      const look = async (name: string): Promise<void> => {
        found[name] = await faultsOf(page);
      };
      await page.goto((await ask({ scope: 'openid email write:orders', prompt: 'consent' })).url.href);
      await look('sign in');
      await page.fill('#email', jo.email);
      await page.fill('#password', PASSWORD);
      await page.click('form[action$="/sign-in"] button');
      await page.waitForSelector('text="Allow"');
      await look('consent');
      for (const path of [
        '/account',
        '/account/passkeys/new',
        '/forgot-password',
        '/register',
        '/session/end',
        '/auth?client_id=x',
        `/set-password?link=${'x'.repeat(43)}`,
      ]) {
        await page.goto(people.issuer + path);
        await look(path);
      }
      assert.deepEqual(
        Object.entries(found).filter(([, faults]) => faults.length > 0),
        [],
      );
    });
  }

  test('fit a small screen', async () => {
    const { page } = await freshPage(browser, { viewport: { width: 320, height: 600 } });
    await signIn(page, `${people.issuer}/account`);
    await page.waitForSelector('text="Your account"');
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(width <= 320, `${width} pixels wide`);
  });

  test('let somebody sign in with a passkey, which is worth two factors and cannot be phished', async () => {
    const { page, faults } = await freshPage(browser);
    const cdp = await page.context().newCDPSession(page);
    await cdp.send('WebAuthn.enable');
    await cdp.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
    await signIn(page, `${people.issuer}/account`);
    await page.click('text="Add a passkey"');
    await page.click('text="Make the passkey"');
    await page.waitForSelector('text=The passkey is made');

    await page.context().clearCookies();
    const request = await ask();
    await page.goto(request.url.href);
    await page.click('text="Sign in with a passkey"');
    await page.click('text="Allow"');
    const claims = claimsOf((await shop.take(await answerAt(page), request)).access_token);
    assert.deepEqual([claims['sub'], claims['acr'], claims['amr']], [jo.sub, 'phr', ['hwk', 'mfa']]);

    // A passkey that its owner removed opens nothing.
    await page.goto(`${people.issuer}/account`);
    await page.click('section:has-text("Passkeys") li button');
    await page.waitForSelector('text=Removed.');
    await page.context().clearCookies();
    await page.goto((await ask()).url.href);
    await page.click('text="Sign in with a passkey"');
    await page.waitForSelector('text=does not open an account');
    assert.deepEqual(
      faults.filter((fault) => !fault.includes('401')),
      [],
    );
  });
});
