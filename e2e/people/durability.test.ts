import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { after, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import * as oidc from 'openid-client';
import { cutShort, killIssuer } from '../support/killing.ts';
import { type Person, signIn, startPeople } from '../support/people.ts';
import { startPostgres } from '../support/postgres.ts';
import { eventually } from '../support/processes.ts';

/** After a few the supervisor takes its time with the next start. */
const KILLS = 3;

for (const kind of ['SQLite', 'PostgreSQL'] as const) {
  describe(`people and kill -9 on ${kind}`, async () => {
    const store = kind === 'PostgreSQL' ? { store: (await startPostgres({ after })).database('people') } : {};
    const people = await startPeople({ after }, store);
    const shop = await people.addApplication(
      'shop',
      '--type',
      'web',
      '--allow',
      'orders=read:orders',
      '--first-party',
    );
    let count = 0;
    const person = (): Promise<Person> => {
      count += 1;
      return people.addPerson(`person-${count}@example.com`);
    };

    /** Kills the issuer, and waits until the next one answers. */
    async function kill(): Promise<void> {
      await killIssuer(people);
      await eventually(
        () =>
          fetch(`${people.issuer}/jwks`).then(
            ({ ok }) => ok,
            () => false,
          ),
        'an issuer that answers',
      );
    }

    /** Signs in, however often the issuer goes away meanwhile. */
    async function tokensOf(who: Person): Promise<{ access: string; refresh: string }> {
      for (;;) {
        try {
          const request = await shop.ask();
          const tokens = await shop.take(await signIn(people.browser(), request, who), request);
          return { access: tokens.access_token, refresh: tokens.refresh_token ?? '' };
        } catch {
          await sleep(50);
        }
      }
    }

    /** What comes of presenting a refresh token: the next pair, a refusal, or no answer. */
    async function refresh(
      token: string,
    ): Promise<{ access: string; refresh: string } | 'refused' | 'no answer'> {
      try {
        const tokens = await oidc.refreshTokenGrant(shop.config, token);
        return { access: tokens.access_token, refresh: tokens.refresh_token ?? '' };
      } catch (error) {
        const refused = error instanceof oidc.ResponseBodyError && error.error === 'invalid_grant';
        return refused ? 'refused' : 'no answer';
      }
    }

    test('while people sign in: whoever got tokens has a session, and both work', async () => {
      const who = await person();
      let going = true;
      const got: { access: string; refresh: string }[] = [];
      const traffic = Array.from({ length: 4 }, async () => {
        while (going) got.push(await tokensOf(who));
      });
      for (let n = 0; n < KILLS; n += 1) {
        await sleep(randomInt(100, 500));
        await kill();
      }
      going = false;
      await Promise.all(traffic);
      assert.ok(got.length >= 4, `${got.length} signed in`);
      for (const tokens of [got[0], got[Math.floor(got.length / 2)], got.at(-1)]) {
        assert.equal(await people.ask(tokens?.access ?? ''), 200);
        assert.ok(typeof (await refresh(tokens?.refresh ?? '')) === 'object');
      }
    });

    test('while tokens are refreshed: one that was answered is used up, and at most one goes on', async () => {
      const who = await person();
      let [chains, steps, lost] = [0, 0, 0];
      let going = true;
      const traffic = Array.from({ length: 4 }, async () => {
        let tokens = await tokensOf(who);
        chains += 1;
        while (going) {
          const answer = await refresh(tokens.refresh);
          if (answer === 'no answer') {
            // Nobody knows whether it was used up. It is either good still, or it ends its whole family.
            await sleep(30);
          } else if (answer === 'refused') {
            lost += 1;
            await people.untilRefused(tokens.access);
            tokens = await tokensOf(who);
          } else {
            steps += 1;
            tokens = answer;
          }
        }
        // What this chain ended with goes on, and what it began with does not.
        const last = await refresh(tokens.refresh);
        if (typeof last === 'object') assert.equal(await refresh(tokens.refresh), 'refused');
      });
      for (let n = 0; n < KILLS; n += 1) {
        // Each comes while all goes on, however long that takes to begin again.
        const before = steps;
        await eventually(() => steps > before, 'a refreshed token');
        await sleep(randomInt(0, 200));
        await kill();
      }
      going = false;
      await Promise.all(traffic);
      assert.ok(chains === 4 && steps > 0, `${steps} steps, ${lost} lost`);
    });

    test('while somebody is signed out by a command: all of it, or nothing', async () => {
      for (let n = 0; n < KILLS; n += 1) {
        const who = await person();
        const tokens = await tokensOf(who);
        await cutShort(people, ['users', 'sign-out', who.email], randomInt(200, 600));
        const next = await refresh(tokens.refresh);
        if (typeof next === 'object') assert.equal(await people.ask(next.access), 200);
        else await people.untilRefused(tokens.access);
      }
    });

    test('while somebody is disabled or deleted: done again, it is whole', async () => {
      for (const command of ['disable', 'delete']) {
        for (let n = 0; n < 3; n += 1) {
          const who = await person();
          const tokens = await tokensOf(who);
          const done = await cutShort(people, ['users', command, who.email], randomInt(200, 600));
          if (!done) await people.runAnyway('users', command, who.email);
          await people.untilRefused(tokens.access);
          assert.equal(await refresh(tokens.refresh), 'refused');
        }
      }
    });

    test('a session that was ended stays so after a kill', async () => {
      const who = await person();
      const browser = people.browser();
      const request = await shop.ask();
      const tokens = await shop.take(await signIn(browser, request, who), request);
      await people.run('users', 'sign-out', who.email);
      await kill();
      const visit = await browser.get((await shop.ask({ prompt: 'none' })).url);
      assert.equal(visit.url.searchParams.get('error'), 'login_required');
      await people.untilRefused(tokens.access_token);
    });
  });
}
