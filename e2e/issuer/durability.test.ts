import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { after, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openStore, type Store } from '@portcullis/store';
import { claimsOf, startIssuing } from '../support/issuing.ts';
import { cutShort, killIssuer } from '../support/killing.ts';
import { startPostgres } from '../support/postgres.ts';
import { eventually } from '../support/processes.ts';

const KILLS = 6;
/** So many tokens are got before the next kill, at least. */
const BETWEEN_KILLS = 9;

for (const kind of ['SQLite', 'PostgreSQL'] as const) {
  describe(`kill -9 on ${kind}`, async () => {
    const url = kind === 'PostgreSQL' ? (await startPostgres({ after })).database('portcullis') : undefined;
    const issuing = await startIssuing({ after }, url === undefined ? {} : { store: url });
    const client = await issuing.addClient('billing');
    const serves = (): Promise<void> =>
      eventually(
        () =>
          issuing.token(client).then(
            () => true,
            () => false,
          ),
        'tokens',
      );
    async function startAgain(): Promise<void> {
      await issuing.system.stop('SIGKILL');
      await issuing.system.startAgain();
      await serves();
    }
    async function withStore<T>(look: (store: Store) => Promise<T>): Promise<T> {
      const store = await openStore(url ?? `sqlite:${issuing.system.folder}/data/portcullis.db`);
      try {
        return await look(store);
      } finally {
        await store.close();
      }
    }
    const assertRingWhole = async (): Promise<void> => {
      const keys = await withStore((store) => store.keys.list('default/access-token'));
      const states = keys.map(({ state }) => state);
      for (const one of ['current', 'next'])
        assert.equal(states.filter((state) => state === one).length, 1, one);
      assert.ok(keys.every(({ state, sealed }) => (state === 'retired') === (sealed === '')));
    };

    test('while tokens are issued: each that a client got was noted, and is good', async () => {
      const got: string[] = [];
      let going = true;
      const traffic = Array.from({ length: 8 }, async () => {
        while (going)
          await issuing.token(client).then(
            (token) => got.push(token),
            () => sleep(20),
          );
      });
      for (let n = 0; n < KILLS; n += 1) {
        // Each comes while all goes on, however long that takes to begin again.
        const before = got.length;
        await eventually(() => got.length >= before + BETWEEN_KILLS, 'tokens');
        await sleep(randomInt(50, 400));
        await killIssuer(issuing);
        await serves();
      }
      going = false;
      await Promise.all(traffic);
      const events = await withStore((store) => store.audit.list({ type: 'token.issued', limit: 100_000 }));
      const noted = new Set(events.map(({ detail }) => detail?.['jti']));
      for (const token of got) assert.ok(noted.has(claimsOf(token)['jti']), 'a token that nobody noted');
      for (const token of [got[0], got.at(-1)]) assert.equal(await issuing.ask(token ?? ''), 200);
    });

    test('while keys are rotated: one key signs and one is about to, after each', async () => {
      let whole = 0;
      for (let n = 0; n < KILLS; n += 1) {
        if (await cutShort(issuing, ['keys', 'rotate', '--now'], randomInt(250, 800))) whole += 1;
        await assertRingWhole();
      }
      await issuing.run('keys', 'rotate', '--now');
      await assertRingWhole();
      const token = await issuing.token(client);
      await eventually(
        async () => (await issuing.ask(token)) === 200,
        `a token that is let in (${whole} rotations)`,
      );
    });

    test('while tokens are revoked: what was acknowledged stays refused', async () => {
      await startAgain(); // after so many kills the supervisor takes its time with the next start
      for (let n = 0; n < KILLS; n += 1) {
        const token = await issuing.token(client);
        const { status } = await issuing.post('/token/revocation', { token }, client);
        assert.equal(status, 200);
        await killIssuer(issuing);
        await issuing.untilRefused(token);
        await serves();
      }
      const token = await issuing.token(client);
      const done = await cutShort(issuing, ['revoke', token], randomInt(300, 900));
      if (done) await issuing.untilRefused(token);
      else assert.ok([200, 401].includes(await issuing.ask(token)));
    });

    test('while a client is deleted: it is there or it is not, and once it is not, its tokens end', async () => {
      for (let n = 0; n < 3; n += 1) {
        const id = `leaving-${n}`;
        const leaving = await issuing.addClient(id);
        const token = await issuing.token(leaving);
        await cutShort(issuing, ['clients', 'delete', id], randomInt(300, 800));
        const found = await withStore((store) => store.clients.find(id));
        if (found === undefined) await issuing.untilRefused(token);
        else await issuing.run('clients', 'delete', id);
        await issuing.untilRefused(token);
      }
    });

    test('while the master key is rotated: what is sealed opens, also after a start', async () => {
      for (let n = 0; n < KILLS; n += 1)
        await cutShort(issuing, ['master-key', 'rotate'], randomInt(250, 700));
      await issuing.run('master-key', 'rotate');
      await issuing.run('keys', 'rotate', '--now');
      await startAgain();
      await assertRingWhole();
    });
  });
}
