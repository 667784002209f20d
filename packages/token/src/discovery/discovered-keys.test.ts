import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { after, before, beforeEach, test } from 'node:test';
import fc from 'fast-check';
import {
  discoveredKeys,
  type KeySetEvent,
  type KeySource,
  PolicyError,
  type RemoteJwksOptions,
} from '../index.ts';
import { FetchError } from '../keys/fetch-object.ts';
import { EXPECTED, makeIssuer, NOW, refuses, tokenOf, verifierFor } from '../testing/issuer.ts';
import { jwksUriOf } from './metadata.ts';
import { metadataUrls } from './metadata-urls.ts';

const one = await makeIssuer('ES256');
const two = await makeIssuer('ES256');

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** By path; what is not here is a 404. */
let answers: Record<string, Answer> = {};
let asked: string[] = [];
let origin = '';
let clock = NOW;
const open: KeySource[] = [];
const server = createServer((request, response) => {
  const path = request.url ?? '';
  asked.push(path);
  (answers[path] ?? status(404))(request, response);
});

const OIDC = '/.well-known/openid-configuration';
const OAUTH = '/.well-known/oauth-authorization-server';

before(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  origin = `http://127.0.0.1:${address.port}`;
});
beforeEach(() => {
  for (const source of open.splice(0)) source.close();
  clock = NOW;
  answers = { [OIDC]: metadata(), '/keys': keySet(one.publicJwk) };
  asked = [];
});
after(() => {
  for (const source of open) source.close();
  server.closeAllConnections();
  server.close();
});

function json(value: unknown): Answer {
  return (_request, response) => response.end(JSON.stringify(value));
}

function metadata(changes: Record<string, unknown> = {}): Answer {
  return (request, response) =>
    json({ issuer: origin, jwks_uri: `${origin}/keys`, ...changes })(request, response);
}

function keySet(...keys: readonly object[]): Answer {
  return json({ keys });
}

function status(code: number): Answer {
  return (_request, response) => response.writeHead(code).end();
}

function source(options: Partial<RemoteJwksOptions> = {}, issuer = origin) {
  const events: KeySetEvent[] = [];
  const keys = discoveredKeys(issuer, {
    algorithms: ['ES256'],
    clock: () => clock,
    onEvent: (event) => events.push(event),
    ...options,
  });
  open.push(keys);
  return { keys, events };
}

async function fails(reason: RegExp, options: Partial<RemoteJwksOptions> = {}): Promise<void> {
  const { keys, events } = source(options);
  assert.equal(await keys.ready(), false);
  assert.match(String(keys.status().lastError), reason);
  assert.equal(events[0]?.type, 'failed');
  keys.close();
}

async function settled(condition: () => boolean): Promise<void> {
  for (let turn = 0; turn < 500 && !condition(); turn++)
    await new Promise((resolve) => setTimeout(resolve, 4));
  assert.ok(condition(), 'what was waited for did not happen');
}

test('finds the key set by the OpenID configuration, and verifies with it', async () => {
  const { keys, events } = source();
  assert.equal(await keys.ready(), true);
  assert.deepEqual(asked, [OIDC, '/keys']);
  assert.deepEqual(events, [{ type: 'loaded', url: `${origin}/keys`, keys: 1 }]);
  const verifier = await verifierFor([], { algorithms: ['ES256'], keys });
  await verifier.verify(tokenOf(one), EXPECTED);
  await refuses(verifier, tokenOf(two), 'kid_unknown');
});

test('asks for the metadata of RFC 8414 where there is no OpenID configuration', async () => {
  answers = { [OAUTH]: metadata(), '/keys': keySet(one.publicJwk) };
  const { keys } = source();
  assert.equal(await keys.ready(), true);
  assert.deepEqual(asked, [OIDC, OAUTH, '/keys']);
});

test('puts the well-known path after the path of the issuer, then before it (RFC 8414)', async () => {
  for (const slash of ['', '/']) {
    asked = [];
    const issuer = `${origin}/a/b${slash}`;
    answers = { [`${OAUTH}/a/b`]: metadata({ issuer }), '/keys': keySet(one.publicJwk) };
    const { keys } = source({}, issuer);
    assert.equal(await keys.ready(), true);
    assert.deepEqual(asked, [`/a/b${OIDC}`, `${OAUTH}/a/b`, '/keys']);
  }
});

