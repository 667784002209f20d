import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Forward } from '@portcullis/guard';
import type { Trace } from '../exchange/trace-context.ts';
import { type Fields, readFields } from '../http/fields.ts';
import { headText } from '../http/head-text.ts';
import { upstreamFields } from './upstream-fields.ts';

const INJECTED = new Set(['x-user-id', 'authorization']);

/** The two members that `upstreamFields` reads of a decision. */
const forward = {
  headers: ['x-user-id', 'alice'],
  strips: (name: string) => INJECTED.has(name.replaceAll('_', '-')),
} as unknown as Forward;

/** As they come from a client that spells them like this. */
function received(fields: readonly string[]): Fields {
  const lines = fields.map((text, at) => (at % 2 === 0 ? `${text}: ` : `${text}\r\n`)).join('');
  const text = headText(Buffer.from(lines, 'latin1'), 0, lines.length);
  return (text && readFields(text, 0, text.length)) ?? assert.fail('no field lines');
}

function sent(
  fields: readonly string[],
  { peer = '203.0.113.9', trusted = false, secure = false, trace = undefined as Trace | undefined } = {},
): Map<string, string[]> {
  const flat = upstreamFields(received(['Host', 'api.test', ...fields]), forward, {
    peer: { address: peer, trusted, secure },
    requestId: 'id-1',
    trace,
  });
  const map = new Map<string, string[]>();
  for (let i = 0; i < flat.length; i += 2) {
    const name = flat[i] ?? '';
    map.set(name, [...(map.get(name) ?? []), flat[i + 1] ?? '']);
  }
  return map;
}

