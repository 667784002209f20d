import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { GatewayReason } from '../errors.ts';
import { HttpConnection, type Patience } from './http-connection.ts';
import type { BodyConsumer, HttpRequest } from './http-request.ts';
import type { HttpResponse } from './http-response.ts';
import { RequestReader } from './request-reader.ts';

const HEAD = 'Host: a.test\r\n\r\n';
const NEVER: Patience = { head: 1e6, unused: 1e6, stalled: 1e6 };

interface Listening {
  readonly client: Socket;
  readonly connection: HttpConnection;
  readonly broken: readonly GatewayReason[];
  /** All that the client has got, once `pattern` is in it. */
  until(pattern: RegExp): Promise<string>;
  /** All that the client has got, once the connection is closed. */
  closed(): Promise<string>;
}

/** One connection between a client and a server that does `onRequest`. */
async function listen(
  t: TestContext,
  onRequest: (request: HttpRequest, response: HttpResponse) => void,
  maxHead = 1024,
): Promise<Listening> {
  const broken: GatewayReason[] = [];
  const accepted = Promise.withResolvers<HttpConnection>();
  const peer = { address: '127.0.0.1', trusted: false, secure: false };
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    accepted.resolve(
      new HttpConnection(socket, peer, {
        maxHead,
        onRequest,
        onBrokenHead: (reason, _peer, response) => {
          broken.push(reason);
          response.begin(400, 'Bad Request', ['content-length', '0']);
          response.end('');
        },
      }),
    );
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1').on('error', () => {});
  let received = '';
  client.on('data', (bytes) => {
    received += bytes.toString('latin1');
  });
  t.after(() => {
    client.destroy();
    server.close();
  });
  const until = async (isEnough: () => boolean): Promise<string> => {
    for (let waited = 0; !isEnough(); waited += 5) {
      assert.ok(waited < 10_000, `in vain; got ${JSON.stringify(received.slice(0, 1000))}`);
      await sleep(5);
    }
    return received;
  };
  return {
    client,
    connection: await accepted.promise,
    broken,
    until: (pattern) => until(() => pattern.test(received)),
    closed: () => until(() => client.closed),
  };
}

function answer(response: HttpResponse, body: string, ...fields: string[]): void {
  response.begin(200, 'OK', [...fields, 'content-length', String(body.length)]);
  response.end(body);
}

/** Takes a whole body, and then answers with it. */
function echo(request: HttpRequest, response: HttpResponse): void {
  let body = '';
  request.consume({
    onBody(part) {
      body += part.toString('latin1');
    },
    onEnd: () => answer(response, `<${body}>`),
    onMalformed: () => answer(response, 'malformed'),
    onAborted() {},
  });
}

/** A consumer that notes what it is told. */
function noting(told: string[]): BodyConsumer {
  return {
    onBody: (part) => void told.push(part.toString('latin1')),
    onEnd: () => void told.push('end'),
    onMalformed: () => void told.push('malformed'),
    onAborted: () => void told.push('aborted'),
  };
}

const bodyOf = (text: string): string => text.slice(text.indexOf('\r\n\r\n') + 4);

test('requests of a pipeline are served one after the other, each with its own body', async (t) => {
  const open: (() => void)[] = [];
  const { client, until } = await listen(t, (request, response) => {
    open.push(() => echo(request, response));
  });
  client.write(
    `POST /1 HTTP/1.1\r\nContent-Length: 3\r\n${HEAD}one` +
      `POST /2 HTTP/1.1\r\nTransfer-Encoding: chunked\r\n${HEAD}3;a=b\r\ntwo\r\n0\r\nX-T: 1\r\n\r\n` +
      `GET /3 HTTP/1.1\r\n${HEAD}`,
  );
  for (const [n, body] of ['<one>', '<two>', '<>'].entries()) {
    while (open.length <= n) await sleep(2);
    await sleep(10);
    assert.equal(open.length, n + 1, 'none is begun before the one in front of it has ended');
    open[n]?.();
    await until(new RegExp(`${body}$`));
  }
});

