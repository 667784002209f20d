import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../support/processes.ts';
import { statuses } from '../support/raw.ts';
import { head, openRaw } from '../support/raw-connection.ts';
import { startTraffic } from '../support/traffic.ts';
import { startRawUpstream, startUpstream } from '../support/upstream.ts';

const TIMEOUTS = 'head: 1s, body: 1s, connect: 1s, firstByte: 1s, idle: 1s';

// Most of the time here is waiting: all at once.
describe('limits and timeouts', { concurrency: 16 }, async () => {
  const upstream = await startUpstream({ after });
  const stuck = await startRawUpstream({ after }, (socket) => {
    socket.on('data', (chunk) => {
      if (chunk.includes('/midway')) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhal');
    });
  });
  const system = await startTraffic(
    [
      { name: 'a', upstreams: [upstream.url] },
      { name: 'small', upstreams: [upstream.url], more: ['maxBody: 1KB'] },
      { name: 'stuck', upstreams: [stuck] },
      { name: 'patient', upstreams: [stuck], more: ['timeouts: { firstByte: 30s }'] },
    ],
    `workers: 1, maxHead: 8KB, maxUrl: 2KB, maxBody: 100KB, timeouts: { ${TIMEOUTS} }`,
  );
  const auth = system.authorization;

  /** Nothing but the one body of exactly the limit may reach the upstream. */
  function assertOnlyExact(): void {
    for (const { url } of upstream.received) assert.equal(url, '/a/exact');
  }

  /** Sends on a connection of its own, which the gateway must close after its answer. */
  async function refused(bytes: string, ...more: string[]): Promise<string> {
    const client = await openRaw(system.url);
    client.send(bytes);
    for (const part of more) {
      await sleep(20);
      client.send(part);
    }
    const answer = await client.closed();
    assertOnlyExact();
    return answer;
  }
  /** The reason in the access log under the request id that the answer names. */
  async function reasonOf(answer: string): Promise<unknown> {
    const [, id = ''] = /x-request-id: (\S+)/.exec(answer) ?? [];
    return (await system.record(id)).reason;
  }

  test('a head that is too large: 431', async () => {
    const answer = await refused(head('GET /a/x', auth, `X-Large: ${'x'.repeat(9000)}`));
    assert.deepEqual(statuses(answer), [431]);
    assert.equal(await reasonOf(answer), 'head_too_large');
  });

  test('a target that is too long: 414', async () => {
    const client = await openRaw(system.url);
    client.send(head(`GET /a/open/x?${'q'.repeat(3000)}`));
    const answer = await client.until(/\}$/);
    client.close();
    assert.deepEqual(statuses(answer), [414]);
    assert.equal(await reasonOf(answer), 'target_too_long');
  });

  test('a body that says it is too large: 413, before any of it is read', async () => {
    const answer = await refused(head('POST /a/x', auth, 'Content-Length: 102401'));
    assert.deepEqual(statuses(answer), [413]);
    assert.equal(await reasonOf(answer), 'body_too_large');
  });

  test('a chunked body that turns out too large: 413', async () => {
    const chunk = `5000\r\n${'x'.repeat(0x5000)}\r\n`;
    const parts = Array.from({ length: 6 }, () => chunk);
    const answer = await refused(head('POST /a/x', auth, 'Transfer-Encoding: chunked'), ...parts);
    assert.deepEqual(statuses(answer), [413]);
    assert.equal(await reasonOf(answer), 'body_too_large');
  });

  test('a body of exactly the limit passes', async () => {
    const body = 'x'.repeat(102_400);
    const headers = { authorization: `Bearer ${system.token}` };
    const response = await fetch(`${system.url}/a/exact`, { method: 'POST', headers, body });
    assert.equal(response.status, 200);
    assert.equal(upstream.received.at(-1)?.body.length, body.length);
  });

  test("an API's own maxBody holds for it", async () => {
    const body = 'x'.repeat(1025);
    for (const [field, bytes] of [
      ['Content-Length: 1025', body],
      ['Transfer-Encoding: chunked', `401\r\n${body}\r\n0\r\n\r\n`],
    ] as const) {
      const client = await openRaw(system.url);
      client.send(head('POST /small/x', auth, field) + bytes);
      assert.deepEqual(statuses(await client.until(/\}$/)), [413]);
      client.close();
      assertOnlyExact();
    }
  });

  test('a head that comes too slowly: 408', async () => {
    const answer = await refused('GET /a/x HTTP/1.1\r\nHost: a\r\n', 'X-A: b\r\n');
    assert.deepEqual(statuses(answer), [408]);
    assert.equal(await reasonOf(answer), 'head_timeout');
  });

  test('a connection on which nothing is ever sent is closed', async () => {
    const client = await openRaw(system.url);
    await client.closed();
  });

  for (const [kind, field, part] of [
    ['small', 'Content-Length: 100', 'abc'],
    ['large', 'Content-Length: 100000', 'abc'],
    ['chunked', 'Transfer-Encoding: chunked', '5\r\nab'],
  ] as const) {
    test(`a ${kind} body that stops coming: 408, and the connection closes`, async () => {
      const answer = await refused(head('POST /a/x', auth, field), part);
      assert.deepEqual(statuses(answer), [408]);
      assert.equal(await reasonOf(answer), 'body_timeout');
    });
  }

  test('an upstream that does not answer: 504', async () => {
    const response = await fetch(`${system.url}/stuck/open/x`);
    assert.equal(response.status, 504);
    const record = await system.record(response.headers.get('x-request-id') ?? '');
    assert.equal(record.reason, 'upstream_timeout');
  });

  test("an API's own firstByte holds for it", async () => {
    const abort = new AbortController();
    const outcome = fetch(`${system.url}/patient/open/x`, { signal: abort.signal }).then(
      ({ status }) => status,
      () => 'still waiting',
    );
    setTimeout(() => abort.abort(), 3000);
    assert.equal(await outcome, 'still waiting');
  });

  test('an upstream that falls silent within its response: a broken answer, not a complete one', async () => {
    const client = await openRaw(system.url);
    client.send(head('GET /stuck/open/midway'));
    const answer = await client.closed();
    assert.deepEqual(statuses(answer), [200]);
    assert.match(answer, /content-length: 10\r\n[\s\S]*\r\n\r\nhal$/i);
    assert.equal(await reasonOf(answer), 'upstream_cut_off');
  });
});

