import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { runPortcullis } from '../support/command.ts';
import { type Credentials, type Issuing, startIssuing } from '../support/issuing.ts';
import { eventually } from '../support/processes.ts';

interface ListedKey {
  readonly kid: string;
  readonly alg: string;
  readonly state: string;
}

async function keysOf(issuing: Issuing): Promise<ListedKey[]> {
  return JSON.parse((await issuing.run('keys', 'list', '--json')).stdout).keys;
}

function kidOf(token: string): string {
  return JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()).kid;
}

/** Asks for tokens and uses them, over and over; what goes wrong is kept. */
function traffic(
  issuing: Issuing,
  client: Credentials,
): { stop(): Promise<{ wrong: string[]; kids: Set<string> }> } {
  const wrong: string[] = [];
  const kids = new Set<string>();
  let going = true;
  const one = async (): Promise<void> => {
    while (going) {
      try {
        const token = await issuing.token(client);
        kids.add(kidOf(token));
        const status = await issuing.ask(token);
        if (status !== 200) wrong.push(`the gateway said ${status} to a token of ${kidOf(token)}`);
      } catch (error) {
        wrong.push(String(error));
      }
    }
  };
  const all = Array.from({ length: 8 }, one);
  return {
    async stop() {
      going = false;
      await Promise.all(all);
      return { wrong, kids };
    },
  };
}

describe('the key ring', async () => {
  const issuing = await startIssuing({ after }, { workers: 2 });
  const client = await issuing.addClient('billing');

  test('has a key that signs and one that is about to, from the first start', async () => {
    assert.deepEqual((await keysOf(issuing)).map(({ state }) => state).sort(), ['current', 'next']);
  });

  test('is not rotated to a key that nobody may have yet, unless somebody insists', async () => {
    const early = await runPortcullis(['keys', 'rotate', '-c', issuing.system.configFile]);
    assert.equal(early.code, 1);
    assert.match(early.stderr, /--now/);
  });

  test('rotates with no failed request, at issuer and gateway, and old tokens stay good', async () => {
    const old = await issuing.token(client);
    const load = traffic(issuing, client);
    await sleep(300);
    const order: string[] = [];
    for (let n = 0; n < 3; n += 1) {
      order.push((await issuing.run('keys', 'rotate', '--now')).stdout.trim());
      await sleep(700);
    }
    const { wrong, kids } = await load.stop();
    assert.deepEqual([...new Set(wrong)], []);
    for (const kid of order) assert.ok(kids.has(kid), `nothing was signed with ${kid}`);
    assert.ok(kids.has(kidOf(old)));
    assert.equal(await issuing.ask(old), 200);
    const states = (await keysOf(issuing)).map(({ state }) => state);
    assert.equal(states.filter((state) => state === 'previous').length, 3);
  });

  test('takes a key id that begins with a dash for one', async () => {
    const args = ['keys', 'revoke', '-4fpGHLkFMePU9MjifP6laAtcScPnuGaTvfVDqETikk'];
    const { code, stderr } = await runPortcullis([...args, '--config', issuing.system.configFile]);
    assert.deepEqual([code, /no key -4fpGHL/.test(stderr)], [4, true], stderr);
  });

  test('revokes a key at once: its tokens are refused, and the next one signs', async () => {
    const token = await issuing.token(client);
    assert.equal(await issuing.ask(token), 200);
    await issuing.run('keys', 'revoke', kidOf(token));
    await issuing.untilRefused(token);
    await eventually(async () => kidOf(await issuing.token(client)) !== kidOf(token), 'another key');
    assert.equal(await issuing.ask(await issuing.token(client)), 200);
    const { keys }: { keys: { kid: string }[] } = await (await fetch(`${issuing.issuer}/jwks`)).json();
    assert.ok(keys.every(({ kid }) => kid !== kidOf(token)));
    assert.equal((await keysOf(issuing)).find(({ kid }) => kid === kidOf(token))?.state, 'retired');
  });

  test('is sealed under another master key while it is used, with no failed request', async () => {
    const load = traffic(issuing, client);
    await issuing.run('master-key', 'rotate');
    await issuing.run('keys', 'rotate', '--now');
    await sleep(500);
    assert.deepEqual([...new Set((await load.stop()).wrong)], []);
    await issuing.system.stop('SIGKILL');
    await issuing.system.startAgain();
    assert.equal(await issuing.ask(await issuing.token(client)), 200);
  });
});

