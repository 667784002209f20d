import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { eventually, workerPids } from '../support/processes.ts';
import { head, openRaw } from '../support/raw-connection.ts';
import { resetConnection } from '../support/reset-connection.ts';
import { startTraffic } from '../support/traffic.ts';
import { startRawUpstream } from '../support/upstream.ts';
import { watchWorkers } from './fuzz/aftermath.ts';
import { readRequests } from './fuzz/read-requests.ts';
import { type ReadResponse, readResponses } from './fuzz/read-responses.ts';
import { startStrictUpstream, TAG } from './fuzz/strict-upstream.ts';

const CONNECTIONS = 4;
const GATEWAY = `workers: 1, connections: ${CONNECTIONS}, timeouts: { head: 2s, body: 2s, keepAlive: 1s }`;
/** How many are tried at a time: half of them have to wait for a connection to the upstream. */
const AT_ONCE = 2 * CONNECTIONS;
const REQUESTS = 1500;

/** Runs `attempt` with every number from 0 to `last`, a few at a time. */
async function withEach(last: number, attempt: (n: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next <= last) {
      next += 1;
      await attempt(next - 1);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

/**
 * As many requests at a time as there may be connections to the upstream: a lost one would be missed. The gateway may
 * learn of the last resets after the test that made them, and those requests hold connections until it does.
 */
async function assertServed(ask: () => Promise<Response>): Promise<void> {
  await eventually(async () => {
    const answers = await Promise.all(Array.from({ length: CONNECTIONS }, ask));
    return answers.every(({ status }) => status === 200);
  }, 'an answer to as many requests at a time as there are connections');
}

describe('a client that resets its connection after any byte of a POST', async () => {
  const upstream = await startStrictUpstream({ after });
  const system = await startTraffic([{ name: 'a', upstreams: [upstream.url] }], GATEWAY);
  const good = `${system.url}/a/open/good`;
  const body = 'hello, upstream';
  const post = (tag: string, field: string): string => head('POST /a/open/x', `${TAG}: ${tag}`, field);
  const requests: Readonly<Record<string, string>> = {
    'with Content-Length': `${post('sized', `Content-Length: ${body.length}`)}${body}`,
    chunked: `${post('chunked', 'Transfer-Encoding: chunked')}5\r\nhello\r\na;b=c\r\n, upstream\r\n0\r\nX-T: 1\r\n\r\n`,
    'behind another': `${post('first', 'Content-Length: 2')}ok${post('second', 'Transfer-Encoding: chunked')}1\r\nx\r\n0\r\n\r\n`,
  };
  const served = (): Promise<void> =>
    assertServed(() => {
      upstream.expect(readRequests(Buffer.from(head('GET /a/open/good'))).requests);
      return fetch(good);
    });
  await served();
  const aftermath = watchWorkers(system);

  for (const [name, text] of Object.entries(requests)) {
    for (const prompt of [true, false]) {
      test(`(${name}, ${prompt ? 'at once' : 'after a moment'}) completes no request that it did not`, async () => {
        await withEach(text.length, async (n) => {
          const bytes = Buffer.from(text.slice(0, n), 'latin1');
          upstream.expect(readRequests(bytes).requests);
          const client = await openRaw(system.url);
          client.send(bytes);
          await (prompt ? nextTurn() : sleep(4));
          resetConnection(client.socket);
          await client.closed();
        });
        await served();
        assert.deepEqual(upstream.faults, []);
      });
    }
  }

  test('leaves the worker unharmed', async () => {
    upstream.hangUp();
    await aftermath.assertUnharmed();
  });
});

describe('an upstream that resets its connection after any byte of a response', async () => {
  const fields = 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n';
  const responses: Readonly<Record<string, string>> = {
    sized: `${fields}Content-Length: 5\r\n\r\nhello`,
    chunked: `${fields}Transfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3;a=b\r\nllo\r\n0\r\nX-T: 1\r\n\r\n`,
    hinted: `HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${fields}Content-Length: 5\r\n\r\nhello`,
  };
  /** How often each request arrived, by its tag. */
  const arrived = new Map<string, number>();
  const url = await startRawUpstream({ after }, (socket) => {
    socket.on('data', (chunk) => {
      const text = chunk.toString('latin1');
      const [, name = '', n = ''] = /\/open\/(\w+)-(\d+)/.exec(text) ?? [];
      const [, tag = ''] = new RegExp(`${TAG}: (\\S+)`, 'i').exec(text) ?? [];
      arrived.set(tag, (arrived.get(tag) ?? 0) + 1);
      const whole = responses[name];
      if (whole === undefined) return void socket.write(`${fields}Content-Length: 0\r\n\r\n`);
      socket.write(whole.slice(0, Number(n)), () => {
        if (Number(n) % 2 === 0) resetConnection(socket);
        else setTimeout(() => resetConnection(socket), 3);
      });
    });
  });
  const system = await startTraffic([{ name: 'a', upstreams: [url] }], GATEWAY);
  const good = `${system.url}/a/open/good`;
  const served = (): Promise<void> => assertServed(() => fetch(good));
  await served();
  const aftermath = watchWorkers(system);

  async function ask(method: string, path: string, tag: string): Promise<ReadResponse | undefined> {
    const client = await openRaw(system.url);
    const [framing, body] = method === 'POST' ? [['Content-Length: 2'], 'ok'] : [[], ''];
    client.send(head(`${method} /a/open/${path}`, `${TAG}: ${tag}`, 'Connection: close', ...framing) + body);
    const { responses: got, malformed } = readResponses(await client.closed(), [method], true);
    assert.equal(malformed, false);
    return got[0];
  }

  for (const [name, whole] of Object.entries(responses)) {
    for (const method of ['GET', 'POST']) {
      test(`(${name}, ${method}) passes for no complete one, and takes no POST twice`, async () => {
        await withEach(whole.length, async (n) => {
          const tag = `${method}-${name}-${n}`;
          const answer = await ask(method, `${name}-${n}`, tag);
          // Once the head has left, the connection breaks; before, it is a 502. Nothing at all is a broken one too.
          if (answer?.status === 502) assert.ok(answer.complete);
          else if (answer !== undefined) assert.equal(answer.status, 200);
          const complete = answer?.status === 200 && answer.complete;
          assert.ok(!complete || n === whole.length, `complete after ${n} of ${whole.length} bytes`);
          assert.ok((arrived.get(tag) ?? 0) <= (method === 'POST' ? 1 : 2), 'sent again');
        });
        await served();
      });
    }
  }

  test('leaves the worker unharmed', async () => {
    await aftermath.assertUnharmed();
  });
});

describe('an upstream that resets its connections while they are kept', async () => {
  let answered = 0;
  const url = await startRawUpstream({ after }, (socket) => {
    socket.on('data', () => {
      answered += 1;
      const wait = answered % 4;
      // Now and then it comes just as the next request is on its way to that connection.
      const reset = (): void => resetConnection(socket);
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok', () => {
        if (wait === 0) reset();
        else if (wait === 1) setImmediate(reset);
        else setTimeout(reset, wait - 1);
      });
    });
  });
  const system = await startTraffic([{ name: 'a', upstreams: [url] }], GATEWAY);
  const workers = workerPids(system);

  test('ends no worker, and costs no request more than a 502', async () => {
    const seen = new Set<number>();
    await withEach(REQUESTS, async () => {
      seen.add((await fetch(`${system.url}/a/open/x`, { method: 'POST', body: 'ok' })).status);
    }).catch((error: unknown) => assert.fail(`${error}\n${system.errors()}`));
    assert.deepEqual(workerPids(system), workers, system.errors());
    assert.deepEqual(
      [...seen].filter((status) => status !== 200 && status !== 502),
      [],
    );
    assert.ok(seen.has(200));
  });
});