test('a body is read no further than it is taken', async (t) => {
  const requests: HttpRequest[] = [];
  const { client } = await listen(t, (request, response) => {
    requests.push(request);
    setTimeout(() => echo(request, response), 300);
  });
  const size = 50_000_000;
  client.write(`POST / HTTP/1.1\r\nContent-Length: ${size}\r\n${HEAD}`);
  client.write(Buffer.alloc(size));
  await sleep(200);
  assert.ok(client.writableLength > size / 2, `${client.writableLength} bytes still wait at the client`);
  await once(client, 'drain');
});

test('a consumer that pauses gets nothing until it resumes', async (t) => {
  let parts = 0;
  let resume = (): void => {};
  const { client, until } = await listen(t, (request, response) => {
    const consumer: BodyConsumer = {
      ...noting([]),
      onBody() {
        parts += 1;
        request.pause(consumer);
        resume = () => request.resume(consumer);
      },
      onEnd: () => answer(response, 'done'),
    };
    request.consume(consumer);
  });
  const chunk = `5000\r\n${'x'.repeat(0x5000)}\r\n`;
  client.write(`POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n${HEAD}${chunk}${chunk}0\r\n\r\n`);
  while (parts === 0) await sleep(2);
  await sleep(20);
  assert.equal(parts, 1);
  for (let waited = 0; waited < 1000 && !(await until(/^/)).endsWith('done'); waited += 1) {
    resume();
    await sleep(2);
  }
  await until(/done$/);
});

test('what is left of a body when its response ends is dropped, and the next request served', async (t) => {
  const targets: string[] = [];
  const { client, until } = await listen(t, (request, response) => {
    targets.push(request.target);
    answer(response, request.target);
  });
  client.write(`POST /1 HTTP/1.1\r\nContent-Length: 20\r\n${HEAD}GET /smuggled`);
  await until(/\/1$/);
  client.write(` HTTP/1`);
  client.write(`GET /2 HTTP/1.1\r\n${HEAD}`);
  await until(/\/2$/);
  assert.deepEqual(targets, ['/1', '/2']);
});

test('a body that breaks the grammar is told once, and nothing behind it is read', async (t) => {
  const told: string[] = [];
  const { client, closed } = await listen(t, (request, response) => {
    const rest = noting(told);
    request.consume({
      ...rest,
      onMalformed() {
        rest.onMalformed();
        response.keepAlive = false;
        answer(response, 'no');
      },
    });
  });
  client.write(
    `POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n${HEAD}1\r\na\r\nzz\r\nGET / HTTP/1.1\r\n${HEAD}`,
  );
  assert.match(await closed(), /connection: close\r\n\r\nno$/);
  assert.deepEqual(told, ['a', 'malformed']);
});

for (const [what, trailer] of Object.entries({
  'a framing field': 'Content-Length: 5',
  'no field line': 'nonsense',
})) {
  test(`trailers with ${what} break the body`, async (t) => {
    const { client, until } = await listen(t, echo);
    client.write(`POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n${HEAD}0\r\n${trailer}\r\n\r\n`);
    await until(/malformed$/);
  });
}

test('a client that goes is told to who takes the body, and to who owns the response, once', async (t) => {
  const told: string[] = [];
  const { client, connection } = await listen(t, (request, response) => {
    response.owner = { onResponseClosed: () => void told.push(`closed, finished: ${response.finished}`) };
    request.consume(noting(told));
  });
  client.write(`POST / HTTP/1.1\r\nContent-Length: 5\r\n${HEAD}ab`);
  while (told.length < 1) await sleep(2);
  client.destroy();
  await once(connection.socket, 'close');
  assert.deepEqual(told, ['ab', 'aborted', 'closed, finished: false']);
});

