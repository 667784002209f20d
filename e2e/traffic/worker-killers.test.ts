import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { isAlive, workerPids } from '../support/processes.ts';
import { statuses } from '../support/raw.ts';
import { head, openRaw } from '../support/raw-connection.ts';
import { resetConnection } from '../support/reset-connection.ts';
import { startTraffic } from '../support/traffic.ts';
import { startRawUpstream, startUpstream } from '../support/upstream.ts';

const TRAILER = 'Trailer: x-sum\r\n';
const ANSWERS: Readonly<Record<string, string>> = {
  late: `HTTP/1.1 200 OK\r\nContent-Length: 5\r\n${TRAILER}\r\n`,
  whole: `HTTP/1.1 200 OK\r\nContent-Length: 5\r\n${TRAILER}\r\nhello`,
  none: `HTTP/1.1 204 No Content\r\n${TRAILER}\r\n`,
  unchanged: `HTTP/1.1 304 Not Modified\r\n${TRAILER}\r\n`,
  chunked: `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n${TRAILER}\r\n5\r\nhello\r\n0\r\nx-sum: 1\r\n\r\n`,
};

describe('what once ended a worker does so no more', async () => {
  const announcing = await startRawUpstream({ after }, (socket) => {
    socket.on('data', (chunk) => {
      const [, name = ''] = /\/open\/(\w+)/.exec(chunk.toString('latin1')) ?? [];
      socket.write(ANSWERS[name] ?? '', 'latin1');
      if (name === 'late') setTimeout(() => socket.end('hello'), 50);
    });
  });
  const slow = await startUpstream({ after }, (_request, response) => {
    setTimeout(() => response.end('slow'), 300);
  });
  const system = await startTraffic([
    { name: 'trailers', upstreams: [announcing] },
    { name: 'slow', upstreams: [slow.url] },
  ]);
  const [worker = 0] = workerPids(system);

  for (const [line, status] of [
    ['GET /trailers/open/late', 200],
    ['GET /trailers/open/whole', 200],
    ['GET /trailers/open/none', 204],
    ['GET /trailers/open/unchanged', 304],
    ['HEAD /trailers/open/chunked', 200],
  ] as const) {
    test(`${line}: trailers announced where none can stand`, async () => {
      const client = await openRaw(system.url);
      client.send(head(line, 'TE: trailers', 'Connection: close'));
      const answer = await client.closed();
      assert.deepEqual(statuses(answer), [status]);
      assert.doesNotMatch(answer, /^trailer:/im);
      assert.ok(isAlive(worker));
    });
  }

  test('a chunked response with trailers to a client of HTTP/1.0', async () => {
    const client = await openRaw(system.url);
    client.send('GET /trailers/open/chunked HTTP/1.0\r\nHost: a.test\r\nTE: trailers\r\n\r\n');
    assert.match(await client.closed(), /^HTTP\/1\.1 200 [\s\S]*hello$/);
    assert.ok(isAlive(worker));
  });

  test('clients that reset right behind a CONNECT', async () => {
    for (let i = 0; i < 60; i += 1) {
      const client = await openRaw(system.url);
      client.send('CONNECT a.test:1 HTTP/1.1\r\nHost: a.test\r\n\r\n');
      if (i % 2 === 0) resetConnection(client.socket);
      else setImmediate(() => resetConnection(client.socket));
      await client.closed();
    }
    assert.equal((await fetch(`${system.url}/slow/open/x`)).status, 200);
    assert.ok(isAlive(worker));
  });

  test('a CONNECT in a pipeline is not answered in the place of the request before it', async () => {
    const client = await openRaw(system.url);
    client.send(head('GET /slow/open/x') + head('CONNECT a.test:1'));
    const answered = (await client.closed()).match(/HTTP\/1\.1 \d{3}/g);
    assert.deepEqual(answered, ['HTTP/1.1 200', 'HTTP/1.1 501']);
    assert.ok(isAlive(worker));
  });
});
