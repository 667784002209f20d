import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, describe, test } from 'node:test';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { claimsOf } from '../support/issuing.ts';
import { signIn, startPeople } from '../support/people.ts';
import { listening } from '../support/ports.ts';
import { eventually } from '../support/processes.ts';

describe('an application that is told when somebody signs out', async () => {
  const people = await startPeople({ after });
  const told: string[] = [];
  let status = 200;
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      if (status === 200) told.push(new URLSearchParams(body).get('logout_token') ?? '');
      response.writeHead(status).end();
    });
  });
  const uri = `http://127.0.0.1:${await listening({ after }, server)}/logout`;
  const shop = await people.addApplication(
    'shop',
    '--type',
    'web',
    '--allow',
    'orders=read:orders',
    '--backchannel-logout-uri',
    uri,
  );

  async function signedIn(email: string) {
    const jo = await people.addPerson(email);
    const browser = people.browser();
    const request = await shop.ask();
    const tokens = await shop.take(await signIn(browser, request, jo), request);
    return { jo, browser, sid: claimsOf(tokens.access_token)['sid'], idToken: tokens.claims() };
  }

  test('gets a logout token that says whose session it was', async () => {
    const { jo, browser, sid, idToken } = await signedIn('jo@example.com');
    assert.equal(idToken?.['sid'], sid);
    const page = await browser.get('/session/end');
    await browser.submit(page, '/session/end/confirm', { logout: 'yes' });
    await eventually(() => told.length === 1, 'a logout token');
    const keys = createRemoteJWKSet(new URL(`${people.issuer}/jwks`));
    const { payload } = await jwtVerify(told[0] ?? '', keys, {
      issuer: people.issuer,
      audience: 'shop',
      typ: 'logout+jwt',
    });
    assert.deepEqual([payload.sub, payload['sid'], payload['nonce']], [jo.sub, sid, undefined]);
    assert.deepEqual(payload['events'], { 'http://schemas.openid.net/event/backchannel-logout': {} });
  });

  test('hears of it from the command, also when it was down, and after a restart of ours', async () => {
    const { jo, sid } = await signedIn('down@example.com');
    status = 503;
    await people.run('users', 'sign-out', jo.email);
    await people.system.stop('SIGTERM');
    status = 200;
    await people.system.startAgain();
    await eventually(() => told.length === 2, 'a logout token');
    assert.equal(claimsOf(told[1] ?? '')['sid'], sid);
  });

  test('is not told twice, nor of the sessions of other applications', async () => {
    const other = await people.addApplication('other');
    const jo = await people.addPerson('other@example.com');
    const request = await other.ask();
    await other.take(await signIn(people.browser(), request, jo), request);
    await people.run('users', 'sign-out', jo.email);
    const { jo: last } = await signedIn('last@example.com');
    await people.run('users', 'sign-out', last.email);
    await eventually(() => told.length === 3, 'a logout token');
    assert.equal(claimsOf(told[2] ?? '')['sub'], last.sub);
  });
});
