import assert from 'node:assert/strict';
import { copyFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { claimsOf, startIssuing } from '../support/issuing.ts';

test('a backup made while it runs is restored as docs/issuer.md says: clients and keys are as they were', async () => {
  const issuing = await startIssuing({ after });
  const { system } = issuing;
  const client = await issuing.addClient('billing');
  const [before, revoked] = [await issuing.token(client), await issuing.token(client)];
  await issuing.run('revoke', revoked);
  await issuing.run('backup', 'backup.db');
  const backup = join(system.folder, 'backup.db');
  assert.equal(statSync(backup).mode & 0o777, 0o600);
  const later = await issuing.addClient('later');

  // The master key is changed after the backup: the earlier one opens it.
  await issuing.run('master-key', 'rotate');
  await system.stop();
  const data = join(system.folder, 'data');
  for (const name of readdirSync(data).filter((one) => /-(?:wal|shm)$/.test(one))) rmSync(join(data, name));
  copyFileSync(backup, join(data, 'portcullis.db'));
  const earlier = readdirSync(system.folder).find((name) => name.startsWith('master-key.json.')) ?? '';
  copyFileSync(join(system.folder, earlier), join(system.folder, 'master-key.json'));
  await system.startAgain();

  assert.equal(await issuing.ask(before), 200);
  assert.equal(await issuing.ask(revoked), 401);
  const fresh = await issuing.token(client);
  assert.equal(claimsOf(fresh)['client_id'], 'billing');
  assert.equal(await issuing.ask(fresh), 200);
  const { status } = await issuing.post('/token', { grant_type: 'client_credentials' }, later);
  assert.equal(status, 401);
});
