import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { after, beforeEach, test } from 'node:test';
import { promisify } from 'node:util';
import { discoveredKeys, type FetchAnswer, type FetchInit, remoteJwks } from '../index.ts';
import { makeIssuer } from '../testing/issuer.ts';
import { AddressError, checkedAddresses, pinnedLookup } from './guarded-lookup.ts';
import { guardedFetch, type Resolve } from './index.ts';

const issuer = await makeIssuer('ES256');
const good: RequestListener = (_request, response) => {
  response.setHeader('cache-control', 'max-age=300');
  response.end(JSON.stringify({ keys: [issuer.publicJwk] }));
};
let answer = good;
let requests: IncomingMessage[] = [];
const server = createServer((request, response) => {
  requests.push(request);
  answer(request, response);
});
const port = await listen(server, '127.0.0.1', 0);

after(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  answer = good;
  requests = [];
});

async function listen(on: Server, host: string, at: number): Promise<number> {
  await new Promise<void>((resolve) => on.listen(at, host, resolve));
  const address = on.address();
  assert.ok(typeof address === 'object' && address !== null);
  return address.port;
}

/** Gives one list of addresses after the other, as a name server that means harm does; counts how often it was asked. */
function resolver(...answers: (readonly string[])[]) {
  let asked = 0;
  const resolve: Resolve = async () => {
    const addresses = answers[Math.min(asked, answers.length - 1)] ?? [];
    asked += 1;
    return addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  };
  return { resolve, asked: () => asked };
}

/** What a key source asks with. */
function init(signal = AbortSignal.timeout(5000)): FetchInit {
  return { redirect: 'error', credentials: 'omit', headers: { accept: 'application/json' }, signal };
}

async function textOf({ body }: FetchAnswer): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of body ?? []) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

async function reasonOf(fetching: Promise<FetchAnswer>): Promise<string> {
  const error: unknown = await fetching.then(
    () => assert.fail('it was fetched'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof TypeError && error.cause instanceof Error, String(error));
  return error.cause.message;
}

test('fetches from loopback where the URL says loopback', async () => {
  for (const host of ['127.0.0.1', 'localhost']) {
    const response = await guardedFetch(resolver(['127.0.0.1']))(`http://${host}:${port}/keys?a=b`, init());
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('cache-control'), 'max-age=300');
    assert.deepEqual(JSON.parse(await textOf(response)), { keys: [issuer.publicJwk] });
    const request = requests.at(-1);
    assert.equal(request?.url, '/keys?a=b');
    assert.equal(request.headers.host, `${host}:${port}`);
    assert.equal(request.headers.accept, 'application/json');
  }
});

test('refuses a name that leads to an address that is not public, whatever the form', async () => {
  for (const addresses of [
    ['127.0.0.1'],
    ['10.1.2.3'],
    ['169.254.169.254'],
    ['100.64.1.1'],
    ['224.0.0.1'],
    ['0.0.0.0'],
    ['::1'],
    ['fe80::1'],
    ['fd00:ec2::254'],
    ['::ffff:127.0.0.1'],
    ['64:ff9b::7f00:1'],
    ['1.1.1.1', '10.1.2.3'],
  ]) {
    const reason = await reasonOf(
      guardedFetch(resolver(addresses))(`http://id.example.com:${port}/`, init()),
    );
    assert.match(reason, / is not a public address \(allowPrivateAddresses permits such\)$/);
  }
  assert.match(await reasonOf(guardedFetch(resolver([]))('https://id.example.com/', init())), /no address/);
  assert.equal(requests.length, 0);
});

test('refuses an address that is not public in the URL itself, however it is spelled', async () => {
  const fetching = guardedFetch({ resolve: () => assert.fail('an address needs no resolver') });
  for (const host of ['10.0.0.1', '0x0a000001', '169.254.169.254', '2852039166', '0', '[fd00::1]', '[::]']) {
    assert.match(await reasonOf(fetching(`https://${host}/`, init())), /not a public address/, host);
  }
  for (const host of ['[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[64:ff9b::127.0.0.1]']) {
    assert.match(await reasonOf(fetching(`http://${host}:${port}/`, init())), /not a public address/, host);
  }
  assert.equal(requests.length, 0);
});

test('a name that only looks like loopback is a name', async () => {
  for (const host of ['localhost.', 'localhost.example.com', '127.0.0.1.example.com', 'app.localhost']) {
    const reason = await reasonOf(guardedFetch(resolver(['127.0.0.1']))(`http://${host}:${port}/`, init()));
    assert.match(reason, /not a public address/, host);
  }
});

test('localhost that leads elsewhere is refused, even where private addresses are allowed', async () => {
  for (const address of ['10.0.0.1', '1.1.1.1']) {
    const fetching = guardedFetch({ ...resolver([address]), allowPrivateAddresses: true });
    assert.match(await reasonOf(fetching(`http://localhost:${port}/`, init())), / is not loopback$/);
  }
});

test('reaches private addresses where they are allowed', async () => {
  const fetching = guardedFetch({ ...resolver(['127.0.0.1']), allowPrivateAddresses: true });
  const response = await fetching(`http://id.internal:${port}/`, init());
  assert.equal(response.status, 200);
  await textOf(response);
  assert.equal(requests[0]?.headers.host, `id.internal:${port}`);
});

