import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { StoreError, type StoreErrorCode } from '../errors.ts';
import { MasterKey, masterKeyFile, newMasterSecret } from './master-key.ts';

const [one, other] = [newMasterSecret(), newMasterSecret()];

function says(code: StoreErrorCode): (error: unknown) => boolean {
  return (error) => error instanceof StoreError && error.code === code && !error.message.includes(one);
}

describe('a master key', () => {
  it('opens what it sealed, under the same name only', async () => {
    const key = MasterKey.fromSecrets([one]);
    const sealed = await key.seal({ d: 'secret' }, 'key-1');
    assert.ok(!sealed.includes('secret'));
    assert.deepEqual(await key.open(sealed, 'key-1'), { d: 'secret' });
    await assert.rejects(key.open(sealed, 'key-2'), says('sealed_broken'));
  });

  it('opens what an earlier one sealed, and seals with the first', async () => {
    const before = MasterKey.fromSecrets([one]);
    const after = MasterKey.fromSecrets([other, one]);
    assert.deepEqual(await after.open(await before.seal({ a: 1 }, 'n'), 'n'), { a: 1 });
    await assert.rejects(before.open(await after.seal({ a: 1 }, 'n'), 'n'), says('master_key_unknown'));
  });

  it('refuses what was altered', async () => {
    const key = MasterKey.fromSecrets([one]);
    const [head = '', , iv = '', text = '', tag = ''] = (await key.seal({ a: 1 }, 'n')).split('.');
    const altered = `${text.startsWith('A') ? 'B' : 'A'}${text.slice(1)}`;
    await assert.rejects(key.open(`${head}..${iv}.${altered}.${tag}`, 'n'), says('sealed_broken'));
    await assert.rejects(key.open('nonsense', 'n'), says('sealed_broken'));
  });

  it('is read from its file, and the file is never quoted', () => {
    assert.equal(MasterKey.fromFile(masterKeyFile([one]), 'f').id, MasterKey.fromSecrets([one]).id);
    for (const text of [
      '',
      '{}',
      '[]',
      `{"masterKeys":["${one}x"]}`,
      `{"masterKeys":"${one}"}`,
      '{"masterKeys":[]}',
    ]) {
      assert.throws(() => MasterKey.fromFile(text, 'f'), says('master_key_invalid'), text);
    }
  });
});
