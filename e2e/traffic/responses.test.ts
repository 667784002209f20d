import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { statuses } from '../support/raw.ts';
import { head, openRaw } from '../support/raw-connection.ts';
import { startTraffic } from '../support/traffic.ts';
import { startRawUpstream } from '../support/upstream.ts';

const OK = 'HTTP/1.1 200 OK\r\n';
const LONG = 'x'.repeat(200_000);

/** What the upstream answers, by the last part of the path; `close` ends the connection after it. */
const ANSWERS: Readonly<Record<string, { bytes: string; close?: boolean }>> = {
  plain: { bytes: `${OK}Content-Length: 5\r\n\r\nhello` },
  long: { bytes: `${OK}Content-Length: ${LONG.length}\r\n\r\n${LONG}` },
  empty: { bytes: `${OK}Content-Length: 0\r\n\r\n` },
  204: { bytes: 'HTTP/1.1 204 No Content\r\n\r\n' },
  304: { bytes: 'HTTP/1.1 304 Not Modified\r\nETag: "a"\r\nContent-Length: 5\r\n\r\n' },
  chunked: { bytes: `${OK}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;x=y\r\n world\r\n0\r\n\r\n` },
  http10: { bytes: 'HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nuntil the end', close: true },
  delimited: { bytes: `${OK}Connection: close\r\n\r\nuntil the end`, close: true },
  trailers: {
    bytes: `${OK}Transfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n5\r\nhello\r\n0\r\nX-Sum: 42\r\nConnection: x\r\nSet-Cookie: a=1\r\nX-Request-Id: forged\r\n\r\n`,
  },
  early: {
    bytes: `HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\nConnection: x-hop\r\nX-Hop: 1\r\n\r\n${OK}Content-Length: 5\r\n\r\nhello`,
  },
  cookies: {
    bytes: `${OK}Set-Cookie: a=1\r\nSet-Cookie: b=2\r\nX-A: 1\r\nX-A: 2\r\nContent-Length: 0\r\n\r\n`,
  },
  hop: {
    bytes: `${OK}Connection: X-Private, close\r\nX-Private: 1\r\nKeep-Alive: timeout=9\r\nProxy-Authenticate: Basic\r\nUpgrade: h2c\r\nProxy-Connection: x\r\nTE: x\r\nX-Request-Id: forged\r\nX-Public: 1\r\nContent-Length: 0\r\n\r\n`,
    close: true,
  },
  latin1: { bytes: `${OK}X-Name: caf\xe9 \xe2\x82\xac\r\nContent-Length: 0\r\n\r\n` },
  utf8reason: { bytes: 'HTTP/1.1 200 \xe2\x82\xac\xff uro\r\nContent-Length: 5\r\n\r\nhello' },
  noreason: { bytes: 'HTTP/1.1 200\r\nContent-Length: 5\r\n\r\nhello' },
  strange: { bytes: 'HTTP/1.1 799 Strange\r\nContent-Length: 5\r\n\r\nhello' },
  date: { bytes: `${OK}Date: Thu, 01 Jan 2026 00:00:00 GMT\r\nServer: s\r\nContent-Length: 0\r\n\r\n` },
};

