import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { head, openRaw } from '../support/raw-connection.ts';
import { startTraffic } from '../support/traffic.ts';
import { startUpstream } from '../support/upstream.ts';

const HOPS = [
  'X-Forwarded-For: 203.0.113.9, 192.0.2.1',
  'X-Forwarded-Host: shop.example',
  'X-Forwarded-Proto: https',
  'X-Forwarded-Port: 443',
  'X-Real-IP: 203.0.113.9',
  'Forwarded: for=203.0.113.9;proto=https',
  'X-Request-Id: from-outside-1',
  'Via: 1.0 first',
];

for (const trusted of [false, true]) {
  describe(`what the upstream hears of the way, ${trusted ? 'with' : 'without'} a trusted proxy in front`, async () => {
    const upstream = await startUpstream({ after });
    const more = ['forward: { headers: { x-user-id: sub } }'];
    const proxies = trusted ? ', trustedProxies: [127.0.0.0/8, 192.0.2.0/24]' : '';
    const system = await startTraffic(
      [{ name: 'a', upstreams: [upstream.url], more }],
      `workers: 1${proxies}`,
    );

    async function forward(...fields: string[]) {
      const client = await openRaw(system.url);
      client.send(head('GET /a/x?q=1', system.authorization, ...fields));
      const answer = await client.until(/\r\n\r\n[\s\S]*\}$/);
      client.close();
      const arrived = upstream.received.at(-1);
      assert.ok(arrived);
      const [, id = ''] = /^x-request-id: (\S+)\r$/im.exec(answer) ?? [];
      return { ...arrived, id };
    }

    test('without any such fields, it hears of the client', async () => {
      const { headers, id, url } = await forward();
      assert.equal(url, '/a/x?q=1');
      assert.equal(headers['x-forwarded-for'], '127.0.0.1');
      assert.equal(headers['x-forwarded-host'], 'gateway.test');
      assert.equal(headers['x-forwarded-proto'], 'http');
      assert.equal(headers.via, '1.1 portcullis');
      assert.equal(headers.host, new URL(upstream.url).host);
      assert.equal(headers['x-request-id'], id);
      assert.equal((await system.record(id)).address, '127.0.0.1');
    });

    test(`what the client says of earlier hops is ${trusted ? 'continued' : 'replaced'}`, async () => {
      const { headers, id } = await forward(...HOPS);
      assert.equal(headers['x-forwarded-for'], trusted ? '203.0.113.9, 192.0.2.1, 127.0.0.1' : '127.0.0.1');
      assert.equal(headers['x-forwarded-host'], trusted ? 'shop.example' : 'gateway.test');
      assert.equal(headers['x-forwarded-proto'], trusted ? 'https' : 'http');
      assert.equal(headers['x-real-ip'], undefined);
      assert.equal(headers.via, '1.0 first, 1.1 portcullis');
      if (trusted)
        assert.match(String(headers.forwarded), /^for=203\.0\.113\.9;proto=https, for=127\.0\.0\.1;/);
      else assert.doesNotMatch(String(headers.forwarded), /203\.0\.113\.9/);
      assert.equal(headers['x-request-id'] === 'from-outside-1', trusted);
      assert.equal(headers['x-request-id'], id);
      const record = await system.record(id);
      assert.equal(record.address, trusted ? '203.0.113.9' : '127.0.0.1');
    });

    test('spellings that CGI-like upstreams read as the same names do not get through', async () => {
      const { rawHeaders } = await forward(
        'X_Forwarded_For: 1.2.3.4',
        'X-Forwarded_Host: evil.example',
        'x_real_ip: 1.2.3.4',
        'X_Request_Id: forged',
        'X_User_Id: mallory',
        'X-User-Id: mallory',
      );
      assert.doesNotMatch(rawHeaders.join('\n'), /1\.2\.3\.4|evil|forged|mallory/);
      assert.ok(rawHeaders.includes('alice'));
    });

    test('fields of the hop stay behind, and so does all that Connection names but what we say', async () => {
      const { headers } = await forward(
        'Connection: keep-alive, X-Private, X-User-Id, X-Forwarded-For',
        'X-Private: 1',
        'Keep-Alive: timeout=9',
        'Proxy-Authorization: Basic secret',
        'Proxy-Connection: keep-alive',
        'TE: trailers',
        'Trailer: X-Sum',
        'X-Public: 1',
      );
      const gone = ['x-private', 'keep-alive', 'proxy-authorization', 'proxy-connection', 'te', 'trailer'];
      for (const name of gone) assert.equal(headers[name], undefined, name);
      assert.equal(headers['x-public'], '1');
      assert.equal(headers['x-user-id'], 'alice');
      assert.equal(headers['x-forwarded-for'], '127.0.0.1');
      assert.equal(headers.authorization, undefined);
    });

    test('repeated fields stay repeated, cookies and bytes beyond ASCII as they are', async () => {
      const { rawHeaders, headers } = await forward(
        'X-A: 1',
        'X-A: 2',
        'Cookie: a=1; b=2',
        'X-Name: caf\xe9',
      );
      assert.equal(rawHeaders.filter((name) => name.toLowerCase() === 'x-a').length, 2);
      assert.equal(headers.cookie, 'a=1; b=2');
      assert.equal(headers['x-name'], 'caf\xe9');
    });
  });
}

describe('a trusted proxy that hands on what strangers wrote', async () => {
  const upstream = await startUpstream({ after });
  const system = await startTraffic(
    [{ name: 'a', upstreams: [upstream.url] }],
    'workers: 1, trustedProxies: [127.0.0.1]',
  );

  for (const [forwardedFor, address] of [
    ['6.6.6.6, 198.51.100.7', '198.51.100.7'],
    ['6.6.6.6, nonsense', '127.0.0.1'],
    ['6.6.6.6, unknown, 198.51.100.7', '198.51.100.7'],
    ['2001:db8::1', '2001:db8::1'],
    ['', '127.0.0.1'],
  ] as const) {
    test(`"${forwardedFor}" means ${address}`, async () => {
      const response = await fetch(`${system.url}/a/open/x`, {
        headers: { 'x-forwarded-for': forwardedFor },
      });
      const record = await system.record(response.headers.get('x-request-id') ?? '');
      assert.equal(record.address, address);
    });
  }

  test('a request id that could break a log line is replaced', async () => {
    for (const id of ['a"b', 'a b', 'x'.repeat(200), 'a{}b']) {
      const response = await fetch(`${system.url}/a/open/x`, { headers: { 'x-request-id': id } });
      assert.match(response.headers.get('x-request-id') ?? '', /^[0-9a-f-]{36}$/);
    }
  });
});
