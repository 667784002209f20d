import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { head, openRaw } from '../support/raw-connection.ts';
import { startTraffic } from '../support/traffic.ts';
import { startUpstream } from '../support/upstream.ts';

describe('request bodies arrive as they were sent', async () => {
  const upstream = await startUpstream({ after });
  const system = await startTraffic([{ name: 'a', upstreams: [upstream.url] }]);
  const url = `${system.url}/a/x`;
  const headers = { authorization: `Bearer ${system.token}` };

  /** Sends raw bytes on a connection of its own and tells what arrived at the upstream. */
  async function sendRaw(bytes: string) {
    const before = upstream.received.length;
    const client = await openRaw(system.url);
    client.send(bytes);
    const answer = await client.until(/^HTTP\/1\.1 \d{3} [\s\S]*\r\n\r\n\{[\s\S]*\}$/);
    client.close();
    assert.match(answer, /^HTTP\/1\.1 200 /);
    assert.equal(upstream.received.length, before + 1);
    const arrived = upstream.received.at(-1);
    assert.ok(arrived);
    return arrived;
  }

  for (const size of [1, 1000, 64 * 1024, 64 * 1024 + 1, 300_000]) {
    test(`${size} bytes with Content-Length`, async () => {
      const body = 'abcdefghij'.repeat(size / 10 + 1).slice(0, size);
      const response = await fetch(url, { method: 'POST', headers, body });
      assert.equal(response.status, 200);
      const arrived = upstream.received.at(-1);
      assert.equal(arrived?.body, body);
      assert.equal(arrived.headers['content-length'], String(size));
      assert.equal(arrived.headers['transfer-encoding'], undefined);
    });
  }

  test('chunked, in chunks of odd sizes', async () => {
    const chunks = ['a', 'bc', 'd'.repeat(5000), 'e'.repeat(70_000), 'f'];
    const body = chunks.map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`).join('');
    const fields = [system.authorization, 'Transfer-Encoding: chunked'];
    const arrived = await sendRaw(`${head('PUT /a/x', ...fields)}${body}0\r\n\r\n`);
    assert.equal(arrived.body, chunks.join(''));
    assert.equal(arrived.headers['transfer-encoding'], 'chunked');
    assert.equal(arrived.headers['content-length'], undefined);
  });

  test('chunked with extensions and trailers: neither is passed on', async () => {
    const body = '3;a=b;c="d"\r\nabc\r\n0\r\nX-Trailing: secret\r\nAuthorization: Bearer other\r\n\r\n';
    const fields = [system.authorization, 'Transfer-Encoding: chunked'];
    const arrived = await sendRaw(head('POST /a/x', ...fields) + body);
    assert.equal(arrived.body, 'abc');
    assert.equal(arrived.headers['x-trailing'], undefined);
    assert.equal(arrived.headers.authorization, undefined);
  });

  test('an empty chunked body', async () => {
    const fields = [system.authorization, 'Transfer-Encoding: chunked'];
    const arrived = await sendRaw(`${head('POST /a/x', ...fields)}0\r\n\r\n`);
    assert.equal(arrived.body, '');
    assert.equal(arrived.method, 'POST');
  });

  test('a POST with Content-Length: 0 says so to the upstream', async () => {
    const arrived = await sendRaw(head('POST /a/x', system.authorization, 'Content-Length: 0'));
    assert.equal(arrived.headers['content-length'], '0');
    assert.equal(arrived.headers['transfer-encoding'], undefined);
  });

  test('a POST with no framing at all has no body', async () => {
    const arrived = await sendRaw(head('POST /a/x', system.authorization));
    assert.equal(arrived.body, '');
  });

  for (const method of ['GET', 'DELETE', 'OPTIONS']) {
    test(`${method} with a body of known length keeps it`, async () => {
      const arrived = await sendRaw(
        `${head(`${method} /a/x`, system.authorization, 'Content-Length: 5')}hello`,
      );
      assert.equal(arrived.body, 'hello');
      assert.equal(arrived.headers['content-length'], '5');
    });

    test(`${method} with a chunked body keeps it`, async () => {
      const fields = [system.authorization, 'Transfer-Encoding: chunked'];
      const arrived = await sendRaw(`${head(`${method} /a/x`, ...fields)}5\r\nhello\r\n0\r\n\r\n`);
      assert.equal(arrived.body, 'hello');
    });
  }

  test('a body that comes byte by byte', async () => {
    const before = upstream.received.length;
    const client = await openRaw(system.url);
    const bytes = `${head('POST /a/x', system.authorization, 'Content-Length: 6')}abcdef`;
    for (const byte of bytes) {
      client.send(byte);
      await new Promise((done) => setImmediate(done));
    }
    await client.until(/^HTTP\/1\.1 200 [\s\S]*\}$/);
    client.close();
    assert.equal(upstream.received.length, before + 1);
    assert.equal(upstream.received.at(-1)?.body, 'abcdef');
  });

  test('every byte value survives', async () => {
    const all = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
    const response = await fetch(url, { method: 'POST', headers, body: all });
    assert.equal(response.status, 200);
    assert.equal(upstream.received.at(-1)?.body, all.toString());
  });

  test('content codings pass through untouched', async () => {
    const sent = { ...headers, 'content-encoding': 'gzip' };
    const response = await fetch(url, { method: 'POST', headers: sent, body: 'not really gzip' });
    assert.equal(response.status, 200);
    assert.equal(upstream.received.at(-1)?.body, 'not really gzip');
    assert.equal(upstream.received.at(-1)?.headers['content-encoding'], 'gzip');
  });

  for (const method of ['PATCH', 'PROPFIND', 'QUERY', 'PURGE', 'M-SEARCH']) {
    test(`the method ${method} passes`, async () => {
      const arrived = await sendRaw(head(`${method} /a/x`, system.authorization, 'Content-Length: 0'));
      assert.equal(arrived.method, method);
    });
  }
});
