import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { afterEach, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { NewClient, StoredSecret } from '../clients/client.ts';
import { StoreError } from '../errors.ts';
import type { StoredKey } from '../keys/signing-keys.ts';
import type { StoredRevocation } from '../revocations/revocations.ts';
import { MasterKey, newMasterSecret } from '../sealing/master-key.ts';
import { openStore, type Store } from '../store.ts';
import { peopleContract } from './people-contract.ts';

const NOW = 1_800_000_000_000;

function clientOf(id: string, more: Partial<NewClient> = {}): NewClient {
  return {
    id,
    name: 'Billing',
    owner: 'team-payments',
    kind: 'service',
    contacts: ['pay@example.com'],
    grants: [{ audience: 'https://api.example.com/orders', scopes: ['read:orders'], roles: ['clerk'] }],
    introspects: [],
    authMethod: 'client_secret',
    jwks: undefined,
    createdAt: NOW,
    secrets: [secretOf('s1', NOW)],
    redirectUris: [],
    postLogoutRedirectUris: [],
    backchannelLogoutUri: undefined,
    firstParty: false,
    ...more,
  };
}

function secretOf(id: string, createdAt: number): StoredSecret {
  return { id: `${id}-${randomUUID()}`, hash: 'h'.repeat(43), createdAt, expiresAt: undefined };
}

function keyOf(
  ring: string,
  kid: string,
  state: StoredKey['state'],
  more: Partial<StoredKey> = {},
): StoredKey {
  return {
    kid,
    ring,
    alg: 'ES256',
    state,
    publicJwk: { kty: 'EC', kid },
    sealed: '',
    createdAt: NOW,
    changedAt: NOW,
    ...more,
  };
}

async function eventually(condition: () => boolean): Promise<void> {
  for (const deadline = Date.now() + 10_000; Date.now() < deadline; await sleep(5)) if (condition()) return;
  assert.fail('it never came true');
}

/** What every store must do. Each test uses names of its own, and the database is one for all of them. */
export function storeContract(url: () => string): void {
  const stores: Store[] = [];
  afterEach(async () => {
    for (const store of stores.splice(0)) await store.close();
  });
  /** A store as another process would open it: nothing is shared but the database. */
  const open = async (): Promise<Store> => {
    const store = await openStore(url());
    stores.push(store);
    return store;
  };

  peopleContract(open);

  describe('opening', () => {
    it('brings the tables up once, however many start at once', async () => {
      await Promise.all(Array.from({ length: 5 }, open));
      assert.ok(await (await open()).ping());
    });
  });

  describe('clients', () => {
    it('come back as they were added', async () => {
      const store = await open();
      const client = clientOf(randomUUID(), {
        jwks: { keys: [{ kty: 'EC', kid: 'k' }] },
        introspects: ['urn:x'],
      });
      await store.clients.add(client);
      const { disabledAt, lastUsedAt, ...found } =
        (await (await open()).clients.find(client.id)) ?? assert.fail();
      assert.deepEqual(found, client);
      assert.deepEqual([disabledAt, lastUsedAt], [undefined, undefined]);
      assert.ok((await store.clients.list()).some(({ id }) => id === client.id));
      assert.equal(await store.clients.find(`${client.id}x`), undefined);
    });

    it('of a hundred who add one of the same name at once, one succeeds, and no secret of the others is left', async () => {
      const [one, other] = [await open(), await open()];
      const id = randomUUID();
      const added = await Promise.allSettled(
        Array.from({ length: 100 }, (_, n) => (n % 2 === 0 ? one : other).clients.add(clientOf(id))),
      );
      assert.equal(added.filter(({ status }) => status === 'fulfilled').length, 1);
      for (const result of added) {
        if (result.status === 'rejected')
          assert.ok(result.reason instanceof StoreError && result.reason.code === 'exists');
      }
      assert.equal((await one.clients.find(id))?.secrets.length, 1);
    });

    it('have two secrets at most while one is rotated, also when many rotate at once', async () => {
      const [one, other] = [await open(), await open()];
      const id = randomUUID();
      await one.clients.add(clientOf(id));
      await Promise.all(
        Array.from({ length: 20 }, (_, n) =>
          (n % 2 === 0 ? one : other).clients.rotateSecret(id, secretOf('s', NOW + n + 1), NOW + 1000),
        ),
      );
      const secrets = (await one.clients.find(id))?.secrets ?? [];
      assert.equal(secrets.length, 2);
      assert.equal(secrets.filter(({ expiresAt }) => expiresAt === undefined).length, 1);
      assert.equal(secrets.filter(({ expiresAt }) => expiresAt === NOW + 1000).length, 1);
      assert.equal(await one.clients.rotateSecret('nobody', secretOf('s', NOW), NOW), false);
    });

    it('are changed one after the other, and what a plan throws changes nothing', async () => {
      const [one, other] = [await open(), await open()];
      const id = `client-${randomUUID()}`;
      await one.clients.add(clientOf(id, { contacts: [] }));
      await Promise.all(
        Array.from({ length: 20 }, (_, n) =>
          (n % 2 === 0 ? one : other).clients.change(id, ({ contacts }) => ({
            contacts: [...contacts, `${n}`],
          })),
        ),
      );
      const changed = await one.clients.find(id);
      assert.deepEqual(
        changed?.contacts.map(Number).sort((a, b) => a - b),
        [...Array(20).keys()],
      );
      assert.deepEqual({ ...changed, contacts: [] }, { ...(await other.clients.find(id)), contacts: [] });
      assert.equal(changed?.owner, 'team-payments');
      await assert.rejects(
        one.clients.change(id, () => {
          throw new Error('no');
        }),
      );
      assert.deepEqual(await one.clients.find(id), changed);
      assert.equal(await one.clients.change('nobody', () => ({ name: 'x' })), undefined);
    });

    it('are told apart from those that may do something else now', async () => {
      const store = await open();
      const all = ['same', 'disabled', 'changed', 'deleted'].map((name) =>
        clientOf(`${name}-${randomUUID()}`),
      );
      for (const client of all) await store.clients.add(client);
      const found = (await store.clients.list()).filter(({ id }) => all.some((one) => one.id === id));
      const [same = '', disabled = '', changed = '', deleted = ''] = all.map(({ id }) => id);
      await store.clients.setDisabled(disabled, NOW);
      await store.clients.change(changed, () => ({ grants: [] }));
      await store.clients.change(same, () => ({ owner: 'others' }));
      await store.clients.delete(deleted);
      const unchanged = [...(await store.clients.unchanged(found))];
      assert.deepEqual(
        unchanged.map(({ id }) => id),
        [same],
      );
    });

    it('are disabled and enabled once, and deleted with their secrets', async () => {
      const store = await open();
      const id = randomUUID();
      await store.clients.add(clientOf(id));
      assert.equal(await store.clients.setDisabled(id, NOW), true);
      assert.equal(await store.clients.setDisabled(id, NOW + 1), false);
      assert.equal((await store.clients.find(id))?.disabledAt, NOW);
      assert.equal(await store.clients.setDisabled(id, undefined), true);
      await store.clients.touch(new Map([[id, NOW + 5]]));
      assert.equal((await store.clients.find(id))?.lastUsedAt, NOW + 5);
      assert.equal(await store.clients.delete(id), true);
      assert.equal(await store.clients.delete(id), false);
      await store.clients.add(clientOf(id));
      assert.equal((await store.clients.find(id))?.secrets.length, 1);
    });
  });

  describe('signing keys', () => {
    it('change all or not at all', async () => {
      const store = await open();
      const ring = randomUUID();
      await store.keys.change(ring, () => [{ type: 'add', key: keyOf(ring, `${ring}-1`, 'current') }]);
      const failing = store.keys.change(ring, () => [
        { type: 'move', kid: `${ring}-1`, to: 'previous', at: NOW + 1 },
        { type: 'add', key: keyOf(ring, `${ring}-1`, 'current') }, // the kid is taken
      ]);
      await assert.rejects(failing);
      const planned = store.keys.change(ring, () => {
        throw new Error('no');
      });
      await assert.rejects(planned, /^Error: no$/);
      assert.deepEqual(await store.keys.list(ring), [keyOf(ring, `${ring}-1`, 'current')]);
    });

    it('of any number who rotate a ring at once, each sees what the one before it left', async () => {
      const [one, other] = [await open(), await open()];
      const ring = randomUUID();
      const rotate = (n: number) =>
        (n % 2 === 0 ? one : other).keys.change(ring, (keys) => [
          ...keys
            .filter(({ state }) => state === 'current')
            .map(({ kid }) => ({ type: 'move', kid, to: 'previous', at: NOW + n }) as const),
          { type: 'add', key: keyOf(ring, `${ring}-${n}`, 'current', { createdAt: NOW + n }) },
        ]);
      await Promise.all(Array.from({ length: 20 }, (_, n) => rotate(n)));
      const keys = await one.keys.list(ring);
      assert.equal(keys.length, 20);
      assert.equal(keys.filter(({ state }) => state === 'current').length, 1);
    });

    it('lose their private half when they retire', async () => {
      const store = await open();
      const ring = randomUUID();
      await store.keys.change(ring, () => [
        { type: 'add', key: keyOf(ring, ring, 'previous', { sealed: 'x' }) },
      ]);
      const [key] = await store.keys.change(ring, () => [
        { type: 'move', kid: ring, to: 'retired', at: NOW },
      ]);
      assert.equal(key?.sealed, '');
    });

    it('are sealed anew under another master key, all or none', async () => {
      const store = await open();
      const [old, fresh] = [newMasterSecret(), newMasterSecret()];
      const ring = randomUUID();
      const sealed = await MasterKey.fromSecrets([old]).seal({ d: 'private' }, ring);
      await store.keys.change(ring, () => [{ type: 'add', key: keyOf(ring, ring, 'current', { sealed }) }]);
      await assert.rejects(store.sealAnew(MasterKey.fromSecrets([fresh])), StoreError);
      assert.equal((await store.keys.list(ring))[0]?.sealed, sealed);
      assert.equal(await store.sealAnew(MasterKey.fromSecrets([fresh, old])), 1);
      const [key] = await store.keys.list(ring);
      assert.deepEqual(await MasterKey.fromSecrets([fresh]).open(key?.sealed ?? '', ring), { d: 'private' });
    });
  });

  describe('assertions', () => {
    it('of a hundred who use one at once, one may', async () => {
      const [one, other] = [await open(), await open()];
      const name = randomUUID();
      const claims = await Promise.all(
        Array.from({ length: 100 }, (_, n) => (n % 2 === 0 ? one : other).assertions.claim(name, NOW)),
      );
      assert.equal(claims.filter(Boolean).length, 1);
    });
  });

  describe('the audit stream', () => {
    it('keeps what comes at once, and tells the newest first', async () => {
      const store = await open();
      const client = randomUUID();
      const events = Array.from({ length: 1200 }, (_, n) => ({
        at: NOW + n,
        type: 'token.issued',
        outcome: 'success' as const,
        actor: `client:${client}`,
        client,
        detail: { n },
      }));
      await Promise.all(events.map((event) => store.audit.append(event)));
      const [newest] = await (await open()).audit.list({ client, limit: 1 });
      assert.deepEqual(newest, events.at(-1));
      assert.equal((await store.audit.list({ client, limit: 5000 })).length, 1200);
      assert.deepEqual(await store.audit.list({ client, type: 'other', limit: 10 }), []);
    });

    it('refuses what it cannot hold rather than to grow without bound', async () => {
      const store = await open();
      const event = { at: NOW, type: 'x', actor: 'system' } as const;
      // Of refusals it holds fewer, so that who causes them keeps out nothing else.
      const results = await Promise.allSettled([
        ...Array.from({ length: 1_100 }, () => store.audit.append({ ...event, outcome: 'failure' })),
        ...Array.from({ length: 9_100 }, () => store.audit.append({ ...event, outcome: 'success' })),
      ]);
      const refused = results.flatMap(({ status }, n) => (status === 'rejected' ? [n] : []));
      assert.deepEqual([refused.length, refused.filter((n) => n < 1_100).length], [200, 100]);
    });
  });

  describe('revocations', () => {
    const revocation = (value: string, more: Partial<StoredRevocation> = {}): StoredRevocation => ({
      issuer: 'https://id.example',
      by: 'jti',
      value,
      until: NOW,
      ...more,
    });

    it('are given to who follows: first those there are, then each that comes, from whatever process', async () => {
      const [writer, reader] = [await open(), await open()];
      const run = randomUUID();
      await writer.revocations.add(
        [revocation(`${run}-1`), revocation(`${run}-2`, { by: 'client', issuedBefore: 7 })],
        NOW,
      );
      const seen: StoredRevocation[] = [];
      const ours = () => seen.filter(({ value }) => value.startsWith(run));
      const unfollow = await reader.revocations.follow(async (batch) => void seen.push(...batch));
      assert.deepEqual(ours(), [
        revocation(`${run}-1`),
        revocation(`${run}-2`, { by: 'client', issuedBefore: 7 }),
      ]);
      const { until: _never, ...forever } = revocation(`${run}-3`, { by: 'key' });
      await writer.revocations.add([forever], NOW);
      await eventually(() => ours().length === 3);
      assert.deepEqual(ours()[2], forever);
      unfollow();
    });

    it('are all given, and once, while many write', async () => {
      const [one, other, reader] = [await open(), await open(), await open()];
      const run = randomUUID();
      const seen: string[] = [];
      const unfollow = await reader.revocations.follow(async (batch) => {
        seen.push(...batch.map(({ value }) => value).filter((value) => value.startsWith(run)));
      });
      await Promise.all(
        Array.from({ length: 200 }, (_, n) =>
          (n % 2 === 0 ? one : other).revocations.add([revocation(`${run}-${n}`)], NOW),
        ),
      );
      await eventually(() => seen.length >= 200);
      assert.equal(new Set(seen).size, 200);
      assert.equal(seen.length, 200);
      unfollow();
    });

    it('are read again by a follower who failed to take them, though nothing else is revoked', async () => {
      const [store, reader] = [await open(), await open()];
      const value = randomUUID();
      let failures = 0;
      const seen: string[] = [];
      const unfollow = await reader.revocations.follow(async (batch) => {
        if (batch.some((one) => one.value === value) && failures === 0) {
          failures += 1;
          throw new Error('not now');
        }
        seen.push(...batch.map((one) => one.value));
      });
      await store.revocations.add([revocation(value)], NOW);
      await eventually(() => seen.includes(value));
      assert.equal(failures, 1);
      unfollow();
    });

    it('are found by what they speak of and their issuer', async () => {
      const store = await open();
      const [jti, issuer] = [randomUUID(), `https://${randomUUID()}.example`];
      const all = revocation('', { issuer, by: 'issuer', issuedBefore: 7 });
      const own = revocation(jti, { issuer });
      await store.revocations.add([own, revocation(`${jti}x`, { issuer }), revocation(jti), all], NOW);
      assert.deepEqual(await store.revocations.about(issuer, [jti, 'nobody']), [own, all]);
    });

    it('are forgotten in small batches once they end nothing any more', async () => {
      const store = await open();
      const many = Array.from({ length: 1100 }, (_, n) => revocation(`sweep-${n}`, { until: 100 }));
      await store.revocations.add([...many, revocation('kept', { until: 300 })], NOW);
      await store.assertions.claim('swept', 100_000);
      const event = { type: randomUUID(), outcome: 'success', actor: 'system' } as const;
      await Promise.all([99, 100].map((at) => store.audit.append({ ...event, at })));
      let turns = 1;
      while (await store.sweep(200_000, 100)) turns += 1;
      assert.equal(turns, 3);
      const left = await store.revocations.about('https://id.example', ['sweep-0', 'kept']);
      assert.deepEqual(
        left.map(({ value }) => value),
        ['kept'],
      );
      assert.equal(await store.assertions.claim('swept', 100_000), true);
      const events = await store.audit.list({ type: event.type, limit: 9 });
      assert.deepEqual(
        events.map(({ at }) => at),
        [100],
      );
    });
  });
}