test('a client that ends its side before it has its response is taken for gone', async (t) => {
  const told: string[] = [];
  const { client, closed } = await listen(t, (_request, response) => {
    response.owner = { onResponseClosed: () => void told.push(`finished: ${response.finished}`) };
    setTimeout(() => answer(response, 'late'), 50);
  });
  client.end(`GET / HTTP/1.1\r\n${HEAD}`);
  assert.equal(await closed(), '');
  await sleep(60);
  assert.deepEqual(told, ['finished: false']);
});

test('a client that ends its side in the turn in which its request comes is taken for gone', async (t) => {
  const told: string[] = [];
  const { connection } = await listen(t, (_request, response) => {
    told.push('served');
    response.owner = { onResponseClosed: () => void told.push(`finished: ${response.finished}`) };
  });
  connection.socket.emit('data', Buffer.from(`GET / HTTP/1.1\r\n${HEAD}`));
  connection.socket.emit('end');
  assert.deepEqual(told, ['served', 'finished: false']);
});

test('a client that ends its side gets what was said before', async (t) => {
  const { client, closed } = await listen(t, (_request, response) => answer(response, 'soon'));
  client.end(`GET / HTTP/1.1\r\n${HEAD}`);
  assert.match(await closed(), /soon$/);
});

for (const keepAlive of [true, false]) {
  test(`a slow client gets all of a large response, and it is finished then (kept: ${keepAlive})`, async (t) => {
    const size = 20_000_000;
    const told: boolean[] = [];
    const { client } = await listen(t, (_request, response) => {
      response.owner = { onResponseClosed: () => void told.push(response.finished) };
      response.keepAlive = keepAlive;
      response.begin(200, 'OK', ['content-length', String(size)]);
      response.end(Buffer.alloc(size));
    });
    let got = 0;
    client.removeAllListeners('data').pause();
    client.write(`GET / HTTP/1.1\r\n${HEAD}`);
    await sleep(100);
    assert.deepEqual(told, []);
    client.on('data', (bytes) => {
      got += bytes.length;
    });
    client.resume();
    while (told.length === 0 || got < size) await sleep(5);
    assert.deepEqual(told, [true]);
  });
}

test('responses of a pipeline are finished one after the other, each once', async (t) => {
  const told: string[] = [];
  const { client, until } = await listen(t, ({ target }, response) => {
    response.owner = { onResponseClosed: () => void told.push(`${target} ${response.finished}`) };
    answer(response, target);
  });
  client.write(['/1', '/2', '/3', '/4'].map((target) => `GET ${target} HTTP/1.1\r\n${HEAD}`).join(''));
  await until(/\/4$/);
  while (told.length < 4) await sleep(2);
  assert.deepEqual(told, ['/1 true', '/2 true', '/3 true', '/4 true']);
});

test('a response is finished when it is with the kernel', async (t) => {
  const finished = Promise.withResolvers<boolean>();
  const { client, until } = await listen(t, (_request, response) => {
    response.owner = { onResponseClosed: () => finished.resolve(response.finished) };
    answer(response, 'x');
    assert.equal(response.finished, false);
  });
  client.write(`GET / HTTP/1.1\r\n${HEAD}`);
  assert.equal(await finished.promise, true);
  await until(/x$/);
});

for (const [what, bytes, reason] of [
  ['a head that is too large', `GET / HTTP/1.1\r\nX: ${'x'.repeat(1024)}`, 'head_too_large'],
  ['bytes of another protocol', '\x16\x03\x01', 'head_malformed'],
  ['a request line that is none', 'SSH-2.0-OpenSSH\r\n', 'head_malformed'],
  ['a bare line feed', 'GET / HTTP/1.1\n', 'head_malformed'],
  ['half a head, and no more', 'GET / HTT', 'head_malformed'],
] as const) {
  test(`${what} is refused before anything follows`, async (t) => {
    const { client, broken, closed } = await listen(t, () => assert.fail('a request'));
    client.write(bytes);
    if (what.startsWith('half')) client.end();
    assert.match(await closed(), /^HTTP\/1\.1 400 Bad Request\r\n/);
    assert.deepEqual(broken, [reason]);
  });
}