describe('responses', async () => {
  const upstream = await startRawUpstream({ after }, (socket) => {
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      const [whole, method, name = ''] = /^(\w+) \/a\/open\/(\w+)[\s\S]*?\r\n\r\n/.exec(text) ?? [];
      if (whole === undefined) return;
      text = text.slice(whole.length);
      const { bytes, close } = ANSWERS[name] ?? {
        bytes: 'HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n',
      };
      const cut = method === 'HEAD' ? bytes.slice(0, bytes.lastIndexOf('\r\n\r\n') + 4) : bytes;
      socket.write(cut, 'latin1');
      if (close) socket.end();
    });
  });
  const system = await startTraffic([{ name: 'a', upstreams: [upstream] }]);

  /** The whole answer to one request that asks to close after it. */
  async function ask(name: string, { method = 'GET', fields = [] as string[], version = '1.1' } = {}) {
    const client = await openRaw(system.url);
    const request = head(`${method} /a/open/${name}`, 'Connection: close', ...fields);
    client.send(request.replace('HTTP/1.1', `HTTP/${version}`));
    return client.closed();
  }
  const bodyOf = (answer: string): string => answer.slice(answer.indexOf('\r\n\r\n') + 4);

  test('Content-Length', async () => {
    const answer = await ask('plain');
    assert.deepEqual(statuses(answer), [200]);
    assert.match(answer, /^content-length: 5\r$/im);
    assert.equal(bodyOf(answer), 'hello');
    assert.equal(bodyOf(await ask('long')), LONG);
  });

  test('an empty body', async () => {
    assert.match(await ask('empty'), /^content-length: 0\r$[\s\S]*\r\n\r\n$/im);
  });

  test('HEAD gives the head that GET would give, and no body', async () => {
    for (const name of ['plain', 'long', 'chunked', 'empty']) {
      const answer = await ask(name, { method: 'HEAD' });
      assert.deepEqual(statuses(answer), [200]);
      assert.equal(bodyOf(answer), '', name);
    }
    assert.match(await ask('long', { method: 'HEAD' }), /^content-length: 200000\r$/im);
  });

  test('HEAD keeps the connection usable', async () => {
    const client = await openRaw(system.url);
    client.send(head('HEAD /a/open/plain'));
    await client.until(/\r\n\r\n$/);
    client.send(head('GET /a/open/plain'));
    assert.deepEqual(statuses(await client.until(/hello$/)), [200, 200]);
    client.close();
  });

  test('204 and 304 have no body and leave the connection usable', async () => {
    const client = await openRaw(system.url);
    for (const name of ['204', '304', 'plain']) {
      client.send(head(`GET /a/open/${name}`));
      await client.until(new RegExp(`HTTP/1\\.1 ${name === 'plain' ? 200 : name} [\\s\\S]*\\r\\n\\r\\n`));
    }
    const answer = await client.until(/hello$/);
    assert.deepEqual(statuses(answer), [204, 304, 200]);
    assert.match(answer, /^etag: "a"\r$/im);
    client.close();
  });

  test('chunked', async () => {
    const response = await fetch(`${system.url}/a/open/chunked`);
    assert.equal(await response.text(), 'hello world');
    assert.match(await ask('chunked'), /^transfer-encoding: chunked\r$/im);
  });

  test('a chunked response to an HTTP/1.0 client is delimited by the end of the connection', async () => {
    const answer = await ask('chunked', { version: '1.0' });
    assert.doesNotMatch(answer, /^transfer-encoding/im);
    assert.equal(bodyOf(answer), 'hello world');
  });

  for (const name of ['http10', 'delimited']) {
    test(`a response delimited by the end of the upstream's connection (${name}) is complete`, async () => {
      const response = await fetch(`${system.url}/a/open/${name}`);
      assert.equal(response.status, 200);
      assert.equal(await response.text(), 'until the end');
    });
  }

  test('trailers reach a client that said TE: trailers, without those that would lie', async () => {
    const answer = await ask('trailers', { fields: ['TE: trailers', 'Connection: TE'] });
    assert.match(answer, /^trailer: x-sum\r$/im);
    assert.match(answer, /\r\n0\r\nx-sum: 42\r\n\r\n$/i);
  });

  test('trailers are dropped for all others', async () => {
    const answer = await ask('trailers');
    assert.doesNotMatch(answer, /x-sum/i);
    assert.match(answer, /\r\n0\r\n\r\n$/);
  });

  test('103 Early Hints go ahead of the response, less the fields of the hop', async () => {
    const answer = await ask('early');
    assert.deepEqual(statuses(answer), [103, 200]);
    assert.match(answer, /^link: <\/a\.css>; rel=preload\r$/im);
    assert.doesNotMatch(answer, /x-hop/i);
  });

  test('an HTTP/1.0 client gets no 1xx', async () => {
    const answer = await ask('early', { version: '1.0' });
    assert.deepEqual(statuses(answer), [200]);
  });

  test('repeated field lines stay repeated, Set-Cookie above all', async () => {
    const answer = await ask('cookies');
    assert.deepEqual(
      answer.match(/^set-cookie: .*$/gim)?.map((line) => line.trim()),
      ['set-cookie: a=1', 'set-cookie: b=2'],
    );
    assert.equal(answer.match(/^x-a: /gim)?.length, 2);
  });

  test('fields of the hop stay behind, and the request id is ours', async () => {
    const answer = await ask('hop');
    for (const name of ['x-private', 'proxy-authenticate', 'upgrade', 'proxy-connection', 'te']) {
      assert.doesNotMatch(answer, new RegExp(`^${name}:`, 'im'));
    }
    assert.doesNotMatch(answer, /timeout=9|forged/);
    assert.match(answer, /^x-public: 1\r$/im);
    assert.equal(answer.match(/^x-request-id: /gim)?.length, 1);
  });

  test('bytes beyond ASCII in a field value pass unchanged', async () => {
    assert.match(await ask('latin1'), /^x-name: caf\xe9 \xe2\x82\xac\r$/im);
  });

  test('a reason phrase that is not ASCII, or missing, harms nothing', async () => {
    for (const name of ['utf8reason', 'noreason']) {
      const answer = await ask(name);
      assert.deepEqual(statuses(answer), [200], answer);
      assert.equal(bodyOf(answer), 'hello');
    }
  });

  test('a status code nobody knows passes', async () => {
    assert.deepEqual(statuses(await ask('strange')), [799]);
  });

  test("the upstream's Date and Server stay, once", async () => {
    const answer = await ask('date');
    assert.deepEqual(
      answer.match(/^date: .*$/gim)?.map((line) => line.trim()),
      ['date: Thu, 01 Jan 2026 00:00:00 GMT'],
    );
    assert.match(answer, /^server: s\r$/im);
  });
});
