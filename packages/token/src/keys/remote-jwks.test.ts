import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { after, before, beforeEach, test } from 'node:test';
import {
  generateKey,
  type KeySetEvent,
  type KeySource,
  PolicyError,
  type RemoteJwksOptions,
  remoteJwks,
  TokenError,
} from '../index.ts';
import { EXPECTED, makeIssuer, NOW, refuses, tokenOf, verifierFor } from '../testing/issuer.ts';

const one = await makeIssuer('ES256');
const two = await makeIssuer('ES256');
const rsa = await generateKey('RS256');

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

let requests = 0;
let answer: Answer = () => undefined;
let url = '';
let clock = NOW;
const open: KeySource[] = [];
const server = createServer((request, response) => {
  requests += 1;
  answer(request, response);
});

before(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  url = `http://127.0.0.1:${address.port}/jwks.json`;
});
beforeEach(() => {
  requests = 0;
  clock = NOW;
  for (const source of open.splice(0)) source.close();
});
after(() => {
  for (const source of open.splice(0)) source.close();
  server.closeAllConnections();
  server.close();
});

function serve(keys: readonly unknown[], headers: Record<string, string> = {}): Answer {
  return (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/jwk-set+json', ...headers });
    response.end(JSON.stringify({ keys }));
  };
}

const fail: Answer = (_request, response) => {
  response.writeHead(500);
  response.end('{"keys":[]}');
};

interface Watched {
  readonly keys: KeySource;
  readonly events: KeySetEvent[];
}

function source(options: Partial<RemoteJwksOptions> = {}, at = url): Watched {
  const events: KeySetEvent[] = [];
  const keys = remoteJwks(at, {
    algorithms: ['ES256'],
    clock: () => clock,
    onEvent: (event) => events.push(event),
    ...options,
  });
  open.push(keys);
  return { keys, events };
}

async function codeOf(run: () => unknown): Promise<string> {
  try {
    await run();
    return 'found';
  } catch (error) {
    assert.ok(error instanceof TokenError);
    return error.code;
  }
}

/** Lets a background refresh, started by what came before, come to its end. */
async function settled(condition: () => boolean): Promise<void> {
  for (let turn = 0; turn < 500 && !condition(); turn++)
    await new Promise((resolve) => setTimeout(resolve, 4));
  assert.ok(condition(), 'what was waited for did not happen');
}

test('is ready once the keys are loaded, and then finds them without a promise', async () => {
  answer = serve([one.publicJwk]);
  const { keys, events } = source();
  assert.equal(keys.status().loadedAt, null);
  assert.equal(await keys.ready(), true);
  const found = keys.find('ES256', one.publicJwk.kid);
  assert.ok(Array.isArray(found) && found.length === 1);
  assert.deepEqual(keys.status(), { keys: 1, loadedAt: NOW, stale: false, skipped: 0, lastError: null });
  assert.deepEqual(events, [{ type: 'loaded', url, keys: 1 }]);
});

test('fetches once for many that ask at the same time', async () => {
  answer = serve([one.publicJwk]);
  const { keys } = source();
  const verifier = await verifierFor([], { algorithms: ['ES256'], keys });
  await Promise.all(Array.from({ length: 50 }, () => verifier.verify(tokenOf(one), EXPECTED)));
  assert.equal(requests, 1);
  await Promise.all(Array.from({ length: 50 }, () => codeOf(() => keys.find('ES256', 'unknown'))));
  assert.equal(requests, 2);
});

test('refetches for an unknown kid, but only once per cooldown', async () => {
  answer = serve([one.publicJwk]);
  const { keys } = source({ cooldown: 30, minAge: 1000 });
  await keys.ready();
  answer = serve([one.publicJwk, two.publicJwk]);
  assert.equal(await codeOf(() => keys.find('ES256', two.publicJwk.kid)), 'found');
  assert.equal(requests, 2);
  for (let kid = 0; kid < 20; kid++)
    assert.equal(await codeOf(() => keys.find('ES256', String(kid))), 'kid_unknown');
  assert.equal(requests, 2);
  clock += 30;
  assert.equal(await codeOf(() => keys.find('ES256', 'again')), 'kid_unknown');
  assert.equal(requests, 3);
});

