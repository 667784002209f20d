import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import * as oidc from 'openid-client';
import { claimsOf } from '../support/issuing.ts';
import { type Application, CALLBACK, type Person, signIn, startPeople } from '../support/people.ts';
import { startPostgres } from '../support/postgres.ts';

for (const database of ['SQLite', 'PostgreSQL'] as const) {
  describe(`refresh tokens, on ${database}`, async () => {
    const store = database === 'SQLite' ? {} : { store: (await startPostgres({ after })).database('people') };
    const people = await startPeople({ after }, store);
    const shop = await people.addApplication('shop');
    const jo = await people.addPerson('jo@example.com');

    async function tokensOf(application: Application, person: Person) {
      const request = await application.ask();
      const tokens = await application.take(await signIn(people.browser(), request, person), request);
      return { ...tokens, refresh: tokens.refresh_token ?? '', access: tokens.access_token };
    }

    async function refused(refresh: string): Promise<void> {
      await assert.rejects(
        oidc.refreshTokenGrant(shop.config, refresh),
        (error) => error instanceof oidc.ResponseBodyError && error.error === 'invalid_grant',
      );
    }

    test('are good for one use, and bring the next', async () => {
      const first = await tokensOf(shop, jo);
      const second = await oidc.refreshTokenGrant(shop.config, first.refresh);
      assert.notEqual(second.refresh_token, first.refresh);
      assert.equal(claimsOf(second.access_token)['sid'], claimsOf(first.access)['sid']);
      assert.equal(await people.ask(second.access_token), 200);
      const third = await oidc.refreshTokenGrant(shop.config, second.refresh_token ?? '');
      assert.equal(await people.ask(third.access_token), 200);
    });

    test('kill the family when one is used twice, with its access tokens, and raise an alert', async () => {
      const first = await tokensOf(shop, jo);
      const second = await oidc.refreshTokenGrant(shop.config, first.refresh);
      await refused(first.refresh);
      await refused(second.refresh_token ?? '');
      await people.untilRefused(second.access_token);
      await people.untilRefused(first.access);
      const audit = ['audit', '--type', 'refresh_token.reused', '--limit', '1', '--json'];
      const event: { subject: string; detail: object } = JSON.parse((await people.run(...audit)).stdout);
      assert.equal(event.subject, jo.sub);
      assert.match(JSON.stringify(event.detail), /"alert":true/);
      const metrics = await (await fetch(`${people.system.adminUrl}/metrics`)).text();
      assert.match(metrics, /portcullis_issuer_alerts_total\{type="refresh_token_reused"\} [1-9]/);
    });

    test('100 at once: at most one success, and nothing that goes on', async () => {
      const { refresh } = await tokensOf(shop, jo);
      const answers = await Promise.allSettled(
        Array.from({ length: 100 }, () => oidc.refreshTokenGrant(shop.config, refresh)),
      );
      const won = answers.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
      assert.ok(won.length <= 1, `${won.length} won`);
      for (const { refresh_token, access_token } of won) {
        await refused(refresh_token ?? '');
        await people.untilRefused(access_token);
      }
      await refused(refresh);
    });

    test('are of one client only', async () => {
      const { refresh } = await tokensOf(shop, jo);
      const other = await people.addApplication('other');
      await assert.rejects(oidc.refreshTokenGrant(other.config, refresh));
      // Nor does a wrong client use it up.
      await oidc.refreshTokenGrant(shop.config, refresh);
    });

    test('and codes are not used up by a request that is refused: whoever is told to come again can', async () => {
      const { refresh } = await tokensOf(shop, jo);
      await assert.rejects(
        oidc.refreshTokenGrant(shop.config, refresh, { resource: 'https://api.example.com/nowhere' }),
        (error) => error instanceof oidc.ResponseBodyError && error.error === 'invalid_target',
      );
      await oidc.refreshTokenGrant(shop.config, refresh);
      const request = await shop.ask();
      const visit = await signIn(people.browser(), request, jo);
      const code = visit.url.searchParams.get('code') ?? '';
      const form = {
        grant_type: 'authorization_code',
        code,
        redirect_uri: CALLBACK,
        code_verifier: request.verifier,
      };
      const wrong = await people.post(
        '/token',
        { ...form, resource: 'https://api.example.com/nowhere' },
        shop.credentials,
      );
      assert.deepEqual([wrong.status, wrong.body['error']], [400, 'invalid_target']);
      const right = await people.post('/token', form, shop.credentials);
      assert.equal(right.status, 200, JSON.stringify(right.body));
    });

    test('may ask for less, never for more', async () => {
      const { refresh } = await tokensOf(shop, jo);
      await assert.rejects(
        oidc.refreshTokenGrant(shop.config, refresh, { scope: 'read:orders write:orders' }),
        (error) => error instanceof oidc.ResponseBodyError && error.error === 'invalid_scope',
      );
      const { access_token } = await oidc.refreshTokenGrant(shop.config, refresh, { scope: 'read:orders' });
      assert.equal(claimsOf(access_token)['scope'], 'read:orders');
    });
  });
}
