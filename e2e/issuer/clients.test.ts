import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { generateKey, type PrivateJwk } from '@portcullis/token';
import { importJWK, SignJWT } from 'jose';
import { runPortcullis } from '../support/command.ts';
import {
  type Answer,
  AUDIENCE,
  basic,
  type Credentials,
  claimsOf,
  startIssuing,
} from '../support/issuing.ts';

const JWT_BEARER = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

describe('a client that signs assertions', async () => {
  const issuing = await startIssuing({ after });
  const [own, stranger] = [await generateKey('ES256'), await generateKey('ES256')];
  const file = join(issuing.system.folder, 'nightly.jwks.json');
  writeFileSync(file, JSON.stringify({ keys: [own.publicJwk] }));
  await issuing.addClient('nightly', '--allow', 'orders=read:orders', '--jwks', file);
  const now = (): number => Math.floor(Date.now() / 1000);

  async function assertion(
    changes: Record<string, unknown> = {},
    key: PrivateJwk = own.privateJwk,
  ): Promise<string> {
    const claims = {
      iss: 'nightly',
      sub: 'nightly',
      aud: issuing.issuer,
      jti: randomUUID(),
      iat: now(),
      exp: now() + 60,
    };
    const entries = Object.entries({ ...claims, ...changes }).filter(([, value]) => value !== undefined);
    return new SignJWT(Object.fromEntries(entries))
      .setProtectedHeader({ alg: key.alg, kid: key.kid })
      .sign(await importJWK({ ...key }, key.alg));
  }
  const present = (client_assertion: string, form: Record<string, string> = {}): Promise<Answer> =>
    issuing.post('/token', {
      grant_type: 'client_credentials',
      client_assertion,
      client_assertion_type: JWT_BEARER,
      ...form,
    });

  test('gets a token, and the assertion is good for one use', async () => {
    const once = await assertion();
    assert.equal((await present(once)).status, 200);
    const again = await present(once);
    assert.deepEqual([again.status, again.body['error']], [401, 'invalid_client']);
  });

  test('of a hundred uses at once of one assertion, one gets a token', async () => {
    const once = await assertion();
    const answers = await Promise.all(Array.from({ length: 100 }, () => present(once)));
    assert.equal(answers.filter(({ status }) => status === 200).length, 1);
    assert.equal(answers.filter(({ status }) => status === 401).length, 99);
  });

  const wrong: Record<string, () => Promise<string>> = {
    'for another server': () => assertion({ aud: 'https://other.example' }),
    'without an audience': () => assertion({ aud: undefined }),
    'of another client': () => assertion({ iss: 'other' }),
    'of a subject that is no client': () => assertion({ sub: 'nobody', iss: 'nobody' }),
    'that has expired': () => assertion({ exp: now() - 60 }),
    'that never expires': () => assertion({ exp: undefined }),
    'that lives for a week': () => assertion({ exp: now() + 604_800 }),
    'without a jti': () => assertion({ jti: undefined }),
    'signed with the key of a stranger': () =>
      assertion({}, { ...stranger.privateJwk, kid: own.publicJwk.kid }),
    'that is not signed': async () =>
      `${btoa('{"alg":"none"}').replace(/=+$/, '')}.${(await assertion()).split('.')[1]}.`,
    'signed with the public key as a secret': async () =>
      new SignJWT({ iss: 'nightly', sub: 'nightly', aud: issuing.issuer, jti: randomUUID(), exp: now() + 60 })
        .setProtectedHeader({ alg: 'HS256' })
        .sign(new TextEncoder().encode(JSON.stringify(own.publicJwk))),
  };
  for (const [what, make] of Object.entries(wrong)) {
    test(`is refused with an assertion ${what}`, async () => {
      const { status, body } = await present(await make());
      assert.ok(status === 401 || status === 400, `${status}`);
      assert.equal('access_token' in body, false);
    });
  }

  test('may not use a secret, nor two ways at once', async () => {
    const basicOnly = await issuing.post(
      '/token',
      { grant_type: 'client_credentials' },
      { id: 'nightly', secret: 'x' },
    );
    assert.equal(basicOnly.status, 401);
    const both = await fetch(`${issuing.issuer}/token`, {
      method: 'POST',
      headers: { authorization: basic({ id: 'nightly', secret: 'x' }) },
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_assertion: await assertion(),
        client_assertion_type: JWT_BEARER,
      }),
    });
    assert.equal(both.status, 400);
  });
});