test('a refetch for an unknown kid that fails is a refusal, and costs the known keys nothing', async () => {
  answer = serve([one.publicJwk]);
  const { keys } = source();
  await keys.ready();
  answer = fail;
  assert.equal(await codeOf(() => keys.find('ES256', 'unknown')), 'kid_unknown');
  assert.equal(await codeOf(() => keys.find('ES256', one.publicJwk.kid)), 'found');
  assert.match(String(keys.status().lastError), /status 500/);
});

test('says keys_unavailable while nothing was ever loaded, and recovers', async () => {
  answer = fail;
  const { keys, events } = source();
  assert.equal(await keys.ready(), false);
  assert.equal(await codeOf(() => keys.find('ES256', 'x')), 'keys_unavailable');
  const verifier = await verifierFor([], { algorithms: ['ES256'], keys });
  const error = await refuses(verifier, tokenOf(one), 'keys_unavailable');
  assert.equal(error.verified, false);
  assert.equal(events[0]?.type, 'failed');
  answer = serve([one.publicJwk]);
  clock += 10;
  assert.equal(await codeOf(() => keys.find('ES256', one.publicJwk.kid)), 'found');
});

test('does not hammer a server that fails', async () => {
  answer = fail;
  const { keys } = source({ cooldown: 8 });
  await keys.ready();
  for (let at = 0; at < 20; at++) await codeOf(() => keys.find('ES256', 'x'));
  assert.equal(requests, 1);
  for (const wait of [1, 2, 4, 8, 8]) {
    const sofar: number = requests;
    clock += wait - 0.5;
    await codeOf(() => keys.find('ES256', 'x'));
    assert.equal(requests, sofar);
    clock += 0.5;
    await codeOf(() => keys.find('ES256', 'x'));
    assert.equal(requests, sofar + 1);
  }
});

test('refreshes when Cache-Control says so, within minAge and maxAge', async () => {
  const cases: readonly (readonly [Record<string, string>, number])[] = [
    [{ 'cache-control': 'public, max-age=300' }, 300],
    [{ 'cache-control': 'max-age=300', age: '100' }, 200],
    [{ 'cache-control': 'max-age="300"' }, 300],
    [{ 'cache-control': 'max-age=5' }, 60],
    [{ 'cache-control': 'no-store' }, 60],
    [{ 'cache-control': 'no-cache, max-age=300' }, 60],
    [{ 'cache-control': 'max-age=99999999999999999999999' }, 3600],
    [{ 'cache-control': `max-age=${'9'.repeat(400)}`, age: '9'.repeat(400) }, 60],
    [{ 'cache-control': 's-maxage=300, max-age=x' }, 600],
    [{}, 600],
  ];
  for (const [headers, freshFor] of cases) {
    clock = NOW;
    requests = 0;
    answer = serve([one.publicJwk], headers);
    const { keys, events } = source();
    await keys.ready();
    clock = NOW + freshFor - 1;
    assert.equal(keys.status().stale, false);
    await keys.find('ES256', undefined);
    assert.equal(requests, 1, JSON.stringify(headers));
    clock = NOW + freshFor;
    assert.equal(keys.status().stale, true);
    await keys.find('ES256', undefined);
    await settled(() => events.length === 2);
    assert.equal(requests, 2);
    assert.equal(keys.status().stale, false);
  }
});

test('refreshes a set long before it is too stale, however fresh its server calls it', async () => {
  answer = serve([one.publicJwk], { 'cache-control': 'max-age=3600' });
  const { keys } = source({ maxStale: 600 });
  await keys.ready();
  clock += 601;
  assert.equal(await codeOf(() => keys.find('ES256', one.publicJwk.kid)), 'found');
  assert.equal(requests, 2);
});

test('keeps serving the last good set while refreshing fails, until maxStale', async () => {
  answer = serve([one.publicJwk]);
  const { keys, events } = source({ maxStale: 86_400 });
  const verifier = await verifierFor([], { algorithms: ['ES256'], keys });
  const token = tokenOf(one);
  await verifier.verify(token, EXPECTED);
  answer = fail;
  clock = NOW + 86_399;
  assert.ok(verifier.recall(token, EXPECTED));
  await settled(() => events.some(({ type }) => type === 'failed'));
  assert.equal(await codeOf(() => keys.find('ES256', one.publicJwk.kid)), 'found');
  assert.equal(keys.status().stale, true);
  clock = NOW + 86_400;
  assert.equal(verifier.recall(token, EXPECTED), undefined);
  await refuses(verifier, token, 'keys_unavailable');
  answer = serve([one.publicJwk]);
  clock += 60;
  await verifier.verify(token, EXPECTED);
});