test('more field lines than any client needs are refused', () => {
  for (const [lines, taken] of [
    [999, true],
    [1000, false],
  ] as const) {
    const reader = new RequestReader(100_000);
    reader.feed(Buffer.from(`GET / HTTP/1.1\r\n${'a: b\r\n'.repeat(lines)}${HEAD}`));
    if (taken) assert.equal(reader.readHead()?.fields.length, 2 * (lines + 1));
    else assert.throws(() => reader.readHead(), { reason: 'head_too_large' });
  }
});

test('a head is waited for only so long, from its first byte', async (t) => {
  const { client, connection, broken, until, closed } = await listen(t, (_request, response) => {
    answer(response, 'x');
  });
  const soon = { ...NEVER, head: 20 };
  client.write(`GET / HTTP/1.1\r\n${HEAD}`);
  await until(/x$/);
  await sleep(40);
  connection.check(performance.now(), soon); // nothing of the next one has come
  client.write('GET / HTTP/1.1\r\n');
  await sleep(10);
  assert.deepEqual(broken, []);
  await sleep(30);
  connection.check(performance.now(), soon);
  await closed();
  assert.deepEqual(broken, ['head_timeout']);
});

test('a connection that is unused is closed, one whose next request has begun to come is not', async (t) => {
  const { client, connection, until, closed } = await listen(t, (_request, response) => {
    answer(response, 'x');
  });
  client.write(`GET / HTTP/1.1\r\n${HEAD}G`);
  await until(/x$/);
  connection.check(performance.now() + 100, { ...NEVER, unused: 50 });
  client.write(`ET / HTTP/1.1\r\n${HEAD}`);
  await until(/x[\s\S]*x$/);
  connection.check(performance.now() + 100, { ...NEVER, unused: 50 });
  await closed();
});

test('a client that takes nothing of what waits for it is given up', async (t) => {
  const { client, connection } = await listen(t, (_request, response) => {
    response.begin(200, 'OK', []);
    response.write(Buffer.alloc(50_000_000));
  });
  client.pause();
  client.write(`GET / HTTP/1.1\r\n${HEAD}`);
  const ended = once(connection.socket, 'close');
  while (connection.socket.writableLength === 0) await sleep(5);
  connection.check(performance.now(), NEVER);
  await sleep(100); // the kernel takes what it can
  connection.check(performance.now(), NEVER);
  assert.equal(connection.socket.destroyed, false);
  connection.check(performance.now() + 100, { ...NEVER, stalled: 50 });
  await ended;
});

test('a writer is told when a slow client has read', async (t) => {
  const part = Buffer.alloc(1_000_000);
  const { client } = await listen(t, (_request, response) => {
    response.begin(200, 'OK', ['content-length', '50000000']);
    let left = 49;
    const write = (): void => {
      while (left > 0) {
        left -= 1;
        if (response.write(part)) continue;
        response.onDrain = write;
        return;
      }
      response.end(part);
    };
    write();
  });
  let got = 0;
  client.removeAllListeners('data').on('data', (bytes) => {
    got += bytes.length;
  });
  client.write(`GET / HTTP/1.1\r\n${HEAD}`);
  while (got < 50_000_000) await sleep(5);
});

