import assert from 'node:assert/strict';
import { describe, it, test } from 'node:test';
import { openAttacked, TOGETHER } from '../support/attacked.ts';
import type { Answer } from '../support/wire.ts';

const ALLOWED = 'https://app.test';
const edge = await openAttacked({
  more: `    cors: { origins: ["${ALLOWED}", "https://app.test:8443"], methods: [GET], credentials: true }`,
});
const token = edge.token();

/** What is not the allowed origin, however much it looks like it. */
const ORIGINS = [
  [
    'null',
    '*',
    'https://evil.test',
    'https://app.test.evil.test',
    'https://app.testevil',
    'https://evilapp.test',
  ],
  ['https://evil-app.test', 'https://x.app.test', 'https://app.tes', 'https://app', 'app.test', '//app.test'],
  ['http://app.test', 'HTTPS://app.test', 'https://APP.test', 'https://app.test/', 'https://app.test:443'],
  ['https://app.test:8080', 'https://app.test:08443', 'https://app.test.', 'https://user@app.test'],
  [
    'https://app.test@evil.test',
    'https://app.test#.evil.test',
    'https://app.test%60.evil.test',
    'https://app.test,',
  ],
  [
    'https://app.test https://evil.test',
    'https://app.test,https://evil.test',
    'https://evil.test, https://app.test',
  ],
  [
    'https://\u00d0\u00b0pp.test',
    'file://',
    'chrome-extension://app.test',
    'https://app_test',
    'https://appxtest',
  ],
].flat();

const preflight = (...lines: string[]) => ({
  method: 'OPTIONS',
  fields: ['Access-Control-Request-Method: GET', ...lines],
});

function permissions(answer: Answer): string[] {
  return answer.fields.filter((line) => line.toLowerCase().startsWith('access-control-'));
}

describe('a preflight', TOGETHER, () => {
  it('of the allowed origin is answered at the edge', async () => {
    const answer = await edge.send(preflight(`Origin: ${ALLOWED}`));
    assert.equal(answer.status, 204);
    assert.equal(answer.header('access-control-allow-origin'), ALLOWED);
    assert.equal(answer.header('access-control-allow-credentials'), 'true');
    assert.match(answer.header('vary') ?? '', /Origin/);
  });

  for (const origin of ORIGINS) {
    it(`of ${origin} is refused, with no permission in the answer`, async () => {
      const { answer } = await edge.refuses(preflight(`Origin: ${origin}`), 403, 'cors_origin_denied');
      assert.deepEqual(permissions(answer), []);
      assert.match(answer.header('vary') ?? '', /Origin/, 'a cache could give it to others');
    });
  }

  it('of two origins is none: it needs a token as any request does', async () => {
    for (const pair of [
      [ALLOWED, 'https://evil.test'],
      ['https://evil.test', ALLOWED],
      [ALLOWED, ALLOWED],
    ]) {
      const lines = pair.map((origin) => `Origin: ${origin}`);
      const { answer } = await edge.refuses(preflight(...lines), 401, 'credential_missing');
      assert.deepEqual(permissions(answer), []);
    }
  });

  it('for a method or header that is not allowed gets no permission', async () => {
    for (const lines of [
      ['Access-Control-Request-Method: DELETE'],
      ['Access-Control-Request-Method: get'],
      ['Access-Control-Request-Method: GET', 'Access-Control-Request-Headers: x-user-id'],
      ['Access-Control-Request-Method: GET', 'Access-Control-Request-Headers: authorization, x-evil'],
    ]) {
      const answer = await edge.send({ method: 'OPTIONS', fields: [`Origin: ${ALLOWED}`, ...lines] });
      assert.equal(answer.status, 204);
      assert.deepEqual(permissions(answer), [], lines.join());
    }
  });

  it('that carries a token still reaches no upstream', async () => {
    const answer = await edge.send({ token, ...preflight(`Origin: ${ALLOWED}`) });
    assert.equal(answer.status, 204);
  });
});

describe('a request', TOGETHER, () => {
  it('of the allowed origin is answered with the permission to read it', async () => {
    await edge.admits({ token, fields: [`Origin: ${ALLOWED}`] });
    const denied = await edge.send({ fields: [`Origin: ${ALLOWED}`] });
    assert.equal(denied.status, 401);
    assert.equal(denied.header('access-control-allow-origin'), ALLOWED);
  });

  for (const origin of ORIGINS) {
    it(`of ${origin} is answered without it, refused or not`, async () => {
      const { answer } = await edge.refuses({ fields: [`Origin: ${origin}`] }, 401, 'credential_missing');
      assert.deepEqual(permissions(answer), []);
      const other = await edge.refuses(
        { token, target: '/orders/a/b', fields: [`Origin: ${origin}`] },
        404,
        'route_not_found',
      );
      assert.deepEqual(permissions(other.answer), []);
    });
  }
});

test('nothing of this reaches the upstream or a log', () => edge.assertQuiet());