describe('a client with a secret', async () => {
  const issuing = await startIssuing({ after });
  const statusOf = async (client: Credentials): Promise<number> =>
    (await issuing.post('/token', { grant_type: 'client_credentials' }, client)).status;

  test('that was stolen: a new one overlaps with it, and with no overlap it ends at once', async () => {
    const first = await issuing.addClient('rotating');
    const rotate = async (...args: string[]): Promise<Credentials> => {
      const { stdout } = await issuing.run('clients', 'rotate-secret', 'rotating', '--json', ...args);
      return { id: 'rotating', secret: JSON.parse(stdout).client_secret };
    };
    const second = await rotate();
    assert.deepEqual([await statusOf(first), await statusOf(second)], [200, 200]);
    const third = await rotate('--overlap', '0s');
    assert.deepEqual([await statusOf(first), await statusOf(second), await statusOf(third)], [401, 401, 200]);
  });

  test('that is disabled gets no token, and those it has end; enabled again, it gets new ones', async () => {
    const client = await issuing.addClient('suspect');
    const token = await issuing.token(client);
    assert.equal(await issuing.ask(token), 200);
    await issuing.run('clients', 'disable', 'suspect');
    assert.equal(await statusOf(client), 401);
    await issuing.untilRefused(token);
    await issuing.run('clients', 'enable', 'suspect');
    await new Promise((done) => setTimeout(done, 1100)); // the second in which it was disabled counts as before
    const fresh = await issuing.token(client);
    assert.equal(await issuing.ask(fresh), 200);
    assert.equal(await issuing.ask(token), 401);
  });

  test('that is changed may do what it then may; where that is less, the tokens it has end', async () => {
    const client = await issuing.addClient('growing', '--allow', 'orders=read:orders');
    const token = await issuing.token(client);
    const scopeOf = async (form: Record<string, string> = {}): Promise<unknown> =>
      claimsOf(await issuing.token(client, { scope: 'read:orders write:orders', ...form }))['scope'];
    assert.equal(await scopeOf(), 'read:orders');

    const more = [
      '--allow',
      'orders=read:orders,write:orders',
      '--allow',
      'mail=read:mail',
      '--role',
      'orders=clerk',
    ];
    await issuing.run('clients', 'update', 'growing', ...more);
    assert.equal(await scopeOf({ resource: AUDIENCE }), 'read:orders write:orders');
    assert.equal(await issuing.ask(token), 200); // it lost nothing

    const told = await issuing.run('clients', 'update', 'growing', '--deny', 'mail', '--owner', 'others');
    assert.match(told.stderr, /revoked/);
    await issuing.untilRefused(token);
    assert.equal(await scopeOf(), 'read:orders write:orders'); // of one API again
    const shown = JSON.parse((await issuing.run('clients', 'show', 'growing', '--json')).stdout);
    const orders = { audience: AUDIENCE, scopes: ['read:orders', 'write:orders'], roles: ['clerk'] };
    assert.deepEqual([shown.grants, shown.owner, shown.name], [[orders], 'others', 'growing']);
  });

  test('that is deleted is unknown, and its tokens end', async () => {
    const client = await issuing.addClient('leaving');
    const token = await issuing.token(client);
    await issuing.run('clients', 'delete', 'leaving');
    assert.equal(await statusOf(client), 401);
    await issuing.untilRefused(token);
    const again = await runPortcullis(['clients', 'delete', 'leaving', '-c', issuing.system.configFile]);
    assert.equal(again.code, 4);
  });

  test('is kept as a hash only: neither the database nor any log holds its secret', async () => {
    const client = await issuing.addClient('hidden');
    await issuing.token(client);
    const { readFileSync, readdirSync } = await import('node:fs');
    const data = join(issuing.system.folder, 'data');
    for (const name of readdirSync(data)) {
      const text = readFileSync(join(data, name), 'latin1');
      assert.ok(!text.includes(client.secret), name);
      assert.ok(!/"d":"/.test(text), `${name} holds a private key in the clear`);
    }
    assert.ok(!issuing.system.errors().includes(client.secret));
  });

  const mistakes: [what: string, args: string[], code: number, told: RegExp][] = [
    [
      'an API that there is not',
      ['clients', 'add', 'x', '--owner', 'o', '--allow', 'nope=read:orders'],
      4,
      /there are: orders/,
    ],
    [
      'a scope that there is not',
      ['clients', 'add', 'x', '--owner', 'o', '--allow', 'orders=read:nothing'],
      4,
      /read:orders/,
    ],
    [
      'a role without its API',
      ['clients', 'add', 'x', '--owner', 'o', '--role', 'orders=clerk'],
      2,
      /--allow/,
    ],
    ['an id with a colon', ['clients', 'add', 'a:b', '--owner', 'o'], 2, /client id/],
    ['no owner', ['clients', 'add', 'x'], 2, /owner/],
    ['a client that there is not', ['clients', 'show', 'nobody'], 4, /nobody/],
    ['a change of nobody', ['clients', 'update', 'nobody', '--owner', 'o'], 4, /nobody/],
    ['no change at all', ['clients', 'update', 'nobody'], 2, /--help/],
    [
      'a private key as the public one',
      ['clients', 'add', 'x', '--owner', 'o', '--jwks', 'private.json'],
      1,
      /public keys/,
    ],
    ['two ways to revoke', ['revoke', '--jti', 'a', '--client', 'b'], 2, /one way/],
    ['nothing to revoke', ['revoke'], 2, /one way/],
    ['a time that is none', ['revoke', '--all', '--issued-before', 'yesterday'], 2, /2026/],
    ['an issuer that nobody trusts', ['revoke', '--jti', 'a', '--issuer', 'evil'], 4, /there are: local/],
    ['a key that there is not', ['keys', 'revoke', 'nope'], 4, /keys list/],
  ];
  for (const [what, args, code, told] of mistakes) {
    test(`tells ${what}, and changes nothing`, async () => {
      const { privateJwk } = await generateKey('ES256');
      writeFileSync(join(issuing.system.folder, 'private.json'), JSON.stringify({ keys: [privateJwk] }));
      const outcome = await runPortcullis([...args, '-c', issuing.system.configFile], issuing.system.folder);
      assert.equal(outcome.code, code, outcome.stderr);
      assert.match(outcome.stderr, told);
      assert.ok(!outcome.stderr.includes(privateJwk.d ?? 'no d'));
    });
  }

  test('of one name is added once', async () => {
    await issuing.addClient('twice');
    const args = ['clients', 'add', 'twice', '--owner', 'o', '-c', issuing.system.configFile];
    const again = await runPortcullis(args, issuing.system.folder);
    assert.equal(again.code, 1);
    assert.match(again.stderr, /it is there already: client twice/);
  });
});
