import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { claimsOf } from '../support/issuing.ts';
import { signIn, startPeople } from '../support/people.ts';

describe('somebody signs in to an application', async () => {
  const people = await startPeople({ after });
  const jo = await people.addPerson('jo@example.com', '--role', 'orders=clerk');
  const shop = await people.addApplication('shop');

  test('and the application calls the API for them', async () => {
    const browser = people.browser();
    const request = await shop.ask();
    const tokens = await shop.take(await signIn(browser, request, jo), request);
    const identity = tokens.claims();
    assert.deepEqual([identity?.sub, identity?.['email']], [jo.sub, jo.email]);
    const claims = claimsOf(tokens.access_token);
    assert.deepEqual(
      [claims['sub'], claims['client_id'], claims['scope'], claims['roles'], claims['acr']],
      [jo.sub, 'shop', 'read:orders', ['clerk'], '1fa'],
    );
    assert.equal(await people.ask(tokens.access_token), 200);
  });

  test('at the front door finds their account, and a page where there is nothing', async () => {
    assert.match((await people.browser().get('/')).text, /name="password"/);
    const nothing = await people.browser().get('/no-such-page');
    assert.equal(nothing.status, 404);
    assert.match(nothing.text, /There is no such page/);
  });
});
