import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startRelyingParty } from '../support/apache.ts';
import { freshPage, startChromium } from '../support/chromium.ts';
import { PASSWORD, startPeople } from '../support/people.ts';
import { freePort } from '../support/ports.ts';

test("people sign in to an application behind Apache's mod_auth_openidc, and out of it again", async () => {
  const people = await startPeople({ after });
  const jo = await people.addPerson('jo@example.com');
  const port = await freePort();
  const site = `http://localhost:${port}`;
  const { secret } = await people.addClient(
    'apache',
    ...[
      '--type',
      'web',
      '--redirect-uri',
      `${site}/oidc/callback`,
      '--post-logout-redirect-uri',
      `${site}/bye`,
    ],
  );
  await startRelyingParty({ after }, port, {
    issuer: people.issuer,
    clientId: 'apache',
    clientSecret: secret,
  });
  const browser = await startChromium({ after });
  const { page } = await freshPage(browser);

  await page.goto(`${site}/file`);
  await page.fill('#email', jo.email);
  await page.fill('#password', PASSWORD);
  await page.click('form[action$="/sign-in"] button');
  await page.click('text="Allow"');
  await page.waitForURL(`${site}/file`);
  const answer = await page.reload();
  assert.deepEqual([answer?.status(), answer?.headers()['x-person']], [200, jo.email]);

  await page.goto(`${site}/oidc/callback?logout=${encodeURIComponent(`${site}/bye`)}`);
  await page.click('text="Sign out"');
  await page.waitForURL(`${site}/bye`);
  await page.goto(`${site}/file`);
  await page.waitForSelector('#password');
});
