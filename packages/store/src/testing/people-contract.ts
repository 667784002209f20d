import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';
import type { NewAccount } from '../accounts/account.ts';
import type { Artifact } from '../artifacts/artifacts.ts';
import type { NewClient } from '../clients/client.ts';
import { StoreError } from '../errors.ts';
import { MasterKey, newMasterSecret } from '../sealing/master-key.ts';
import { totpName } from '../sealing/seal-anew.ts';
import type { Store } from '../store.ts';

const NOW = 1_800_000_000_000;
const SEEN = { address: '192.0.2.1', userAgent: 'Firefox', at: NOW };

function accountOf(more: Partial<NewAccount> = {}): NewAccount {
  const id = randomUUID();
  return {
    id,
    email: `${id}@example.com`,
    emailVerifiedAt: NOW,
    name: 'Jo',
    passwordHash: '$argon2id$…',
    roles: [{ audience: 'https://api.example.com/orders', roles: ['clerk'] }],
    administrator: false,
    createdAt: NOW,
    ...more,
  };
}

function clientOf(more: Partial<NewClient> = {}): NewClient {
  return {
    id: randomUUID(),
    name: 'Shop',
    owner: 'team-shop',
    kind: 'web',
    contacts: [],
    grants: [],
    introspects: [],
    authMethod: 'none',
    jwks: undefined,
    createdAt: NOW,
    secrets: [],
    redirectUris: ['https://shop.example.com/callback'],
    postLogoutRedirectUris: [],
    backchannelLogoutUri: undefined,
    firstParty: false,
    ...more,
  };
}

function artifactOf(more: Partial<Artifact> = {}): Artifact {
  return {
    payload: { scope: 'read:orders' },
    expiresAt: NOW + 1000,
    ...more,
  };
}

const winners = (answers: readonly unknown[]): number => answers.filter(Boolean).length;
const atOnce = <T>(count: number, work: () => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, work));

