import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { freePort } from '../support/ports.ts';
import { eventually, workerPids } from '../support/processes.ts';
import { statuses } from '../support/raw.ts';
import { head, openRaw } from '../support/raw-connection.ts';
import { resetConnection } from '../support/reset-connection.ts';
import { startTraffic } from '../support/traffic.ts';
import { startRawUpstream, startUpstream } from '../support/upstream.ts';

const OK = 'HTTP/1.1 200 OK\r\n';

/** Answers that no client could trust. */
const GARBAGE: Readonly<Record<string, string>> = {
  nonsense: 'this is not HTTP\r\n\r\n',
  tls: '\x15\x03\x01\x00\x02\x02\x28',
  http2: '\x00\x00\x12\x04\x00\x00\x00\x00\x00',
  http9: 'HTTP/9.9 200 OK\r\n\r\n',
  status0: 'HTTP/1.1 000 Zero\r\nContent-Length: 0\r\n\r\n',
  status99: 'HTTP/1.1 099 Low\r\nContent-Length: 0\r\n\r\n',
  status1000: 'HTTP/1.1 1000 High\r\nContent-Length: 0\r\n\r\n',
  letters: 'HTTP/1.1 abc OK\r\n\r\n',
  switching: 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\nraw',
  both: `${OK}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
  lengths: `${OK}Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!`,
  minus: `${OK}Content-Length: -5\r\n\r\n`,
  control: `${OK}X-A: a\x01b\r\nContent-Length: 0\r\n\r\n`,
  nul: `${OK}X-A: a\0b\r\nContent-Length: 0\r\n\r\n`,
  space: `${OK}X-A : b\r\nContent-Length: 0\r\n\r\n`,
  huge: `${OK}X-A: ${'a'.repeat(200_000)}\r\n\r\n`,
  half: `${OK}Content-Le`,
  nothing: '',
};

describe('upstreams that fail', async () => {
  const good = await startUpstream({ after });
  const dead = `http://127.0.0.1:${await freePort()}`;
  const bad = await startRawUpstream({ after }, (socket) => {
    socket.on('data', (chunk) => {
      const [, name = ''] = /\/open\/(\w+)/.exec(chunk.toString('latin1')) ?? [];
      socket.end(GARBAGE[name] ?? `${OK}Content-Length: 2\r\n\r\nok`, 'latin1');
    });
  });
  const dying = await startRawUpstream({ after }, (socket) => {
    socket.on('data', (chunk) => {
      const text = chunk.toString('latin1');
      const framing = text.includes('chunked') ? 'Transfer-Encoding: chunked' : 'Content-Length: 100';
      const body = text.includes('chunked') ? '5\r\nhello\r\n' : 'hello';
      const reset = text.includes('reset');
      if (text.includes('badchunk'))
        socket.write(`${OK}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nzz\r\n`);
      else
        socket.write(`${OK}${framing}\r\n\r\n${body}`, () =>
          reset ? resetConnection(socket) : socket.end(),
        );
    });
  });
  const forgetful = await startRawUpstream({ after }, (socket) => {
    let requests = 0;
    socket.on('data', () => {
      requests += 1;
      // It keeps its connection open until the next request comes in on it.
      if (requests === 1) socket.write(`${OK}Content-Length: 2\r\n\r\nok`);
      else socket.destroy();
    });
  });
  const system = await startTraffic([
    { name: 'some', upstreams: [dead, good.url] },
    { name: 'none', upstreams: [dead, `http://127.0.0.1:${await freePort()}`] },
    { name: 'bad', upstreams: [bad] },
    { name: 'dying', upstreams: [dying] },
    { name: 'forgetful', upstreams: [forgetful] },
    { name: 'weighted', upstreams: [`{ url: "${good.url}", weight: 3 }`, `{ url: "${bad}", weight: 1 }`] },
  ]);
  const pids = workerPids(system);
  const reasonFor = async (id: string | null) => (await system.record(id ?? '')).reason;

  test('a request moves on from an upstream that refuses connections, whatever its body', async () => {
    for (const body of [undefined, 'small', 'x'.repeat(300_000)]) {
      for (let i = 0; i < 4; i += 1) {
        const init = body === undefined ? {} : { method: 'POST', body };
        const response = await fetch(`${system.url}/some/open/x`, init);
        assert.equal(response.status, 200);
        assert.equal(good.received.at(-1)?.body, body ?? '');
      }
    }
  });

  for (const [kind, body] of Object.entries({
    'a small': 'small',
    'a large': 'x'.repeat(300_000),
    'a chunked': new Blob(['in ', 'chunks']).stream(),
  })) {
    test(`the first request of all moves on too, with ${kind} body`, async (t) => {
      const upstreams = [dead, good.url];
      const fresh = await startTraffic([{ name: 'fresh', upstreams }], undefined, t);
      const init = { method: 'POST', body, duplex: 'half' };
      const response = await fetch(`${fresh.url}/fresh/open/x`, init);
      assert.equal(response.status, 200);
      assert.equal(good.received.at(-1)?.body, typeof body === 'string' ? body : 'in chunks');
    });
  }

  test('when none can be reached: 502', async () => {
    const response = await fetch(`${system.url}/none/open/x`);
    assert.equal(response.status, 502);
    assert.equal(response.headers.get('content-type'), 'application/problem+json');
    assert.equal(await reasonFor(response.headers.get('x-request-id')), 'upstream_unreachable');
  });

  for (const name of Object.keys(GARBAGE)) {
    test(`an answer that is not sound HTTP (${name}): 502`, async () => {
      const response = await fetch(`${system.url}/bad/open/${name}`);
      assert.equal(response.status, 502);
      const reason = await reasonFor(response.headers.get('x-request-id'));
      assert.ok(reason === 'upstream_failed' || reason === 'upstream_cut_off', String(reason));
    });
  }

  for (const path of ['length', 'length-reset', 'chunked', 'chunked-reset', 'badchunk']) {
    test(`an upstream that dies within its response (${path}): the client sees it broken`, async () => {
      const client = await openRaw(system.url);
      client.send(head(`GET /dying/open/${path}`));
      const answer = await client.closed();
      const [status] = statuses(answer);
      const [, id = ''] = /x-request-id: (\S+)/.exec(answer) ?? [];
      // Either the head had left, and the connection breaks, or it had not, and the client gets a 502.
      assert.ok(status === 200 || status === 502, answer);
      if (status === 200) assert.doesNotMatch(answer, /\r\n0\r\n\r\n/);
      assert.equal(await reasonFor(id), 'upstream_cut_off');
      await assert.rejects(async () => {
        const response = await fetch(`${system.url}/dying/open/${path}`);
        if (response.status === 502) throw new Error('refused as a whole');
        await response.text();
      });
    });
  }

  test('a kept connection that the upstream closes as it is used: GET is sent again, POST is not', async () => {
    const url = `${system.url}/forgetful/open/x`;
    for (let i = 0; i < 3; i += 1) assert.equal((await fetch(url)).status, 200);
    const post = await fetch(url, { method: 'POST', body: 'once' });
    assert.equal(post.status, 502);
    assert.equal(await reasonFor(post.headers.get('x-request-id')), 'upstream_failed');
  });

  test('an unsound answer on a kept connection is not asked for again', async (t) => {
    let requests = 0;
    const url = await startRawUpstream(t, (socket) => {
      socket.on('data', () => {
        requests += 1;
        const unsound = 'Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n';
        socket.write(requests === 1 ? `${OK}Content-Length: 2\r\n\r\nok` : `${OK}${unsound}`);
      });
    });
    const unsound = await startTraffic([{ name: 'a', upstreams: [url] }], 'workers: 1', t);
    assert.equal((await fetch(`${unsound.url}/a/open/x`)).status, 200);
    assert.equal((await fetch(`${unsound.url}/a/open/x`)).status, 502);
    assert.equal(requests, 2);
  });

  test('weights share the requests out', async () => {
    const before = good.received.length;
    for (let i = 0; i < 12; i += 1) await (await fetch(`${system.url}/weighted/open/x`)).text();
    assert.equal(good.received.length - before, 9);
  });

  test('no worker has died of any of it', async () => {
    assert.deepEqual(workerPids(system), pids);
    await eventually(async () => (await fetch(`${system.adminUrl}/readyz`)).ok, 'ready');
  });
});
