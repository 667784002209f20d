import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Client } from '@portcullis/store';
import { SharedLookups } from './shared-lookups.ts';

describe('lookups of clients', () => {
  it('are shared by those who ask at once, and never with one who asks later', async () => {
    const looked: string[] = [];
    const lookups = new SharedLookups({
      async find(id) {
        looked.push(id);
        return { id, owner: `${looked.length}` } as Client;
      },
    });
    const owners = (await Promise.all(['a', 'b', 'a'].map((id) => lookups.find(id)))).map(
      (one) => one?.owner,
    );
    assert.deepEqual(
      [looked, owners],
      [
        ['a', 'b'],
        ['1', '2', '1'],
      ],
    );
    assert.equal((await lookups.find('a'))?.owner, '3');
  });

  it('that fail, fail for those who asked at once, and are made anew for the next', async () => {
    let failures = 0;
    const lookups = new SharedLookups({
      async find() {
        failures += 1;
        if (failures === 1) throw new Error('away');
        return undefined;
      },
    });
    const both = await Promise.allSettled([lookups.find('a'), lookups.find('a')]);
    assert.deepEqual(
      both.map(({ status }) => status),
      ['rejected', 'rejected'],
    );
    assert.equal(await lookups.find('a'), undefined);
  });
});