test('heads say how the body is framed, and whether the connection stays', async (t) => {
  const { client, until, closed } = await listen(t, ({ target }, response) => {
    if (target === '/chunked') {
      response.begin(200, 'OK', ['trailer', 'x-t']);
      response.write(Buffer.from('part'));
      response.end('rest', ['x-t', '1']);
    } else {
      response.begin(Number(target.slice(1)), '', ['date', 'today']);
      response.end('a body');
    }
  });
  const ask = async (line: string, end: RegExp): Promise<string> => {
    const before = (await until(/^/)).length;
    client.write(`${line}\r\n${HEAD}`);
    return (await until(end)).slice(before);
  };
  const chunked = await ask('GET /chunked HTTP/1.1', /x-t: 1\r\n\r\n$/);
  assert.match(chunked, /\r\ndate: \w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT\r\n/);
  assert.match(chunked, /\r\ntransfer-encoding: chunked\r\nconnection: keep-alive\r\n\r\n/);
  assert.equal(bodyOf(chunked), '4\r\npart\r\n4\r\nrest\r\n0\r\nx-t: 1\r\n\r\n');
  for (const line of ['HEAD /200 HTTP/1.1', 'GET /204 HTTP/1.1', 'GET /304 HTTP/1.1']) {
    const bare = await ask(
      line,
      new RegExp(`${line.slice(-12, -9)} \r\n.*\r\nconnection: keep-alive\r\n\r\n$`),
    );
    assert.equal(bare, `HTTP/1.1 ${line.slice(-12, -9)} \r\ndate: today\r\nconnection: keep-alive\r\n\r\n`);
  }
  client.write(`GET /200 HTTP/1.0\r\n${HEAD}`);
  assert.match(await closed(), /HTTP\/1\.1 200 \r\ndate: today\r\nconnection: close\r\n\r\na body$/);
});

test('a value that would break out of its line cannot be sent, and another head can', async (t) => {
  const { client, until } = await listen(t, (_request, response) => {
    for (const value of ['a\r\nx-evil: 1', 'a\nb', 'a\0', 'ā', '\x7f']) {
      assert.throws(() => response.begin(200, 'OK', ['x-a', value]), /x-a/);
      assert.throws(() => response.inform(103, 'Early Hints', ['x-a', value]), /x-a/);
    }
    assert.equal(response.begun, false);
    answer(response, 'fine', 'x-a', 'caf\xe9 \t');
  });
  client.write(`GET / HTTP/1.1\r\n${HEAD}`);
  assert.match(await until(/fine$/), /^HTTP\/1\.1 200 OK\r\nx-a: caf\xe9 \t\r\n/);
});

test('a body of which one turn brings several pieces is told in them, without a copy', async (t) => {
  const parts: Buffer[] = [];
  const { connection } = await listen(t, (request) => {
    request.consume({ ...noting([]), onBody: (part) => void parts.push(part) });
  });
  const pieces = [`POST / HTTP/1.1\r\nContent-Length: 6\r\n${HEAD}ab`, 'cd', 'ef'].map((text) => {
    const piece = Buffer.allocUnsafeSlow(text.length);
    piece.write(text);
    return piece;
  });
  for (const piece of pieces) connection.socket.emit('data', piece);
  assert.deepEqual(parts.map(String), ['ab', 'cd', 'ef']);
  assert.ok(parts.every((part, at) => part.buffer === pieces[at]?.buffer));
});

test('many small chunks are one part', () => {
  const reader = new RequestReader(1024);
  const chunks = '1;x\r\na\r\n'.repeat(5000);
  reader.feed(Buffer.from(`POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n${HEAD}${chunks}0\r\n\r\n`));
  assert.ok(reader.readHead());
  assert.equal(reader.readBody()?.toString(), 'a'.repeat(5000));
  assert.equal(reader.readBody(), undefined);
  assert.ok(reader.complete);
});

test('what comes byte by byte behind a request that is served is all there in its turn', async (t) => {
  const targets: string[] = [];
  const { client, until } = await listen(t, ({ target }, response) => {
    targets.push(target);
    setTimeout(() => answer(response, target), 50);
  });
  client.setNoDelay(true);
  for (const character of ['/1', '/2', '/3'].map((target) => `GET ${target} HTTP/1.1\r\n${HEAD}`).join('')) {
    client.write(character);
    await new Promise((done) => setImmediate(done));
  }
  await until(/\/3$/);
  assert.deepEqual(targets, ['/1', '/2', '/3']);
});