test('connections beyond gateway.maxConnections are closed, the others served', async (t) => {
  const upstream = await startUpstream(t);
  const system = await startTraffic(
    [{ name: 'a', upstreams: [upstream.url] }],
    'workers: 1, maxConnections: 3',
    t,
  );
  const held = await Promise.all([1, 2, 3].map(() => openRaw(system.url)));
  const [first] = held;
  first?.send(head('GET /a/open/x'));
  await eventually(() => upstream.received.length === 1, 'the first request');
  const turnedAway = await openRaw(system.url);
  turnedAway.send(head('GET /a/open/y'));
  assert.equal(await turnedAway.closed(), '');
  for (const client of held) client.close();
  await eventually(
    () =>
      fetch(`${system.url}/a/open/z`).then(
        ({ ok }) => ok,
        () => false,
      ),
    'room again',
  );
});

test('a connection that nothing is sent on is closed after timeouts.keepAlive', async (t) => {
  const upstream = await startUpstream(t);
  const system = await startTraffic(
    [{ name: 'a', upstreams: [upstream.url] }],
    'workers: 1, timeouts: { keepAlive: 1s }',
    t,
  );
  const client = await openRaw(system.url);
  client.send(head('GET /a/open/x'));
  assert.deepEqual(statuses(await client.closed()), [200]);
});