/** What every store must do for people and their sessions. */
export function peopleContract(open: () => Promise<Store>): void {
  describe('accounts', () => {
    it('come back as they were added, by id, by email and in the list', async () => {
      const { accounts } = await open();
      const account = accountOf({ administrator: true });
      await accounts.add(account);
      const whole = {
        ...account,
        sealedTotp: undefined,
        disabledAt: undefined,
        lastSignInAt: undefined,
        signedOutAt: undefined,
      };
      assert.deepEqual(await accounts.find(account.id), whole);
      assert.deepEqual(await accounts.findByEmail(account.email), whole);
      assert.deepEqual(await accounts.list({ emailPrefix: account.email, limit: 10 }), [whole]);
      assert.equal(await accounts.find('nobody'), undefined);
    });

    it('have an email of their own, however many take it at once', async () => {
      const { accounts } = await open();
      const email = `${randomUUID()}@example.com`;
      const added = await Promise.allSettled(
        Array.from({ length: 20 }, () => accounts.add(accountOf({ email }))),
      );
      assert.equal(added.filter(({ status }) => status === 'fulfilled').length, 1);
      const [one, other] = [accountOf(), accountOf()];
      await accounts.add(one);
      await accounts.add(other);
      await assert.rejects(
        accounts.change(one.id, () => ({ email: other.email })),
        (error) => error instanceof StoreError && error.code === 'exists',
      );
    });

    it('are changed one after the other', async () => {
      const [one, other] = [await open(), await open()];
      const account = accountOf({ name: '' });
      await one.accounts.add(account);
      const stores = [one, other];
      await Promise.all(
        Array.from({ length: 20 }, (_, number) =>
          stores[number % 2]?.accounts.change(account.id, ({ name }) => ({ name: `${name}x` })),
        ),
      );
      assert.equal((await one.accounts.find(account.id))?.name, 'x'.repeat(20));
    });

    it('take each time step and each recovery code once', async () => {
      const { accounts } = await open();
      const account = accountOf();
      await accounts.add(account);
      await accounts.setTotp(account.id, 'sealed', ['a', 'b']);
      assert.equal(winners(await atOnce(20, () => accounts.claimTotpStep(account.id, 100))), 1);
      assert.equal(await accounts.claimTotpStep(account.id, 99), false);
      assert.equal(await accounts.claimTotpStep(account.id, 101), true);
      assert.equal(winners(await atOnce(20, () => accounts.claimRecoveryCode(account.id, 'a'))), 1);
      assert.equal(await accounts.countRecoveryCodes(account.id), 1);
      await accounts.setTotp(account.id, undefined, []);
      assert.equal(await accounts.countRecoveryCodes(account.id), 0);
    });

    it('keep their sealed secret through a change of the master key', async () => {
      const store = await open();
      const [old, fresh] = [newMasterSecret(), newMasterSecret()];
      const account = accountOf();
      await store.accounts.add(account);
      const sealed = await MasterKey.fromSecrets([old]).seal({ secret: 's' }, totpName(account.id));
      await store.accounts.setTotp(account.id, sealed, []);
      await assert.rejects(store.sealAnew(MasterKey.fromSecrets([fresh])), StoreError);
      await store.sealAnew(MasterKey.fromSecrets([fresh, old]));
      const kept = (await store.accounts.find(account.id))?.sealedTotp ?? '';
      assert.deepEqual(await MasterKey.fromSecrets([fresh]).open(kept, totpName(account.id)), {
        secret: 's',
      });
      await store.accounts.delete(account.id);
    });

    it('are known by one name each at another provider', async () => {
      const { accounts } = await open();
      const [one, other] = [accountOf(), accountOf()];
      await accounts.add(one);
      await accounts.add(other);
      const identity = { issuer: 'https://id.example', subject: randomUUID() };
      await accounts.addIdentity(one.id, identity, NOW);
      await assert.rejects(accounts.addIdentity(other.id, identity, NOW), StoreError);
      assert.equal((await accounts.findByIdentity(identity))?.id, one.id);
      assert.equal(await accounts.removeIdentity(other.id, identity), false);
      assert.equal(await accounts.removeIdentity(one.id, identity), true);
      assert.equal(await accounts.findByIdentity(identity), undefined);
    });

    it('take all that is theirs with them', async () => {
      const store = await open();
      const account = accountOf();
      const client = clientOf();
      await store.clients.add(client);
      await store.accounts.add(account);
      const passkey = {
        id: randomUUID(),
        name: 'Phone',
        publicKey: 'k',
        counter: 0,
        transports: [],
        createdAt: NOW,
        lastUsedAt: undefined,
      };
      await store.passkeys.add(account.id, passkey);
      await store.links.add('v', {
        purpose: 'reset_password',
        accountId: account.id,
        detail: {},
        expiresAt: NOW + 1,
      });
      await store.consents.add(account.id, [
        { clientId: client.id, audience: '', scopes: ['openid'], grantedAt: NOW },
      ]);
      const uid = randomUUID();
      await store.sessions.add(
        randomUUID(),
        { uid, accountId: account.id, payload: {}, expiresAt: NOW + 1 },
        SEEN,
      );
      assert.equal(await store.accounts.delete(account.id), true);
      assert.equal(await store.passkeys.find(passkey.id), undefined);
      assert.equal(await store.links.find('v', 'reset_password', NOW), undefined);
      assert.deepEqual(await store.consents.list(account.id), []);
      assert.equal(await store.sessions.findByUid(uid), undefined);
    });
  });

  describe('passkeys', () => {
    it('count up where they count, so that a copy is noticed', async () => {
      const { accounts, passkeys } = await open();
      const account = accountOf();
      await accounts.add(account);
      const passkey = {
        id: randomUUID(),
        name: 'Key',
        publicKey: 'k',
        counter: 5,
        transports: ['usb'],
        createdAt: NOW,
        lastUsedAt: undefined,
      };
      await passkeys.add(account.id, passkey);
      await assert.rejects(passkeys.add(account.id, passkey), StoreError);
      assert.deepEqual(
        [await passkeys.noteUse(passkey.id, 5, NOW), await passkeys.noteUse(passkey.id, 6, NOW)],
        [false, true],
      );
      assert.equal(await passkeys.noteUse(passkey.id, 0, NOW), false);
      assert.deepEqual(
        (await passkeys.list(account.id)).map(({ counter }) => counter),
        [6],
      );
      assert.equal(await passkeys.delete('somebody else', passkey.id), false);
    });
  });

  describe('one-time links', () => {
    it('are good once, for their purpose, until they expire or another one takes their place', async () => {
      const { accounts, links } = await open();
      const account = accountOf();
      await accounts.add(account);
      const link = {
        purpose: 'reset_password',
        accountId: account.id,
        detail: { a: 'b' },
        expiresAt: NOW + 1000,
      } as const;
      const [first, second] = [randomUUID(), randomUUID()];
      await links.add(first, link);
      await links.add(second, link);
      assert.equal(await links.find(first, 'reset_password', NOW), undefined);
      assert.equal(await links.find(second, 'verify_email', NOW), undefined);
      assert.equal(await links.take(second, 'reset_password', NOW + 1000), undefined);
      const taken = await atOnce(20, () => links.take(second, 'reset_password', NOW));
      assert.deepEqual(
        taken.filter((one) => one !== undefined),
        [link],
      );
    });

    it('of strangers do not take the place of each other', async () => {
      const { links } = await open();
      const [first, second] = [randomUUID(), randomUUID()];
      for (const value of [first, second])
        await links.add(value, {
          purpose: 'registration',
          accountId: undefined,
          detail: {},
          expiresAt: NOW + 1000,
        });
      assert.ok((await links.find(first, 'registration', NOW)) !== undefined);
    });
  });

  describe('consents', () => {
    it('add up by client and API, and are taken back by client', async () => {
      const { accounts, clients, consents } = await open();
      const [account, client] = [accountOf(), clientOf()];
      await accounts.add(account);
      await clients.add(client);
      const consent = { clientId: client.id, audience: 'a', grantedAt: NOW };
      await consents.add(account.id, [{ ...consent, scopes: ['read'] }]);
      await consents.add(account.id, [
        { ...consent, scopes: ['read', 'write'] },
        { ...consent, audience: '', scopes: ['openid'] },
      ]);
      assert.deepEqual(
        (await consents.list(account.id, client.id)).map(({ audience, scopes }) => [audience, scopes]),
        [
          ['', ['openid']],
          ['a', ['read', 'write']],
        ],
      );
      assert.deepEqual(
        [await consents.withdraw(account.id, client.id), await consents.withdraw(account.id, client.id)],
        [true, false],
      );
    });
  });

  describe('artifacts', () => {
    it('are found by their kind and what their holder presents, and by nothing else', async () => {
      const { artifacts } = await open();
      const id = randomUUID();
      await artifacts.save('RefreshToken', id, artifactOf());
      assert.deepEqual((await artifacts.find('RefreshToken', id))?.payload, { scope: 'read:orders' });
      assert.equal(await artifacts.find('AuthorizationCode', id), undefined);
    });

    it('are used up once, however many try at once', async () => {
      const [one, other] = [await open(), await open()];
      const id = randomUUID();
      await one.artifacts.save('AuthorizationCode', id, artifactOf());
      const used = await Promise.all(
        Array.from({ length: 40 }, (_, number) =>
          (number % 2 ? one : other).artifacts.consume('AuthorizationCode', id, NOW),
        ),
      );
      assert.equal(winners(used), 1);
      assert.equal((await one.artifacts.find('AuthorizationCode', id))?.consumedAt, NOW);
      assert.equal(winners(await atOnce(20, () => one.artifacts.take('AuthorizationCode', id, NOW))), 1);
    });

    it('are replaced once, and leave one successor', async () => {
      const [one, other] = [await open(), await open()];
      const id = randomUUID();
      await one.artifacts.save('RefreshToken', id, artifactOf());
      const successors = Array.from({ length: 40 }, () => randomUUID());
      const replaced = await Promise.all(
        successors.map((next, number) =>
          (number % 2 ? one : other).artifacts.redeem(
            { kind: 'RefreshToken', id },
            { kind: 'RefreshToken', id: next, artifact: artifactOf() },
            NOW,
          ),
        ),
      );
      assert.equal(winners(replaced), 1);
      const kept = await Promise.all(successors.map((next) => one.artifacts.find('RefreshToken', next)));
      assert.deepEqual(kept.map(Boolean), replaced);
    });

    it('end with what they belong to, and never all of them', async () => {
      const { artifacts } = await open();
      const [accountId, clientId, grantId] = [randomUUID(), randomUUID(), randomUUID()];
      const ids = { both: randomUUID(), other: randomUUID(), grant: randomUUID() };
      await artifacts.save('RefreshToken', ids.both, artifactOf({ accountId, clientId }));
      await artifacts.save('RefreshToken', ids.other, artifactOf({ accountId, clientId: randomUUID() }));
      await artifacts.save('Grant', ids.grant, artifactOf({ grantId }));
      await artifacts.end({});
      await artifacts.end({ accountId, clientId });
      assert.equal(await artifacts.find('RefreshToken', ids.both), undefined);
      assert.ok((await artifacts.find('RefreshToken', ids.other)) !== undefined);
      await artifacts.deleteOfGrant('RefreshToken', grantId);
      assert.ok((await artifacts.find('Grant', ids.grant)) !== undefined);
      await artifacts.end({ grantId });
      assert.equal(await artifacts.find('Grant', ids.grant), undefined);
    });
  });

  describe('sessions', () => {
    it('keep their name through a new identifier, and the old one opens nothing', async () => {
      const { accounts, sessions } = await open();
      const account = accountOf();
      await accounts.add(account);
      const [first, second, uid] = [randomUUID(), randomUUID(), randomUUID()];
      const session = { uid, accountId: account.id, payload: { a: 1 }, expiresAt: NOW + 1000 };
      await sessions.add(first, session, SEEN);
      assert.equal(
        await sessions.change(second, { ...session, payload: { a: 2 } }, session.payload, {
          ...SEEN,
          at: NOW + 5,
        }),
        true,
      );
      assert.equal(await sessions.find(first), undefined);
      assert.deepEqual((await sessions.find(second))?.payload, { a: 2, authorizations: {} });
      assert.deepEqual(await sessions.list(account.id, NOW), [
        { uid, address: '192.0.2.1', userAgent: 'Firefox', createdAt: NOW, seenAt: NOW + 5 },
      ]);
      assert.deepEqual(await sessions.list(account.id, NOW + 1000), []);
    });

    it('keep every client that two requests let in at once, and what they are called', async () => {
      const store = await open();
      const account = accountOf();
      await store.accounts.add(account);
      const [id, uid] = [randomUUID(), randomUUID()];
      const session = { uid, accountId: account.id, payload: {}, expiresAt: NOW + 1000 };
      await store.sessions.add(id, session, SEEN);
      const lettingIn = (client: string, sid: string) => ({ authorizations: { [client]: { sid } } });
      await Promise.all(
        ['a', 'b', 'c', 'd'].map((client) =>
          store.sessions.change(id, { ...session, payload: lettingIn(client, client) }, {}, SEEN),
        ),
      );
      // One client twice: the later one stands in the session, and its tokens tell of the earlier one.
      await store.sessions.change(id, { ...session, payload: lettingIn('a', 'again') }, {}, SEEN);
      await store.artifacts.save(
        'RefreshToken',
        randomUUID(),
        artifactOf({ sessionUid: uid, payload: { sid: 'a' } }),
      );
      const revocationOf = (value: string) => ({
        issuer: 'https://y.example',
        by: 'session' as const,
        value,
      });
      const [ended] = await store.sessions.end(account.id, { uid }, revocationOf, NOW);
      assert.deepEqual([...(ended?.sids ?? [])].sort(), ['a', 'again', 'b', 'c', 'd']);
    });

    it('of an account end with what is half way, when all of them do', async () => {
      const store = await open();
      const account = accountOf();
      await store.accounts.add(account);
      const [id, value] = [randomUUID(), randomUUID()];
      await store.artifacts.save('Interaction', id, artifactOf({ accountId: account.id }));
      await store.links.add(value, {
        purpose: 'verify_email',
        accountId: account.id,
        detail: {},
        expiresAt: NOW + 1000,
      });
      const revocationOf = (sid: string) => ({
        issuer: 'https://z.example',
        by: 'session' as const,
        value: sid,
      });
      await store.sessions.end(account.id, { except: 'another' }, revocationOf, NOW + 7);
      assert.equal(await store.artifacts.find('Interaction', id), undefined);
      assert.equal(await store.links.find(value, 'verify_email', NOW), undefined);
      assert.equal((await store.accounts.find(account.id))?.signedOutAt, NOW + 7);
    });

    it('end with all that came of them, in one step, and stay ended', async () => {
      const store = await open();
      const [account, listening, other] = [
        accountOf(),
        clientOf({ backchannelLogoutUri: 'https://shop.example.com/out' }),
        clientOf(),
      ];
      await store.accounts.add(account);
      for (const client of [listening, other]) await store.clients.add(client);
      const [uid, id, kept] = [randomUUID(), randomUUID(), randomUUID()];
      const [grantId, sid, otherSid] = [randomUUID(), randomUUID(), randomUUID()];
      const payload = { authorizations: { [listening.id]: { sid, grantId }, [other.id]: { sid: otherSid } } };
      const session = { uid, accountId: account.id, payload, expiresAt: NOW + 1000 };
      await store.sessions.add(id, session, SEEN);
      await store.sessions.add(randomUUID(), { ...session, uid: kept, payload: {} }, SEEN);
      const [token, ofGrant] = [randomUUID(), randomUUID()];
      await store.artifacts.save('RefreshToken', token, artifactOf({ sessionUid: uid }));
      await store.artifacts.save('Grant', ofGrant, artifactOf({ grantId }));
      assert.deepEqual(await store.sessions.sidsOf(account.id, listening.id), [sid]);

      const issuer = `https://${randomUUID()}.example`;
      const revocationOf = (value: string) => ({ issuer, by: 'session' as const, value });
      const ended = await store.sessions.end(account.id, { except: kept }, revocationOf, NOW);
      assert.deepEqual(
        ended.map((one) => [one.uid, [...one.sids].sort()]),
        [[uid, [sid, otherSid].sort()]],
      );
      assert.equal(await store.sessions.find(id), undefined);
      assert.equal(await store.artifacts.find('RefreshToken', token), undefined);
      assert.equal(await store.artifacts.find('Grant', ofGrant), undefined);
      assert.equal((await store.revocations.about(issuer, [sid, otherSid])).length, 2);
      assert.equal(await store.sessions.change(id, session, payload, SEEN), false);
      assert.equal(await store.sessions.findByUid(uid), undefined);
      assert.ok((await store.sessions.findByUid(kept)) !== undefined);

      // One of the two clients wants to hear of it, and one process tells it.
      const claimed = await Promise.all(
        [await open(), await open()].map((one) => one.logoutNotices.claim(NOW, NOW + 50, 1000)),
      );
      const notices = claimed.flat().filter(({ accountId }) => accountId === account.id);
      assert.deepEqual(
        notices.map(({ clientId, sid: told, attempts }) => [clientId, told, attempts]),
        [[listening.id, sid, 0]],
      );
      const [notice] = notices;
      await store.logoutNotices.postpone(notice?.number ?? 0, NOW + 10, 1);
      const again = await store.logoutNotices.claim(NOW + 10, NOW + 60, 1000);
      assert.equal(again.find(({ number }) => number === notice?.number)?.attempts, 1);
      await store.logoutNotices.settle(notice?.number ?? 0);
      assert.deepEqual(await store.logoutNotices.claim(NOW + 1000, NOW + 2000, 1000), []);
    });

    it('of somebody else are not ended, and of nobody neither', async () => {
      const store = await open();
      const [one, other] = [accountOf(), accountOf()];
      for (const account of [one, other]) await store.accounts.add(account);
      const uid = randomUUID();
      await store.sessions.add(
        randomUUID(),
        { uid, accountId: one.id, payload: {}, expiresAt: NOW + 1 },
        SEEN,
      );
      const revocationOf = (value: string) => ({
        issuer: 'https://x.example',
        by: 'session' as const,
        value,
      });
      assert.deepEqual(await store.sessions.end(other.id, { uid }, revocationOf, NOW), []);
      assert.ok((await store.sessions.findByUid(uid)) !== undefined);
    });
  });

  it('forgets sessions, artifacts and links that have expired', async () => {
    const store = await open();
    const [uid, id, value] = [randomUUID(), randomUUID(), randomUUID()];
    await store.sessions.add(randomUUID(), { uid, accountId: undefined, payload: {}, expiresAt: 1000 }, SEEN);
    await store.artifacts.save('Interaction', id, artifactOf({ expiresAt: 1000 }));
    await store.links.add(value, {
      purpose: 'registration',
      accountId: undefined,
      detail: {},
      expiresAt: 1000,
    });
    while (await store.sweep(2000, 0));
    assert.equal(await store.sessions.findByUid(uid), undefined);
    assert.equal(await store.artifacts.find('Interaction', id), undefined);
    assert.equal(await store.links.find(value, 'registration', 500), undefined);
  });
}
