import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openStore, type StoredRevocation, StoreError } from '@portcullis/store';
import { storeContract } from '../../packages/store/src/testing/contract.ts';
import { startPostgres } from '../support/postgres.ts';
import { eventually } from '../support/processes.ts';

describe('a store on PostgreSQL', async () => {
  const postgres = await startPostgres({ after });
  const url = postgres.database('contract');

  storeContract(() => url);

  it('follows revocations again once a server that was killed is back, and tells of both', async (t) => {
    const store = await openStore(url);
    const seen: StoredRevocation[] = [];
    const told: string[] = [];
    const unfollow = await store.revocations.follow(async (batch) => void seen.push(...batch), {
      onTrouble: () => told.push('trouble'),
      onRecovery: () => told.push('recovery'),
    });
    t.after(async () => {
      unfollow();
      await store.close();
    });
    await postgres.kill();
    await eventually(() => told.includes('trouble'), 'a word of trouble');
    await assert.rejects(store.revocations.add([{ issuer: 'i', by: 'jti', value: 'lost' }], Date.now()));
    assert.equal(await store.ping(), false);
    await postgres.up();
    await eventually(() => told.includes('recovery'), 'a word of recovery');
    await store.revocations.add([{ issuer: 'i', by: 'jti', value: 'after the outage' }], Date.now());
    await eventually(() => seen.some(({ value }) => value === 'after the outage'), 'the new one');
    assert.deepEqual(told, ['trouble', 'recovery']);
  });

  it('outlives a server that is killed over and over while it is asked', async (t) => {
    const store = await openStore(url);
    t.after(() => store.close());
    let going = true;
    const asking = Array.from({ length: 10 }, async () => {
      while (going) await store.clients.find('nobody').catch(() => sleep(5));
    });
    for (let n = 0; n < 5; n += 1) {
      await sleep(50);
      await postgres.kill();
      await postgres.up();
    }
    going = false;
    await Promise.all(asking);
    assert.equal(await store.clients.find('nobody'), undefined);
  });

  it('says that a server is not there', async () => {
    const away = openStore('postgres://user:hunter2@127.0.0.1:1/x');
    await assert.rejects(
      away,
      (error) =>
        error instanceof StoreError && error.code === 'unavailable' && !error.message.includes('hunter2'),
    );
  });
});
