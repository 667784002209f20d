import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createVerifier, generateKey, jwksKeys, sign, type VerifiedToken } from '@portcullis/token';
import fc from 'fast-check';
import type { Exchange } from '../exchange/exchange.ts';
import { brokenHeadLine, exchangeLine } from './record.ts';

test('a line tells the time of day, and it goes on', async () => {
  const broken = { id: '1', address: '192.0.2.1', status: 400, reason: 'head_malformed' };
  const times: number[] = [];
  for (let i = 0; i < 3; i += 1) {
    const before = Date.now();
    const { time } = JSON.parse(brokenHeadLine(broken, {}));
    times.push(Date.parse(time));
    assert.ok(Date.parse(time) >= before - 1 && Date.parse(time) <= Date.now() + 1);
    await sleep(5);
  }
  assert.equal(new Set(times).size, 3);
});

const { privateJwk, publicJwk } = await generateKey('ES256');
const keys = await jwksKeys({ keys: [publicJwk] }, { algorithms: ['ES256'] });
const verifier = createVerifier({ issuers: [{ issuer: 'https://id.example', algorithms: ['ES256'], keys }] });

async function verifiedTokenOf(sub: string): Promise<VerifiedToken> {
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: 'https://id.example', aud: 'a', iat: now, exp: now + 600 };
  const token = await sign({ ...claims, sub, client_id: `${sub}'s`, jti: sub }, { key: privateJwk });
  return verifier.verify(token, { audience: 'a' });
}

/** As much of an exchange as its line tells; the token is one that a verifier remembers. */
function exchangeOf(token: VerifiedToken | undefined, names: readonly string[]): Exchange {
  const [method = '', path = '', api = '', route = '', upstream = ''] = names;
  const match = { path, api: { name: api }, route: { name: route } };
  const exchange = {
    id: 'r1',
    trace: undefined,
    address: '192.0.2.1',
    request: { method, target: path },
    decision: { kind: 'forward', match, token, shadow: undefined },
    loggedStatus: 200,
    upstream,
    bytesOut: 1,
    startedAt: 1,
    endedAt: 2,
  };
  return exchange as unknown as Exchange;
}

test('a line tells of its own request, whatever others told before it', async () => {
  const tokens = await Promise.all(['ann', 'bo"b', 'eyJ'].map(verifiedTokenOf));
  const name = fc.constantFrom('a', 'b', 'GET', '/orders/1', '"', 'http://127.0.0.1:9001');
  const asked = fc.tuple(fc.constantFrom(undefined, ...tokens), fc.tuple(name, name, name, name, name));
  fc.assert(
    fc.property(fc.array(asked, { minLength: 2, maxLength: 8 }), (requests) => {
      for (const [token, names] of requests) {
        const line = JSON.parse(exchangeLine(exchangeOf(token, names), undefined));
        const { method, path, api, route, upstream, sub, client, jti } = line;
        assert.deepEqual([method, path, api, route, upstream], names);
        const claims = token?.claims;
        assert.deepEqual([sub, client, jti], [claims?.sub, claims?.client_id, claims?.jti]);
      }
    }),
  );
});