describe('keys that are due', async () => {
  const issuing = await startIssuing({ after }, { issuer: '  keys: { rotateEvery: 1s, overlap: 0s }' });

  test('wait until the next one has been published for long enough', async () => {
    const [before] = (await keysOf(issuing)).filter(({ state }) => state === 'current');
    await issuing.system.stop();
    await sleep(1100);
    await issuing.system.startAgain();
    const [now] = (await keysOf(issuing)).filter(({ state }) => state === 'current');
    assert.equal(now?.kid, before?.kid);
  });
});

describe('environments that share a store', async () => {
  const store = `sqlite:/tmp/portcullis-shared-${process.pid}.db`;
  const one = await startIssuing({ after }, { store });
  const other = await startIssuing({ after }, { store, issuer: '\nenvironment: staging' });
  after(async () => {
    const { rmSync } = await import('node:fs');
    for (const end of ['', '-wal', '-shm']) rmSync(`${store.slice('sqlite:'.length)}${end}`, { force: true });
  });

  test('sign with keys of their own', async () => {
    const kids = async (issuing: Issuing) => (await keysOf(issuing)).map(({ kid }) => kid);
    const [here, there] = [await kids(one), await kids(other)];
    assert.deepEqual([here.length, there.length], [2, 2]);
    assert.ok(here.every((kid) => !there.includes(kid)));
  });
});

for (const [algorithm, own] of [
  ['EdDSA', ''],
  ['ML-DSA-65', ''],
  ['PS256', ''],
  ['ES256', 'ES384'],
] as const) {
  describe(`tokens signed with ${own || algorithm}`, async () => {
    const issuing = await startIssuing(
      { after },
      {
        issuer: `  keys: { algorithm: ${algorithm} }`,
        algorithms: own === '' ? algorithm : `${algorithm}, ${own}`,
        ...(own !== '' && { orders: `    accessToken: { algorithm: ${own}, lifetime: 1m }` }),
      },
    );

    test('pass the gateway', async () => {
      const client = await issuing.addClient('billing');
      const token = await issuing.token(client);
      assert.equal(
        JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()).alg,
        own || algorithm,
      );
      assert.equal(await issuing.ask(token), 200);
      assert.equal((await issuing.post('/token/introspection', { token }, client)).body['active'], true);
    });
  });
}

describe('tokens for an API that shares a secret with the issuer', async () => {
  const secret = 'kF3v9TzQ1rW8yB5nX2mC7pL4sD6gH0jA';
  const issuing = await startIssuing(
    { after },
    { orders: `    accessToken: { algorithm: HS256, secret: ${secret} }` },
  );

  test('verify under that secret, and nowhere else', async () => {
    const { createVerifier, secretKeys } = await import('@portcullis/token');
    const client = await issuing.addClient('billing');
    const token = await issuing.token(client);
    const verify = async (shared: string): Promise<string | undefined> => {
      const keys = await secretKeys([shared], { algorithms: ['HS256'] });
      const verifier = createVerifier({ issuers: [{ issuer: issuing.issuer, algorithms: ['HS256'], keys }] });
      return (await verifier.verify(token, { audience: 'https://api.example.com/orders' })).claims.client_id;
    };
    assert.equal(await verify(secret), 'billing');
    await assert.rejects(verify('zzzzzzzz9TzQ1rW8yB5nX2mC7pL4sD6g'));
    assert.equal(await issuing.ask(token), 401, 'the gateway trusts the issuer by its key set only');
    assert.equal((await issuing.post('/token/introspection', { token }, client)).body['active'], true);
  });
});