test('stops trusting a key at the refresh in which it is gone, also for cached tokens', async () => {
  answer = serve([one.publicJwk, two.publicJwk]);
  const { keys, events } = source();
  const verifier = await verifierFor([], { algorithms: ['ES256'], keys });
  const [stays, goes] = [tokenOf(one), tokenOf(two)];
  await verifier.verify(stays, EXPECTED);
  await verifier.verify(goes, EXPECTED);
  answer = serve([one.publicJwk]);
  clock = NOW + 600;
  assert.ok(verifier.recall(goes, EXPECTED), 'the refresh runs in the background');
  await settled(() => events.length === 2);
  assert.equal(verifier.recall(goes, EXPECTED), undefined);
  await refuses(verifier, goes, 'kid_unknown');
  assert.ok(verifier.recall(stays, EXPECTED), 'a key that stays keeps its tokens cached');
});

test('a kid that now stands for another key does not keep the old one trusted', async () => {
  answer = serve([one.publicJwk]);
  const { keys, events } = source();
  const verifier = await verifierFor([], { algorithms: ['ES256'], keys });
  const token = tokenOf(one);
  await verifier.verify(token, EXPECTED);
  answer = serve([{ ...two.publicJwk, kid: one.publicJwk.kid }]);
  clock = NOW + 600;
  await keys.find('ES256', undefined);
  await settled(() => events.length === 2);
  assert.equal(verifier.recall(token, EXPECTED), undefined);
  await refuses(verifier, token, 'signature_invalid');
});

test('an emptied key set takes all trust away', async () => {
  answer = serve([one.publicJwk]);
  const { keys, events } = source();
  await keys.ready();
  answer = serve([]);
  clock = NOW + 600;
  await keys.find('ES256', undefined);
  await settled(() => events.length === 2);
  assert.equal(await codeOf(() => keys.find('ES256', one.publicJwk.kid)), 'kid_unknown');
});

test('skips keys that may not be used, reports each, and uses the rest', async () => {
  answer = serve([
    { kty: 'oct', k: 'A'.repeat(43), kid: 'secret' },
    one.privateJwk,
    { ...two.publicJwk, use: 'enc' },
    { ...two.publicJwk, key_ops: ['sign'] },
    rsa.publicJwk,
    { kty: 'EC', crv: 'P-256', x: 'AAAA', y: 'AAAA' },
    { kty: 'new', kid: 'k'.repeat(1000) },
    'text',
    null,
    { ...one.publicJwk, kid: 1 },
    one.publicJwk,
  ]);
  const { keys, events } = source();
  assert.equal(await keys.ready(), true);
  assert.equal(keys.status().keys, 1);
  assert.equal(keys.status().skipped, 10);
  const skipped = events.filter((event) => event.type === 'key_skipped');
  assert.deepEqual(
    skipped.map(({ reason }) => reason),
    [
      'key_symmetric',
      'key_private',
      'key_use',
      'key_use',
      'key_alg',
      'key_malformed',
      'key_type',
      'key_malformed',
      'key_malformed',
      'key_malformed',
    ],
  );
  assert.equal(skipped[6]?.kid?.length, 200);
  const verifier = await verifierFor([], { algorithms: ['ES256'], keys });
  await verifier.verify(tokenOf(one), EXPECTED);
});

test('cuts a set of more than 100 keys and says so', async () => {
  answer = serve([
    ...Array.from({ length: 100 }, (_, at) => ({ ...one.publicJwk, kid: `k${at}` })),
    two.publicJwk,
    two.publicJwk,
  ]);
  const { keys, events } = source();
  await keys.ready();
  assert.equal(keys.status().keys, 100);
  assert.equal(keys.status().skipped, 2);
  assert.ok(events.some((event) => event.type === 'key_skipped' && event.reason === 'key_set_too_large'));
  const candidates = await keys.find('ES256', undefined);
  assert.equal(candidates.length, 8);
});

