import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { corsSchema } from '../config/schema/cors.ts';
import { createCorsPolicy } from './cors-policy.ts';

const APP = 'https://app.example.com';
const VARY = ['vary', 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers'];

function policy(config: Record<string, unknown>, methods: string[] = ['GET', 'POST']) {
  return createCorsPolicy(corsSchema.parse({ origins: [APP], ...config }), new Set(methods));
}

describe('CORS', () => {
  it('allows exact origins only', () => {
    const cors = policy({});
    assert.ok(cors.allows(APP));
    for (const origin of [
      'https://app.example.com.evil.example',
      'https://evil.example',
      'http://app.example.com',
      'https://APP.example.com',
      'https://app.example.com:8443',
      'https://app.example.com/',
      'null',
      '',
      'https://xapp.example.com',
    ]) {
      assert.ok(!cors.allows(origin), origin);
      assert.deepEqual(cors.responseHeaders(origin), ['vary', 'Origin'], origin);
    }
  });

  it('tells an allowed origin that it may read, and caches that the answer varies', () => {
    assert.deepEqual(policy({ credentials: true, expose: ['x-total'] }).responseHeaders(APP), [
      'vary',
      'Origin',
      'access-control-allow-origin',
      APP,
      'access-control-allow-credentials',
      'true',
      'access-control-expose-headers',
      'x-total',
    ]);
    assert.deepEqual(policy({}).responseHeaders(undefined), ['vary', 'Origin']);
  });

  it('answers a preflight with what is allowed', () => {
    assert.deepEqual(policy({}).preflightHeaders(APP, 'POST', 'Authorization, content-type'), [
      ...VARY,
      'access-control-allow-origin',
      APP,
      'access-control-allow-methods',
      'GET, POST',
      'access-control-allow-headers',
      'authorization, content-type',
      'access-control-max-age',
      '600',
    ]);
  });

  it('allows nothing when the method or a header asked for is not allowed', () => {
    assert.deepEqual(policy({}).preflightHeaders(APP, 'DELETE', undefined), VARY);
    assert.deepEqual(policy({}).preflightHeaders(APP, 'post', undefined), VARY);
    assert.deepEqual(policy({}).preflightHeaders(APP, 'GET', 'authorization, x-other'), VARY);
    assert.deepEqual(policy({ methods: ['GET'] }).preflightHeaders(APP, 'POST', undefined), VARY);
  });

  it('takes the method asked for where a route takes any', () => {
    const headers = policy({}, ['*']).preflightHeaders(APP, 'PATCH', undefined);
    assert.equal(headers[headers.indexOf('access-control-allow-methods') + 1], 'PATCH');
  });

  it('allows every origin, without varying and without credentials, when asked to', () => {
    const cors = policy({ origins: ['*'] });
    assert.ok(cors.allows('null'));
    assert.deepEqual(cors.responseHeaders('https://x.example'), ['access-control-allow-origin', '*']);
  });

  it('cannot be configured with what no browser sends as an origin', () => {
    for (const origin of [
      'https://app.example.com/',
      'app.example.com',
      'https://*.example.com/x',
      'null',
      'https://APP.example.com',
      'https://a b',
    ]) {
      assert.ok(!corsSchema.safeParse({ origins: [origin] }).success, origin);
    }
    assert.ok(
      corsSchema.safeParse({ origins: ['chrome-extension://abcdef', 'http://localhost:3000'] }).success,
    );
  });
});
