import assert from 'node:assert/strict';
import { Agent, get } from 'node:http';
import { after, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openStore } from '@portcullis/store';
import { runPortcullis } from '../support/command.ts';
import { claimsOf, startIssuing } from '../support/issuing.ts';
import { startPostgres } from '../support/postgres.ts';
import { eventually, isAlive, workerPids } from '../support/processes.ts';
import { startSystem } from '../support/system.ts';
import { createIssuer } from '../support/tokens.ts';
import { trafficConfig } from '../support/traffic.ts';

const WORKERS = 2;
/** Milliseconds in which a start that waits for nothing listens, on most machines. */
const LONG_ENOUGH_TO_LISTEN = 3000;

function statusOver(agent: Agent, url: string, token: string): Promise<number> {
  return new Promise((done, fail) => {
    const headers = { authorization: `Bearer ${token}` };
    const request = get(`${url}/orders/1`, { agent, headers }, (response) => {
      response.resume().once('end', () => done(response.statusCode ?? 0));
    });
    request.once('error', fail);
  });
}

describe('a revocation', async () => {
  const issuing = await startIssuing({ after }, { workers: WORKERS });
  const client = await issuing.addClient('billing');
  /** A token that every worker has accepted, and so holds in its cache. */
  async function accepted(): Promise<string> {
    const token = await issuing.token(client);
    for (let n = 0; n < 20; n += 1) assert.equal(await issuing.ask(token), 200);
    return token;
  }
  /** Connections are spread over the workers: so many requests reach both. */
  async function refusedEverywhere(token: string): Promise<void> {
    await issuing.untilRefused(token);
    await sleep(100);
    for (let n = 0; n < 40; n += 1) assert.equal(await issuing.ask(token), 401);
  }

  const ways: Record<string, (token: string) => string[]> = {
    'of the token itself': (token) => [token],
    'of its jti': (token) => ['--jti', String(claimsOf(token)['jti'])],
    'of its client': () => ['--client', 'billing'],
    'of its subject': () => ['--subject', 'billing'],
    'of all that were issued before now': () => ['--all', '--reason', 'a drill'],
  };
  for (const [way, argsFor] of Object.entries(ways)) {
    test(`${way} ends it in every worker, though all had accepted it, and new ones are good`, async () => {
      const token = await accepted();
      await issuing.run('revoke', ...argsFor(token));
      await refusedEverywhere(token);
      await sleep(1100); // what is issued in the same second counts as before
      assert.equal(await issuing.ask(await issuing.token(client)), 200);
    });
  }

  test('is told in the log, with what was revoked', async () => {
    const token = await issuing.token(client);
    await issuing.run('revoke', token);
    await issuing.untilRefused(token);
    const response = await fetch(`${issuing.system.url}/orders/1`, {
      headers: { authorization: `Bearer ${token}` },
    });
    const record = await issuing.system.record(response.headers.get('x-request-id') ?? '');
    assert.equal(record['reason'], 'token_revoked');
    const { stdout } = await issuing.run('explain', response.headers.get('x-request-id') ?? '');
    assert.match(stdout, /FAIL +revocation/);
    assert.match(stdout, /by +jti/);
  });

  test('is seen by "token verify", which says what the gateway would', async () => {
    const token = await issuing.token(client);
    const args = ['token', 'verify', token, '--api', 'orders', '-c', issuing.system.configFile];
    assert.match((await issuing.run(...args.slice(0, 5))).stdout, /^ACCEPTED/);
    await issuing.run('revoke', token);
    const { code, stdout } = await runPortcullis(args);
    assert.equal(code, 1, stdout);
    assert.match(stdout, /^REFUSED: token_revoked[\s\S]*by +jti/);
  });

  test('holds for a worker that takes the place of one that was killed', async () => {
    const token = await accepted();
    await issuing.run('revoke', token);
    await issuing.untilRefused(token);
    const before = workerPids(issuing.system);
    for (const pid of before) process.kill(pid, 'SIGKILL');
    await eventually(() => {
      const now = workerPids(issuing.system);
      return now.length === WORKERS && now.every((pid) => !before.includes(pid));
    }, 'new workers');
    await eventually(async () => (await fetch(`${issuing.system.adminUrl}/readyz`)).ok, 'ready workers');
    for (let n = 0; n < 40; n += 1) assert.equal(await issuing.ask(token).catch(() => 401), 401);
  });

  test('reaches a worker at once while another one stands still', async () => {
    await eventually(async () => {
      const metrics = await (await fetch(`${issuing.system.adminUrl}/metrics`)).text();
      return metrics.includes(`portcullis_workers ${WORKERS}\n`);
    }, 'workers that listen');
    const tokens = [await accepted(), await accepted()];
    const connections = Array.from({ length: 12 }, () => new Agent({ keepAlive: true, maxSockets: 1 }));
    const ask = (agent: Agent, token: string): Promise<number> =>
      statusOver(agent, issuing.system.url, token);
    for (const agent of connections) assert.equal(await ask(agent, tokens[0] ?? ''), 200);
    const [stuck = 0] = workerPids(issuing.system);
    process.kill(stuck, 'SIGSTOP');
    try {
      for (const token of tokens) await issuing.run('revoke', token);
      const first = (agent: Agent): Promise<Agent> => ask(agent, tokens[0] ?? '').then(() => agent);
      const moving = await Promise.any(connections.map(first));
      await eventually(async () => (await ask(moving, tokens[1] ?? '')) === 401, 'a refusal');
      assert.ok(workerPids(issuing.system).includes(stuck), 'the one that stands still is there still');
    } finally {
      if (isAlive(stuck)) process.kill(stuck, 'SIGKILL');
      for (const agent of connections) agent.destroy();
    }
    await eventually(() => {
      const now = workerPids(issuing.system);
      return now.length === WORKERS && !now.includes(stuck);
    }, 'another worker');
    await eventually(
      async () => (await issuing.ask(await issuing.token(client))) === 200,
      'a served request',
    );
  });

  test('of a client leaves no token that is dead on arrival: until the second is over there is none', async () => {
    await issuing.run('revoke', '--client', 'billing');
    const form = { grant_type: 'client_credentials', scope: 'read:orders' };
    await eventually(async () => {
      const { status, headers, body } = await issuing.post('/token', form, client);
      if (status === 200) {
        assert.equal(await issuing.ask(String(body['access_token'])), 200);
        return true;
      }
      assert.deepEqual(
        [status, body['error'], headers.get('retry-after')],
        [503, 'temporarily_unavailable', '1'],
      );
      return false;
    }, 'a good token');
  });

  test('by way of disabling leaves no token behind, also of those asked for at the same time', async () => {
    for (let round = 0; round < 5; round += 1) {
      const id = `racing-${round}`;
      const racing = await issuing.addClient(id);
      const form = { grant_type: 'client_credentials', scope: 'read:orders' };
      const tokens: string[] = [];
      let asking = true;
      const askers = Array.from({ length: 8 }, async () => {
        while (asking) {
          const { status, body } = await issuing.post('/token', form, racing);
          if (status === 200) tokens.push(String(body['access_token']));
        }
      });
      await eventually(() => tokens.length > 8, 'tokens');
      await issuing.run('clients', 'disable', id);
      asking = false;
      await Promise.all(askers);
      for (const token of tokens) await issuing.untilRefused(token);
    }
  });

  const senseless: [string, string[], RegExp][] = [
    ['of a time to come', ['--all', '--issued-before', '2062-01-01T00:00:00Z'], /yet to come/],
    ['of a time without a zone', ['--all', '--issued-before', '2020-01-01T00:00:00'], /no time/],
    ['of nobody, as of a variable that is not set', ['--client', ''], /--client is empty/],
    ['of a token that was cut off', ['abc'], /three parts/],
    ['of one token before a time', ['--jti', 'x', '--issued-before', '2020-01-01T00:00:00Z'], /leave/],
  ];
  for (const [name, args, message] of senseless) {
    test(`${name} is refused`, async () => {
      const { code, stderr } = await runPortcullis(['revoke', ...args, '-c', issuing.system.configFile]);
      assert.equal(code, 2, stderr);
      assert.match(stderr, message);
    });
  }

  test('of a client that there is not is made, and doubted', async () => {
    assert.match(
      (await issuing.run('revoke', '--client', 'biling')).stderr,
      /WARNING: there is no client biling/,
    );
    assert.match((await issuing.run('revoke', '--key', 'nope')).stderr, /WARNING: there is no key nope/);
    assert.doesNotMatch((await issuing.run('revoke', '--client', 'billing')).stderr, /WARNING/);
  });

  test('of a token of another issuer, or of nonsense, is taken as it is said and ends nothing else', async () => {
    await sleep(1100); // billing was revoked a moment ago
    const token = await issuing.token(client);
    await issuing.run('revoke', '--jti', 'nobody');
    await issuing.run('revoke', '--client', 'Billing');
    await issuing.run('revoke', '--subject', 'billing ');
    await sleep(200);
    assert.equal(await issuing.ask(token), 200);
  });
});