test('says where it looked when nothing is there', async () => {
  answers = {};
  await fails(/openid-configuration: status 404; .*oauth-authorization-server: status 404$/);
});

test('a failing server is not asked for other metadata, and a wrong one gets no second chance', async () => {
  for (const answer of [status(500), status(429), metadata({ issuer: 'https://evil.example' })]) {
    asked = [];
    answers = { [OIDC]: answer, [OAUTH]: metadata(), '/keys': keySet(one.publicJwk) };
    await fails(/^discovery: .*openid-configuration: /);
    assert.deepEqual(asked, [OIDC]);
  }
});

test('metadata must name the very issuer, to the letter', async () => {
  for (const issuer of [`${origin}/`, origin.toUpperCase(), `${origin}#`, '', [origin], null, undefined]) {
    answers[OIDC] = metadata({ issuer });
    await fails(/the issuer it names is .*, not exactly "http/);
  }
  assert.ok(!asked.includes('/keys'));
});

test('takes a jwks_uri only if it is https, or http on loopback', async () => {
  for (const jwksUri of [
    'http://id.example.com/keys',
    'file:///etc/passwd',
    'data:application/json,{"keys":[]}',
    'https://user:secret@id.example.com/keys',
  ]) {
    answers[OIDC] = metadata({ jwks_uri: jwksUri });
    await fails(/its jwks_uri is not https/);
  }
  for (const jwksUri of ['/keys', '', 1, null, undefined]) {
    answers[OIDC] = metadata({ jwks_uri: jwksUri });
    await fails(/it has no jwks_uri/);
  }
});

test('the metadata of an issuer elsewhere cannot point at this machine', () => {
  const issuer = 'https://id.example.com';
  const read = (jwks_uri: string) => jwksUriOf({ issuer, jwks_uri }, issuer);
  assert.equal(read('https://keys.example.net/jwks'), 'https://keys.example.net/jwks');
  for (const jwksUri of [
    'http://127.0.0.1/jwks',
    'https://localhost/',
    'https://[::1]/',
    'https://2130706433/',
  ]) {
    assert.throws(
      () => read(jwksUri),
      (error) => error instanceof FetchError && /on loopback/.test(error.message),
    );
  }
});

test('follows no redirect on the way to the keys', async () => {
  answers = { ...answers, '/moved': metadata(), '/here': keySet(one.publicJwk) };
  const to =
    (location: string): Answer =>
    (_request, response) =>
      response.writeHead(302, { location }).end();
  answers[OIDC] = to('/moved');
  await fails(/discovery: /);
  answers[OIDC] = metadata();
  answers['/keys'] = to('/here');
  await fails(/./);
  assert.ok(!asked.includes('/moved') && !asked.includes('/here'));
});

test('garbage, too long an answer and silence are named as the error', async () => {
  for (const [answer, reason] of [
    [(_request, response) => response.end('<html>'), /not valid JSON/],
    [json([]), /not a JSON object/],
    [(_request, response) => response.end('{"issuer":"a","issuer":"b"}'), /duplicate member/],
    [json({ pad: 'x'.repeat(10_000) }), /longer than 5000 bytes/],
    [(request) => request.destroy(), /./],
    [() => undefined, /timeout/],
  ] as const satisfies readonly (readonly [Answer, RegExp])[]) {
    answers[OIDC] = answer;
    await fails(reason, { maxBytes: 5000, timeout: 0.3 });
  }
});

test('metadata and key set have one deadline together', async () => {
  const slow =
    (answer: Answer): Answer =>
    (request, response) =>
      void setTimeout(() => answer(request, response), 300);
  answers = { [OIDC]: slow(metadata()), '/keys': slow(keySet(one.publicJwk)) };
  // Each of them alone would be in time.
  await fails(/timeout/, { timeout: 0.5 });
});

test('finds a key set that has moved at the very refresh that fails', async () => {
  const { keys, events } = source();
  await keys.ready();
  answers = { [OIDC]: metadata({ jwks_uri: `${origin}/moved` }), '/moved': keySet(two.publicJwk) };
  clock = NOW + 600;
  await keys.find('ES256', undefined);
  await settled(() => events.length === 2);
  assert.deepEqual(asked, [OIDC, '/keys', '/keys', OIDC, '/moved']);
  assert.deepEqual(events[1], { type: 'loaded', url: `${origin}/moved`, keys: 1 });
  const verifier = await verifierFor([], { algorithms: ['ES256'], keys });
  await verifier.verify(tokenOf(two), EXPECTED);
  await refuses(verifier, tokenOf(one), 'kid_unknown');
});

test('asks anew where the keys are for a kid that is in no set', async () => {
  const { keys } = source();
  await keys.ready();
  answers = {
    ...answers,
    [OIDC]: metadata({ jwks_uri: `${origin}/moved` }),
    '/moved': keySet(two.publicJwk),
  };
  const found = await keys.find('ES256', two.publicJwk.kid);
  assert.equal(found.length, 1);
  assert.deepEqual(asked, [OIDC, '/keys', OIDC, '/moved']);
});

test('asks where the keys are once a day, not at every refresh', async () => {
  const { keys, events } = source();
  await keys.ready();
  for (const [at, later] of [600, 1200, 86_400].entries()) {
    clock = NOW + later;
    asked = [];
    await keys.find('ES256', undefined);
    await settled(() => events.length === at + 2);
    assert.deepEqual(asked, later === 86_400 ? [OIDC, '/keys'] : ['/keys']);
  }
});

test('keeps the last good keys through an outage, until maxStale', async () => {
  const { keys, events } = source({ maxStale: 7200 });
  const verifier = await verifierFor([], { algorithms: ['ES256'], keys });
  const token = tokenOf(one);
  await verifier.verify(token, EXPECTED);
  const working = answers;
  answers = { [OIDC]: status(500), '/keys': status(500) };
  clock = NOW + 7199;
  assert.ok(verifier.recall(token, EXPECTED));
  await settled(() => events.some(({ type }) => type === 'failed'));
  assert.ok(verifier.recall(token, EXPECTED));
  clock = NOW + 7200;
  await refuses(verifier, token, 'keys_unavailable');
  answers = working;
  clock += 60;
  await verifier.verify(token, EXPECTED);
});

test('an outage of the metadata alone leaves a key set that can be fetched in use', async () => {
  const { keys, events } = source();
  await keys.ready();
  answers[OIDC] = status(503);
  clock = NOW + 600;
  await keys.find('ES256', undefined);
  await settled(() => events.length === 2);
  assert.equal(keys.status().lastError, null);
});

test('fetches nothing when it is closed in the turn in which it was opened', async () => {
  const { keys } = source();
  keys.close();
  assert.equal(await keys.ready(), false);
  assert.deepEqual(asked, []);
});

test('takes an issuer that is https, or http on loopback, without query and fragment', () => {
  for (const issuer of [
    'http://id.example.com',
    'https://id.example.com/?tenant=a',
    'https://id.example.com/#a',
    'https://id.example.com?',
    'https://user:secret@id.example.com',
    'urn:example:issuer',
    'id.example.com',
    '',
  ]) {
    assert.throws(
      () => discoveredKeys(issuer, { algorithms: ['ES256'] }),
      (error) =>
        error instanceof PolicyError && error.code === 'url_invalid' && !error.message.includes('secret'),
    );
  }
  assert.throws(() => source({ algorithms: ['HS256'] }), { code: 'algorithms_unfit' });
});

test('never asks another host than the issuer for its metadata', () => {
  fc.assert(
    fc.property(fc.webUrl({ validSchemes: ['https'] }), fc.webPath(), (base, path) => {
      const issuer = `${new URL(base).origin}${path}`;
      for (const url of metadataUrls(issuer)) {
        assert.equal(new URL(url).origin, new URL(issuer).origin);
        assert.equal(new URL(url).href, url);
      }
    }),
  );
});