const GARBAGE: readonly (readonly [string, Answer, RegExp])[] = [
  ['text', (_request, response) => response.end('<html>'), /not valid JSON/],
  ['another object', (_request, response) => response.end('{"error":"x"}'), /key_set_malformed/],
  ['keys that are no list', (_request, response) => response.end('{"keys":{}}'), /key_set_malformed/],
  ['a list', (_request, response) => response.end('[]'), /not a JSON object/],
  ['duplicate members', (_request, response) => response.end('{"keys":[],"keys":[]}'), /duplicate/],
  ['deep JSON', (_request, response) => response.end(`{"keys":${'['.repeat(100_000)}`), /deep/],
  ['nothing', (_request, response) => response.end(), /not valid JSON/],
  ['404', (_request, response) => response.writeHead(404).end(), /status 404/],
  ['a cut connection', (request) => request.destroy(), /./],
  [
    'a body cut off in the middle',
    (request, response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('{"keys":[', () => request.destroy());
    },
    /./,
  ],
];
for (const [name, garbage, reason] of GARBAGE) {
  test(`an answer that is ${name} loads nothing and is named as the error`, async () => {
    answer = garbage;
    const { keys } = source();
    assert.equal(await keys.ready(), false);
    assert.match(String(keys.status().lastError), reason);
    assert.equal(await codeOf(() => keys.find('ES256', 'x')), 'keys_unavailable');
  });
}

test('follows no redirect', async () => {
  answer = (request, response) => {
    if (request.url === '/jwks.json') response.writeHead(302, { location: '/elsewhere' }).end();
    else serve([one.publicJwk])(request, response);
  };
  const { keys } = source();
  assert.equal(await keys.ready(), false);
  assert.equal(requests, 1);
});

test('reads no more than maxBytes, even when the body never ends', async () => {
  answer = (_request, response) => {
    response.writeHead(200);
    const more = () => {
      while (!response.destroyed && response.write(' '.repeat(10_000)));
    };
    response.on('drain', more);
    more();
  };
  const { keys } = source({ maxBytes: 50_000 });
  assert.equal(await keys.ready(), false);
  assert.match(String(keys.status().lastError), /longer than 50000 bytes/);
});

test('gives up on a server that never answers or never ends', async () => {
  for (const slow of [
    () => undefined,
    (_request: IncomingMessage, response: ServerResponse) => response.write('{'),
  ]) {
    answer = slow;
    const { keys } = source({ timeout: 0.05 });
    assert.equal(await keys.ready(), false);
    assert.equal(keys.status().lastError, 'timeout');
  }
});

test('a listener that throws costs no keys', async () => {
  answer = serve([one.publicJwk, 1]);
  const { keys } = source({
    onEvent: () => {
      throw new Error('listener');
    },
  });
  assert.equal(await keys.ready(), true);
});

test('fetches nothing after close', async () => {
  answer = serve([one.publicJwk]);
  const { keys } = source();
  await keys.ready();
  keys.close();
  clock = NOW + 10_000;
  await codeOf(() => keys.find('ES256', 'unknown'));
  assert.equal(requests, 1);
});

test('takes https, or http on loopback, without credentials', () => {
  const rejects = (bad: string) =>
    assert.throws(
      () => source({}, bad),
      (error) =>
        error instanceof PolicyError &&
        error.code === 'url_invalid' &&
        /must be https \(http only on loopback hosts\)/.test(error.message) &&
        !/remoteJwks|secret/.test(error.message),
    );
  for (const bad of [
    'http://id.example.com/jwks',
    'http://127.0.0.1.example.com/jwks',
    'http://localhost.example.com/jwks',
    'http://10.0.0.1/jwks',
    'https://user:secret@id.example.com/jwks',
    'file:///etc/passwd',
    'data:application/json,{}',
    'ftp://id.example.com/',
    '/jwks',
    '',
  ]) {
    rejects(bad);
  }
});

test('refuses options that cannot be meant', () => {
  for (const [bad, code] of [
    [{ algorithms: [] }, 'algorithms_missing'],
    [{ algorithms: ['HS256'] }, 'algorithms_unfit'],
    [{ timeout: 0 }, 'timing_invalid'],
    [{ maxStale: Number.NaN }, 'timing_invalid'],
    [{ minAge: 100, maxAge: 10 }, 'timing_invalid'],
  ] as const satisfies readonly (readonly [Partial<RemoteJwksOptions>, string])[]) {
    assert.throws(() => source(bad), { code });
  }
});