describe('upstreamFields', () => {
  it('passes ordinary fields on, repeated ones too', () => {
    assert.deepEqual(sent(['Accept', 'a/b', 'accept', 'c/d']).get('accept'), ['a/b', 'c/d']);
  });

  it("drops the client's copies of injected fields in any case and with underscores (header spoofing)", () => {
    const map = sent(['X-User-Id', 'root', 'x_user_id', 'root', 'X-USER_ID', 'root']);
    assert.deepEqual(map.get('x-user-id'), ['alice']);
    assert.equal(map.has('x_user_id'), false);
    assert.equal(map.has('x-user_id'), false);
  });

  it('drops aliases of the fields that the gateway speaks with (x_forwarded_for)', () => {
    for (const name of [
      'X_Forwarded_For',
      'x.forwarded.for',
      'X-Forwarded_Host',
      'X_Real_IP',
      'x_request_id',
    ]) {
      assert.equal(sent([name, '10.0.0.1'], { trusted: true }).has(name.toLowerCase()), false, name);
    }
    assert.deepEqual(sent(['x_real_ips', 'a']).get('x_real_ips'), ['a']);
  });

  it('passes the rest of X-Forwarded-* on from a trusted proxy only', () => {
    for (const name of ['x-forwarded-user', 'x-forwarded-client-cert', 'x-forwarded-prefix']) {
      assert.equal(sent([name, 'a']).has(name), false, name);
      assert.deepEqual(sent([name, 'a'], { trusted: true }).get(name), ['a']);
    }
    assert.equal(sent(['x_forwarded_user', 'a'], { trusted: true }).has('x_forwarded_user'), false);
  });

  it('cannot be made to drop an injected field by naming it in Connection (hop-by-hop abuse)', () => {
    assert.deepEqual(sent(['Connection', 'close, X-User-Id']).get('x-user-id'), ['alice']);
  });

  it('keeps fields that Connection names, and hop-by-hop fields, to this hop', () => {
    const map = sent([
      'Connection',
      'keep-alive, X-Hop',
      'X-Hop',
      '1',
      'Keep-Alive',
      'timeout=5',
      'TE',
      'trailers',
      'Proxy-Authorization',
      'Basic x',
    ]);
    for (const name of ['connection', 'x-hop', 'keep-alive', 'te', 'proxy-authorization'])
      assert.equal(map.has(name), false, name);
  });

  it('drops what makes an upstream run another method or path than the one decided on', () => {
    const names = [
      'X-HTTP-Method-Override',
      'x-http-method',
      'X_HTTP_Method_Override',
      'X-Original-URL',
      'X-Rewrite-Url',
      'Proxy',
    ];
    for (const peer of [{}, { trusted: true }]) {
      const map = sent(
        names.flatMap((name) => [name, 'DELETE']),
        peer,
      );
      for (const name of names) assert.equal(map.has(name.toLowerCase()), false, name);
    }
  });

  it("believes other proxies' names for the client's address from a trusted proxy only", () => {
    const fields = ['X-Client-IP', '1.1.1.1', 'True-Client-IP', '1.1.1.1'];
    assert.equal(sent(fields).has('x-client-ip'), false);
    assert.equal(sent(fields).has('true-client-ip'), false);
    assert.deepEqual(sent(fields, { trusted: true }).get('x-client-ip'), ['1.1.1.1']);
  });

  it('does not forward the credential', () => {
    assert.equal(sent(['Authorization', 'Bearer abc']).has('authorization'), false);
  });

  it('tells the peer and replaces what an untrusted client says of earlier hops', () => {
    const map = sent([
      'X-Forwarded-For',
      '1.1.1.1',
      'X-Forwarded-Proto',
      'https',
      'X-Forwarded-Host',
      'evil.test',
      'X-Real-IP',
      '1.1.1.1',
      'Forwarded',
      'for=1.1.1.1',
      'X-Request-Id',
      'mine',
    ]);
    assert.deepEqual(map.get('x-forwarded-for'), ['203.0.113.9']);
    assert.deepEqual(map.get('x-forwarded-proto'), ['http']);
    assert.deepEqual(map.get('x-forwarded-host'), ['api.test']);
    assert.equal(map.has('forwarded'), false);
    assert.deepEqual(map.get('x-request-id'), ['id-1']);
    assert.equal(map.has('x-real-ip'), false);
  });

  it('appends to what a trusted proxy says', () => {
    const map = sent(
      ['X-Forwarded-For', '1.1.1.1', 'X-Forwarded-Proto', 'https', 'Forwarded', 'for=1.1.1.1'],
      { peer: '10.0.0.1', trusted: true },
    );
    assert.deepEqual(map.get('x-forwarded-for'), ['1.1.1.1, 10.0.0.1']);
    assert.deepEqual(map.get('x-forwarded-proto'), ['https']);
    assert.deepEqual(map.get('forwarded'), ['for=1.1.1.1, for=10.0.0.1;host="api.test";proto=http']);
  });

  it("keeps the issuer's cookies from the upstream, and passes the others on", () => {
    const map = sent([
      'Cookie',
      'a=1; __Host-portcullis-session=secret',
      'cookie',
      'portcullis-x=secret',
      'Cookie',
      'b=2',
    ]);
    assert.deepEqual(map.get('cookie'), ['a=1', 'b=2']);
  });

  it("tells the upstream of the request's trace instead of what the client said", () => {
    const client = ['traceparent', 'theirs', 'TraceState', 'theirs'];
    const map = sent(client, { trace: { id: 'x', fields: ['traceparent', 'ours'] } });
    assert.deepEqual([map.get('traceparent'), map.get('tracestate')], [['ours'], undefined]);
    assert.deepEqual(sent(client).get('tracestate'), ['theirs']);
  });

  it('tells the upstream that the client came over TLS', () => {
    assert.deepEqual(sent([], { secure: true }).get('x-forwarded-proto'), ['https']);
    const map = sent(['Forwarded', 'for=1.1.1.1'], { peer: '10.0.0.1', trusted: true, secure: true });
    assert.match(map.get('forwarded')?.[0] ?? '', /proto=https$/);
  });

  it('writes an IPv6 proxy as RFC 7239 asks', () => {
    const map = sent(['Forwarded', 'for=1.1.1.1'], { peer: '2001:db8::1', trusted: true });
    assert.match(map.get('forwarded')?.[0] ?? '', /, for="\[2001:db8::1\]";/);
  });

  it('cannot be made to end the quoted host early', () => {
    const fields = ['host', 'a";for=1.1.1.1;x="', 'forwarded', 'for=1.1.1.1'];
    const hop = {
      peer: { address: '10.0.0.1', trusted: true, secure: false },
      requestId: 'id-1',
      trace: undefined,
    };
    const flat = upstreamFields(fields, forward, hop);
    assert.equal(
      flat[flat.indexOf('forwarded') + 1],
      'for=1.1.1.1, for=10.0.0.1;host="a\\";for=1.1.1.1;x=\\"";proto=http',
    );
  });
});