test('connects to the address that it checked, though the name leads elsewhere by then (DNS rebinding)', async () => {
  let elsewhere = 0;
  const other = createServer((_request, response) => {
    elsewhere += 1;
    response.end();
  });
  await listen(other, '127.0.0.2', port);
  try {
    const { resolve, asked } = resolver(['127.0.0.1'], ['127.0.0.2']);
    const response = await guardedFetch({ resolve, allowPrivateAddresses: true })(
      `http://rebinding.example:${port}/`,
      init(),
    );
    await textOf(response);
    assert.equal(asked(), 1, 'a name is resolved once for a fetch');
    assert.deepEqual([requests.length, elsewhere], [1, 0]);
  } finally {
    other.close();
  }
});

test('a name that turns private after its first answer is judged anew at the next fetch', async () => {
  const rebinding = resolver(['1.1.1.1'], ['127.0.0.1']);
  const url = new URL(`http://rebinding.example:${port}/`);
  const checked = await checkedAddresses(url, rebinding);
  const lookup = promisify(pinnedLookup(checked));
  assert.equal(await lookup('rebinding.example', {}), '1.1.1.1');
  assert.deepEqual(await lookup('rebinding.example', { all: true }), [{ address: '1.1.1.1', family: 4 }]);
  assert.equal(rebinding.asked(), 1);
  await assert.rejects(checkedAddresses(url, rebinding), AddressError);
  assert.match(await reasonOf(guardedFetch(rebinding)(url.href, init())), /not a public address/);
  assert.equal(requests.length, 0);
});

test('follows no redirect and takes no compressed answer', async () => {
  const fetching = guardedFetch();
  for (const status of [301, 302, 307, 308]) {
    answer = (_request, response) => response.writeHead(status, { location: '/elsewhere' }).end();
    assert.equal(await reasonOf(fetching(`http://127.0.0.1:${port}/`, init())), 'unexpected redirect');
  }
  assert.equal(requests.length, 4);
  answer = (_request, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end('x');
  assert.equal(await reasonOf(fetching(`http://127.0.0.1:${port}/`, init())), 'unexpected content-encoding');
});

test('takes no credentials from a URL', async () => {
  const fetching = guardedFetch();
  for (const user of ['user@', 'user:password@', ':password@']) {
    assert.match(await reasonOf(fetching(`http://${user}127.0.0.1:${port}/`, init())), /credentials/);
  }
  assert.equal(requests.length, 0);
});

test('gives an answer without body as such, and an error of the network as fetch does', async () => {
  const fetching = guardedFetch();
  answer = (_request, response) => response.writeHead(204).end();
  const response = await fetching(`http://127.0.0.1:${port}/`, init());
  assert.deepEqual([response.status, response.body], [204, null]);
  answer = (request) => request.destroy();
  await reasonOf(fetching(`http://127.0.0.1:${port}/`, init()));
});

test('a server that answers with another protocol has not answered', async () => {
  answer = (request) =>
    request.socket.end('HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n');
  assert.equal(
    await reasonOf(guardedFetch()(`http://127.0.0.1:${port}/`, init())),
    'closed without an answer',
  );
});

test('waits no longer than its signal for a resolver, a head or a body', async () => {
  const signal = () => AbortSignal.timeout(50);
  const hanging = guardedFetch({ resolve: () => new Promise(() => undefined) });
  await assert.rejects(hanging('https://id.example.com/', init(signal())));
  answer = () => undefined;
  await assert.rejects(guardedFetch()(`http://127.0.0.1:${port}/`, init(signal())));
  answer = (_request, response) => response.write('{');
  const response = await guardedFetch()(`http://127.0.0.1:${port}/`, init(signal()));
  await assert.rejects(textOf(response));
});

test('is what key sets and discovery can be fetched with: bounds hold, and a refusal is told', async () => {
  const options = { algorithms: ['ES256'] as const, timeout: 1 };
  const url = `http://127.0.0.1:${port}/keys`;
  const loaded = remoteJwks(url, { ...options, fetch: guardedFetch() });
  assert.equal(await loaded.ready(), true);
  loaded.close();

  let closed = false;
  answer = (_request, response) => {
    response.on('close', () => {
      closed = true;
    });
    const more = () => {
      while (!response.destroyed && response.write(' '.repeat(10_000)));
    };
    response.on('drain', more);
    more();
  };
  const endless = remoteJwks(url, { ...options, fetch: guardedFetch(), maxBytes: 50_000 });
  assert.equal(await endless.ready(), false);
  assert.match(String(endless.status().lastError), /longer than 50000 bytes/);
  endless.close();
  for (let turn = 0; turn < 500 && !closed; turn++) await new Promise((resolve) => setTimeout(resolve, 4));
  assert.ok(closed, 'the connection is given up');

  const fetch = guardedFetch(resolver(['10.0.0.1']));
  for (const keys of [
    remoteJwks('https://id.example.com/keys', { ...options, fetch }),
    discoveredKeys('https://id.example.com', { ...options, fetch }),
  ]) {
    assert.equal(await keys.ready(), false);
    assert.match(String(keys.status().lastError), /10\.0\.0\.1 is not a public address/);
    keys.close();
  }
});