for (const kind of ['SQLite', 'PostgreSQL'] as const) {
  describe(`revocations on ${kind}`, async () => {
    const postgres = kind === 'PostgreSQL' ? await startPostgres({ after }) : undefined;
    const store = postgres?.database('portcullis');
    const issuing = await startIssuing({ after }, store === undefined ? {} : { store });

    test('survive the end of everything, by SIGKILL', async () => {
      const client = await issuing.addClient('billing');
      const [revoked, good] = [await issuing.token(client), await issuing.token(client)];
      await issuing.run('revoke', revoked);
      await issuing.untilRefused(revoked);
      await issuing.system.stop('SIGKILL');
      await issuing.system.startAgain();
      assert.equal(await issuing.ask(revoked), 401);
      assert.equal(await issuing.ask(good), 200);
    });

    if (postgres === undefined || store === undefined) return;

    test('stay in force while the database is away, and those made meanwhile elsewhere come when it is back', async () => {
      const client = await issuing.addClient('outage');
      const [before, during] = [await issuing.token(client), await issuing.token(client)];
      await issuing.run('revoke', before);
      await issuing.untilRefused(before);
      await postgres.kill();
      assert.equal(await issuing.ask(before), 401);
      assert.equal(await issuing.ask(during), 200);
      const away = await issuing.post('/token', { grant_type: 'client_credentials' }, client);
      assert.deepEqual([away.status, away.body], [503, { error: 'temporarily_unavailable' }]);
      assert.match(away.headers.get('retry-after') ?? '', /^\d+$/);
      await postgres.up();
      const other = await openStore(store);
      const { iss, jti } = claimsOf(during);
      await other.revocations.add([{ issuer: String(iss), by: 'jti', value: String(jti) }], Date.now());
      await other.close();
      await issuing.untilRefused(during);
      await eventually(
        async () =>
          (await issuing.post('/token', { grant_type: 'client_credentials' }, client)).status === 200,
        'tokens again',
      );
    });
  });
}

test('before revocations can be read nobody is let in: a start waits for them, and then listens', async (t) => {
  const postgres = await startPostgres(t);
  const store = postgres.database('portcullis');
  const yaml = `${trafficConfig([{ name: 'a', upstreams: ['http://127.0.0.1:1'] }])}store: ${store}\n`;
  const { jwks } = await createIssuer();
  const system = await startSystem(t, yaml, { files: { 'jwks.json': jwks } });
  await system.stop();
  const unlock = await postgres.lock('portcullis', 'revocations');
  const starting = system.startAgain();
  try {
    await eventually(() => workerPids(system).length > 0, 'a worker');
    await sleep(LONG_ENOUGH_TO_LISTEN);
    await assert.rejects(fetch(system.url));
  } finally {
    await unlock();
  }
  await starting;
  assert.equal((await fetch(system.url)).status, 404);
});
