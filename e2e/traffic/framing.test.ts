import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { statuses } from '../support/raw.ts';
import { head, openRaw } from '../support/raw-connection.ts';
import { startTraffic } from '../support/traffic.ts';
import { startUpstream } from '../support/upstream.ts';

describe('what two servers could read differently is refused with 400 and reaches no upstream', async () => {
  const upstream = await startUpstream({ after });
  const system = await startTraffic([{ name: 'a', upstreams: [upstream.url] }]);
  const auth = system.authorization;
  const smuggled = `${head('GET /a/smuggled', auth)}`;
  const chunked = 'Transfer-Encoding: chunked';
  const post = (...fields: string[]): string => head('POST /a/x', auth, ...fields);

  const requests: Record<string, string> = {
    'Content-Length beside Transfer-Encoding': `${post('Content-Length: 5', chunked)}0\r\n\r\n${smuggled}`,
    'Transfer-Encoding beside Content-Length': `${post(chunked, 'Content-Length: 5')}0\r\n\r\n${smuggled}`,
    'two Content-Length that differ': `${post('Content-Length: 5', 'Content-Length: 6')}hello!`,
    'two equal Content-Length': `${post('Content-Length: 5', 'Content-Length: 5')}hello`,
    'a list in Content-Length': `${post('Content-Length: 5, 5')}hello`,
    'a signed Content-Length': `${post('Content-Length: +5')}hello`,
    'a hexadecimal Content-Length': `${post('Content-Length: 0x5')}hello`,
    'a Content-Length with a space inside': `${post('Content-Length: 5 5')}hello`,
    'an empty Content-Length': post('Content-Length:'),
    'a negative Content-Length': post('Content-Length: -1'),
    'a Content-Length past all sense': post('Content-Length: 99999999999999999999'),
    'Transfer-Encoding twice': `${post(chunked, chunked)}0\r\n\r\n`,
    'Transfer-Encoding: chunked, identity': `${post('Transfer-Encoding: chunked, identity')}0\r\n\r\n`,
    'Transfer-Encoding: gzip, chunked': `${post('Transfer-Encoding: gzip, chunked')}0\r\n\r\n`,
    'Transfer-Encoding: identity': post('Transfer-Encoding: identity'),
    'Transfer-Encoding with a strange name': `${post('Transfer-Encoding: xchunked')}0\r\n\r\n`,
    'Transfer-Encoding with a vertical tab': `${post('Transfer-Encoding: \x0bchunked')}0\r\n\r\n`,
    'Transfer-Encoding in HTTP/1.0': `POST /a/x HTTP/1.0\r\nHost: a\r\n${auth}\r\n${chunked}\r\n\r\n0\r\n\r\n`,
    'a space before the colon': `POST /a/x HTTP/1.1\r\nHost: a\r\n${auth}\r\nContent-Length : 5\r\n\r\nhello`,
    'a space before the first field': `POST /a/x HTTP/1.1\r\n Host: a\r\n${auth}\r\n\r\n`,
    'a folded field line': `GET /a/x HTTP/1.1\r\nHost: a\r\nX-Folded: a\r\n b\r\n${auth}\r\n\r\n`,
    'a folded Transfer-Encoding': `${post('Transfer-Encoding:\r\n chunked')}0\r\n\r\n`,
    'bare line feeds': `GET /a/x HTTP/1.1\nHost: a\n${auth}\n\n`,
    'one bare line feed': `GET /a/x HTTP/1.1\r\nHost: a\n${auth}\r\n\r\n`,
    'a bare carriage return': `GET /a/x HTTP/1.1\r\nHost: a\r${auth}\r\n\r\n`,
    'NUL in a field': `GET /a/x HTTP/1.1\r\nHost: a\r\nX-A: a\0b\r\n${auth}\r\n\r\n`,
    'a field line without a colon': `GET /a/x HTTP/1.1\r\nHost: a\r\nnonsense\r\n${auth}\r\n\r\n`,
    'an empty field name': `GET /a/x HTTP/1.1\r\nHost: a\r\n: x\r\n${auth}\r\n\r\n`,
    'no Host': `GET /a/x HTTP/1.1\r\n${auth}\r\n\r\n`,
    'two Hosts': head('GET /a/x', 'Host: other', auth),
    'HTTP/0.9': 'GET /a/x\r\n\r\n',
    'HTTP/1.2': `GET /a/x HTTP/1.2\r\nHost: a\r\n${auth}\r\n\r\n`,
    'HTTP/2.0 in an HTTP/1 line': `GET /a/x HTTP/2.0\r\nHost: a\r\n${auth}\r\n\r\n`,
    'the HTTP/2 preface': 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    'a tab in the request line': `GET\t/a/x HTTP/1.1\r\nHost: a\r\n${auth}\r\n\r\n`,
    'an unknown method': `BREW /a/x HTTP/1.1\r\nHost: a\r\n${auth}\r\n\r\n`,
    'a method in lower case': `get /a/x HTTP/1.1\r\nHost: a\r\n${auth}\r\n\r\n`,
    'TLS on the plain port': '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
    'a chunk size with a sign': `${post(chunked)}+5\r\nhello\r\n0\r\n\r\n`,
    'a chunk size with 0x': `${post(chunked)}0x5\r\nhello\r\n0\r\n\r\n`,
    'a chunk size that is not a number': `${post(chunked)}zz\r\nhello\r\n0\r\n\r\n`,
    'an empty chunk size': `${post(chunked)}\r\nhello\r\n0\r\n\r\n`,
    'a chunk size past 64 bits': `${post(chunked)}10000000000000005\r\nhello\r\n0\r\n\r\n`,
    'a chunk size with a space after it': `${post(chunked)}5 \r\nhello\r\n0\r\n\r\n`,
    'a chunk size ended by a bare line feed': `${post(chunked)}5\nhello\r\n0\r\n\r\n`,
    'a chunk longer than its size': `${post(chunked)}5\r\nhello!!\r\n0\r\n\r\n`,
    'a chunk extension with a line feed': `${post(chunked)}5;a\nb\r\nhello\r\n0\r\n\r\n`,
  };

  for (const [name, bytes] of Object.entries(requests)) {
    test(name, async () => {
      const before = upstream.received.length;
      const client = await openRaw(system.url);
      client.send(bytes);
      const answer = await client.closed();
      assert.deepEqual(statuses(answer), [400], answer);
      assert.match(answer, /^connection: close\r$/im);
      assert.match(answer, /^x-request-id: \S+\r$/im);
      assert.match(answer, /"status":400/);
      assert.equal(upstream.received.length, before, 'nothing may reach the upstream');
    });
  }

  test('a field that hides behind a thousand others is still seen', async () => {
    const before = upstream.received.length;
    const many = Array.from({ length: 1200 }, (_, i) => `a${i}: b`);
    const client = await openRaw(system.url);
    client.send(`${head('POST /a/x', auth, ...many, chunked)}5\r\nhello\r\n0\r\n\r\n`);
    const answer = await client.until(/^HTTP\/1\.1 \d{3}[\s\S]*\}$/);
    client.close();
    const [status] = statuses(answer);
    // Either the head is too much, or all of it counts; never a request without its body.
    if (status !== 431) {
      assert.equal(status, 200);
      assert.equal(upstream.received.at(-1)?.body, 'hello');
    } else assert.equal(upstream.received.length, before);
  });

  test('a second space in the request line is tolerated, but not passed on', async () => {
    const client = await openRaw(system.url);
    client.send(`GET  /a/x HTTP/1.1\r\nHost: a\r\n${auth}\r\n\r\n`);
    assert.deepEqual(statuses(await client.until(/\}$/)), [200]);
    client.close();
    assert.equal(upstream.received.at(-1)?.url, '/a/x');
  });

  test('a client that sends half a head and leaves costs nothing', async () => {
    const client = await openRaw(system.url);
    client.send('GET /a/x HTTP/1.1\r\nHos');
    client.socket.end();
    assert.deepEqual(
      statuses(await client.closed()).filter((status) => status !== 400),
      [],
    );
    const response = await fetch(`${system.url}/a/open/x`);
    assert.equal(response.status, 200);
  });
});
