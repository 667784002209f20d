import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../support/processes.ts';
import { statuses } from '../support/raw.ts';
import { head, openRaw } from '../support/raw-connection.ts';
import { startTraffic } from '../support/traffic.ts';
import { startUpstream } from '../support/upstream.ts';

const BIG = Buffer.alloc(4_000_000, 'b');

describe('one connection, several requests', async () => {
  const arrived: string[] = [];
  let aborted = 0;
  const upstream = await startUpstream({ after }, (request, response) => {
    const { url = '' } = request;
    arrived.push(url);
    response.once('close', () => {
      if (!response.writableFinished) aborted += 1;
    });
    const answer = (): void => {
      request.resume();
      response.end(url.includes('big') ? BIG : `<${url}>`);
    };
    if (url.includes('hang')) return;
    if (url.includes('slow')) setTimeout(answer, 300);
    else answer();
  });
  const system = await startTraffic([{ name: 'a', upstreams: [upstream.url] }], 'workers: 1, connections: 4');
  const auth = system.authorization;

  test('pipelined requests are answered in order and decided each for itself', async () => {
    const client = await openRaw(system.url);
    client.send(
      head('GET /a/slow1', auth) +
        head('GET /a/denied') +
        head('GET /a/2', auth) +
        head('GET /nowhere', auth) +
        `${head('POST /a/3', auth, 'Content-Length: 4')}body` +
        head('GET /a/4', 'Authorization: Bearer nonsense') +
        head('GET /a/last', auth, 'Connection: close'),
    );
    const answer = await client.closed();
    const answered = [...answer.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
    assert.deepEqual(answered, [200, 401, 200, 404, 200, 401, 200]);
    assert.deepEqual(answer.match(/<[^>]+>/g), ['</a/slow1>', '</a/2>', '</a/3>', '</a/last>']);
    assert.equal(arrived.includes('/a/denied') || arrived.includes('/a/4'), false);
  });

  test('a malformed second request neither mixes into nor costs the first response', async () => {
    for (const garbage of ['nonsense\r\n\r\n', 'GET /a/x HTTP/1.1\r\nA : b\r\n\r\n', '\x16\x03\x01']) {
      const client = await openRaw(system.url);
      client.send(head('GET /a/slow-first', auth) + garbage);
      await sleep(50);
      client.send('more nonsense\r\n\r\n');
      const answer = await client.closed();
      assert.match(answer, /\r\n\r\n<\/a\/slow-first>HTTP\/1\.1 400 Bad Request\r\n/);
    }
  });

  test('a malformed chunk while the upstream is at work ends that request with 400', async () => {
    const client = await openRaw(system.url);
    client.send(`${head('POST /a/slow-body', auth, 'Transfer-Encoding: chunked')}3\r\nabc\r\n`);
    await eventually(() => arrived.includes('/a/slow-body'), 'the request at the upstream');
    client.send('zz\r\n');
    assert.deepEqual(statuses(await client.closed()), [400]);
    const response = await fetch(`${system.url}/a/open/x`);
    assert.equal(response.status, 200);
  });

  test('bytes after a refused, unread body are not taken for a request', async () => {
    const before = arrived.length;
    const client = await openRaw(system.url);
    client.send(`${head('POST /a/x', 'Content-Length: 100000')}${head('GET /a/smuggled', auth)}`);
    assert.deepEqual(statuses(await client.closed()), [401]);
    assert.equal(arrived.length, before);
  });

  test('a client that leaves takes its request at the upstream along', async () => {
    const before = aborted;
    const client = await openRaw(system.url);
    client.send(head('GET /a/hang', auth));
    await eventually(() => arrived.includes('/a/hang'), 'the request at the upstream');
    client.close();
    await eventually(() => aborted === before + 1, 'the abort at the upstream');
    await eventually(
      () => system.log().some(({ path, reason }) => path === '/a/hang' && reason === 'client_aborted'),
      'client_aborted in the log',
    );
  });

  test('clients that leave with requests in a pipeline give all upstream connections back', async () => {
    for (let i = 0; i < 4; i += 1) {
      const client = await openRaw(system.url);
      client.send(head(`GET /a/hang-${i}`, auth) + head(`GET /a/big-${i}`, auth));
      await eventually(() => arrived.includes(`/a/hang-${i}`), 'the first request at the upstream');
      client.close();
    }
    await eventually(async () => {
      const responses = await Promise.all(
        Array.from({ length: 4 }, () => fetch(`${system.url}/a/open/slow`).then(({ status }) => status)),
      );
      return responses.every((status) => status === 200);
    }, 'room for four requests at a time');
    await eventually(
      () => system.log().filter(({ path }) => /^\/a\/(big|hang)-\d$/.test(String(path))).length === 8,
      'all eight in the access log',
    );
  });

  test('a pipeline, however long, takes one connection to the upstream at a time', async () => {
    const client = await openRaw(system.url);
    client.send(head('GET /a/hang', auth).repeat(50) + head('GET /a/after', auth));
    await eventually(() => arrived.at(-1) === '/a/hang', 'the first request at the upstream');
    const before = arrived.length;
    const responses = await Promise.all(
      Array.from({ length: 4 }, () => fetch(`${system.url}/a/open/slow`).then(({ status }) => status)),
    );
    assert.deepEqual(responses, [200, 200, 200, 200]);
    assert.ok(!arrived.slice(before).includes('/a/hang'));
    client.close();
    await eventually(
      () =>
        system.log().filter(({ path, reason }) => path === '/a/after' && reason === 'client_aborted')
          .length === 1,
      'the end of the pipeline in the log',
    );
    assert.ok(!arrived.includes('/a/after'));
  });

  test('when all connections to the upstream are taken, the next waits, then 503', async () => {
    const fetches = Array.from({ length: 16 }, () => fetch(`${system.url}/a/open/slow`));
    const answers = (await Promise.all(fetches)).map(({ status }) => status);
    assert.ok(answers.filter((status) => status === 200).length >= 8, String(answers));
    assert.ok(
      answers.every((status) => status === 200 || status === 503),
      String(answers),
    );
    assert.ok(answers.includes(503), String(answers));
  });
});

describe('100-continue', async () => {
  const upstream = await startUpstream({ after });
  const system = await startTraffic([{ name: 'a', upstreams: [upstream.url], more: ['maxBody: 10KB'] }]);
  const expect = 'Expect: 100-continue';

  test('is granted once the request is admitted', async () => {
    const client = await openRaw(system.url);
    client.send(head('POST /a/x', system.authorization, expect, 'Content-Length: 5'));
    await client.until(/^HTTP\/1\.1 100 Continue\r\n\r\n$/);
    client.send('hello');
    assert.deepEqual(statuses(await client.until(/\}$/)), [100, 200]);
    client.close();
    assert.equal(upstream.received.at(-1)?.body, 'hello');
    assert.equal(upstream.received.at(-1)?.headers.expect, undefined);
  });

  for (const [name, fields, status] of [
    ['a denial', ['Content-Length: 5'], 401],
    ['a body that is too large', ['Content-Length: 20000', 'auth'], 413],
  ] as const) {
    test(`is not granted on ${name}; the connection closes, since the body may never come`, async () => {
      const before = upstream.received.length;
      const client = await openRaw(system.url);
      client.send(head('POST /a/x', ...fields.map((f) => (f === 'auth' ? system.authorization : f)), expect));
      const answer = await client.closed();
      assert.deepEqual(statuses(answer), [status]);
      assert.match(answer, /^connection: close\r$/im);
      assert.equal(upstream.received.length, before);
    });
  }

  test('another expectation is ignored and not passed on', async () => {
    const client = await openRaw(system.url);
    client.send(head('GET /a/x', system.authorization, 'Expect: wonders'));
    assert.deepEqual(statuses(await client.until(/\}$/)), [200]);
    client.close();
    assert.equal(upstream.received.at(-1)?.headers.expect, undefined);
  });
});