test('a head that is larger than what may wait behind a request is read', async (t) => {
  const { client, until } = await listen(t, (_request, response) => answer(response, 'read'), 200_000);
  const head = `GET / HTTP/1.1\r\nX: ${'x'.repeat(150_000)}\r\n${HEAD}`;
  for (const [from, to] of [
    [0, 1000],
    [1000, 70_000],
    [70_000, head.length],
  ] as const) {
    client.write(head.slice(from, to));
    await sleep(30);
  }
  await until(/read$/);
});

test('who pipelines without an end and reads nothing is answered only so far', async (t) => {
  let answered = 0;
  const { client, connection } = await listen(t, (_request, response) => {
    answered += 1;
    answer(response, 'x'.repeat(100_000));
  });
  client.pause();
  client.write(`GET / HTTP/1.1\r\n${HEAD}`.repeat(3000));
  await sleep(200);
  assert.ok(answered < 200, `${answered} answers`);
  assert.ok(connection.socket.writableLength < 1_000_000, `${connection.socket.writableLength} bytes wait`);
});

test('a client that goes before an ended response has left is told as gone', async (t) => {
  const told: boolean[] = [];
  const { client, connection } = await listen(t, (_request, response) => {
    response.owner = { onResponseClosed: () => void told.push(response.finished) };
    answer(response, 'x'.repeat(50_000_000));
  });
  client.pause();
  client.write(`GET / HTTP/1.1\r\n${HEAD}`);
  while (connection.socket.writableLength === 0) await sleep(5);
  client.resetAndDestroy();
  while (told.length === 0) await sleep(5);
  assert.deepEqual(told, [false]);
});

test('the end of a client is seen behind what it sent after its last request', async (t) => {
  const told: string[] = [];
  const { client } = await listen(t, (_request, response) => {
    response.owner = { onResponseClosed: () => void told.push('closed') };
  });
  client.write(`GET / HTTP/1.1\r\nConnection: close\r\n${HEAD}`);
  client.end(Buffer.alloc(500_000, 'junk'));
  while (told.length === 0) await sleep(5);
});

test('whole requests in front of the end of a client are no broken head', async (t) => {
  const { client, broken } = await listen(t, ({ target }, response) => {
    answer(response, target + 'x'.repeat(3_000_000));
  });
  let got = '';
  client.removeAllListeners('data').pause();
  client.end(['/1', '/2', '/3'].map((target) => `GET ${target} HTTP/1.1\r\n${HEAD}`).join(''));
  await sleep(50);
  client.on('data', (bytes) => {
    got += bytes.toString('latin1').replaceAll(/x{2,}/g, '');
  });
  client.resume();
  while (!client.closed) await sleep(5);
  assert.deepEqual(got.match(/\r\n\r\n\/\d/g)?.length, 3);
  assert.deepEqual(broken, []);
});

test('an empty line between requests, in two pieces, is waited for by nobody', async (t) => {
  const { client, connection, broken, until, closed } = await listen(t, (_request, response) => {
    answer(response, 'x');
  });
  client.write(`GET / HTTP/1.1\r\n${HEAD}`);
  await until(/x$/);
  for (const piece of ['\r', '\n']) {
    const { bytesRead } = connection.socket;
    client.write(piece);
    while (connection.socket.bytesRead === bytesRead) await sleep(2);
  }
  connection.check(performance.now() + 100, { ...NEVER, head: 50 });
  connection.check(performance.now() + 100, { ...NEVER, unused: 50 });
  await closed();
  assert.deepEqual(broken, []);
});

test('a connection on which nothing has come is idle', async (t) => {
  const { connection, closed } = await listen(t, () => assert.fail('a request'));
  connection.closeWhenIdle();
  assert.equal(await closed(), '');
});

test('a body that breaks when it was answered already ends the connection', async (t) => {
  const { client, closed } = await listen(t, (_request, response) => answer(response, 'early'));
  client.write(`POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n${HEAD}1\r\na\r\nzz\r\n`);
  assert.match(await closed(), /early$/);
});

test('trailers are read only so far', () => {
  const reader = new RequestReader(1024);
  reader.feed(Buffer.from(`POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n${HEAD}0\r\nX: `));
  assert.ok(reader.readHead());
  assert.throws(
    () => {
      for (let kilobytes = 0; kilobytes < 20; kilobytes += 1) {
        reader.feed(Buffer.alloc(1024, 'x'));
        assert.equal(reader.readBody(), undefined);
      }
    },
    { reason: 'body_malformed' },
  );
});

test('an empty part does not end a chunked body', async (t) => {
  const { client, until } = await listen(t, (_request, response) => {
    response.begin(200, 'OK', []);
    for (const part of ['a', '', 'b']) response.write(Buffer.from(part));
    response.end('');
  });
  client.write(`GET / HTTP/1.1\r\n${HEAD}`);
  assert.equal(bodyOf(await until(/0\r\n\r\n$/)), '1\r\na\r\n1\r\nb\r\n0\r\n\r\n');
});

test('what waits behind a request that is served is bounded, and its client waits', async (t) => {
  const { client } = await listen(t, () => {});
  const request = `GET / HTTP/1.1\r\n${HEAD}`;
  client.write(request);
  const flood = request.repeat(1_000_000);
  client.write(flood);
  await sleep(300);
  assert.ok(
    client.writableLength > flood.length / 2,
    `${client.writableLength} bytes still wait at the client`,
  );
});

test('requests that wait when their client ends its side are told as gone, and not acted on', async (t) => {
  const told: string[] = [];
  const { client, closed } = await listen(t, ({ target }, response) => {
    const arrived = response.closed ? 'gone' : 'there';
    response.owner = { onResponseClosed: () => void told.push(`${target} ${arrived} ${response.finished}`) };
  });
  client.end(
    `GET /1 HTTP/1.1\r\n${HEAD}POST /2 HTTP/1.1\r\nContent-Length: 2\r\n${HEAD}okGET /3 HTTP/1.1\r\n${HEAD}`,
  );
  await closed();
  assert.deepEqual(told, ['/1 there false', '/2 gone false', '/3 gone false']);
});

test('a connection whose last response is still on its way to a slow client is not unused', async (t) => {
  const { client, connection, until } = await listen(t, ({ target }, response) => {
    answer(response, target === '/large' ? 'x'.repeat(20_000_000) : target);
  });
  const ask = (target: string): boolean => client.write(`GET ${target} HTTP/1.1\r\n${HEAD}`);
  ask('/small');
  await until(/\/small$/);
  client.pause();
  ask('/large');
  while (connection.socket.writableLength === 0) await sleep(5);
  connection.check(performance.now() + 100, { ...NEVER, unused: 50 });
  client.resume();
  ask('/after');
  await until(/\/after$/);
});

test('who consumes a body too late is told what became of it', async (t) => {
  const told: string[] = [];
  const requests: HttpRequest[] = [];
  const { client, connection } = await listen(t, (request) => {
    requests.push(request);
  });
  client.write(`POST / HTTP/1.1\r\nContent-Length: 5\r\n${HEAD}ab`);
  while (requests.length === 0) await sleep(2);
  client.destroy();
  await once(connection.socket, 'close');
  requests[0]?.consume(noting(told));
  assert.deepEqual(told, ['aborted']);
});

test('who has let go of a body is told no more of it, and holds up nobody', async (t) => {
  const [first, second]: [string[], string[]] = [[], []];
  const { client, until } = await listen(t, (request, response) => {
    const early = noting(first);
    request.consume(early);
    request.release(early);
    request.consume({ ...noting(second), onEnd: () => answer(response, 'done') });
    request.pause(early);
    request.release(early);
  });
  client.write(`POST / HTTP/1.1\r\nContent-Length: 4\r\n${HEAD}`);
  await sleep(20);
  client.write('body');
  await until(/done$/);
  assert.deepEqual([first, second], [[], ['body']]);
});
