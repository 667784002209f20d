import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, describe, test } from 'node:test';
import { startNginx } from '../support/nginx.ts';
import { statuses } from '../support/raw.ts';
import { head, openRaw } from '../support/raw-connection.ts';
import { startTraffic } from '../support/traffic.ts';

const FILE = Buffer.alloc(5_000_000, 'nginx serves this ');
const sha = (data: ArrayBuffer | Buffer): string =>
  createHash('sha256').update(new Uint8Array(data)).digest('hex');

const SERVER = `
  client_max_body_size 1m; keepalive_requests 20; gzip on; gzip_proxied any; gzip_min_length 1; gzip_types *;
  location /a/open/file { rewrite ^ /file break; }
  location /a/open/redirect { return 302 /a/open/file; }
  location /a/open/nothing { return 204; }
  location /a/open/seen { default_type application/json; return 200 '{"method":"$request_method","uri":"$request_uri","host":"$http_host","forwarded":"$http_x_forwarded_for","id":"$http_x_request_id","user":"$http_x_user_id","auth":"$http_authorization","length":"$content_length","coding":"$http_transfer_encoding"}'; }
  location /a/seen { default_type application/json; return 200 '{"user":"$http_x_user_id","auth":"$http_authorization"}'; }
  location /a/open/drop { return 444; }
  location /a/open/limit { limit_rate 2000k; rewrite ^ /file break; }
`;

describe('nginx as the upstream', async () => {
  const nginx = await startNginx({ after }, SERVER, { file: FILE });
  const system = await startTraffic([
    {
      name: 'a',
      upstreams: [nginx.url],
      more: ['forward: { headers: { x-user-id: sub } }', 'maxBody: 50MB'],
    },
  ]);
  const at = (path: string, init?: RequestInit) => fetch(`${system.url}/a/open/${path}`, init);

  test('a file, whole', async () => {
    const response = await at('file', { headers: { 'accept-encoding': 'identity' } });
    assert.equal(response.headers.get('content-length'), String(FILE.length));
    assert.equal(sha(await response.arrayBuffer()), sha(FILE));
  });

  test('a file, compressed by nginx and chunked', async () => {
    const response = await at('file', { headers: { 'accept-encoding': 'gzip' } });
    assert.equal(response.headers.get('content-encoding'), 'gzip');
    assert.equal(sha(await response.arrayBuffer()), sha(FILE));
  });

  test('ranges', async () => {
    const response = await at('file', { headers: { range: 'bytes=10-19', 'accept-encoding': 'identity' } });
    assert.equal(response.status, 206);
    assert.equal(await response.text(), FILE.subarray(10, 20).toString());
  });

  test('HEAD', async () => {
    const response = await at('file', { method: 'HEAD', headers: { 'accept-encoding': 'identity' } });
    assert.equal(response.headers.get('content-length'), String(FILE.length));
    assert.equal(await response.text(), '');
  });

  test('not modified', async () => {
    const etag = (
      await at('file', { method: 'HEAD', headers: { 'accept-encoding': 'identity' } })
    ).headers.get('etag');
    const response = await at('file', { headers: { 'if-none-match': etag ?? '' } });
    assert.equal(response.status, 304);
    assert.equal(await response.text(), '');
  });

  test('204, redirects and 404 come as they are', async () => {
    assert.equal((await at('nothing')).status, 204);
    const redirect = await at('redirect', { redirect: 'manual' });
    assert.equal(redirect.status, 302);
    assert.match(redirect.headers.get('location') ?? '', /\/a\/open\/file$/);
    assert.equal((await at('missing')).status, 404);
  });

  test('what nginx sees of a request', async () => {
    const response = await at('seen?a=b&c=%20d');
    const seen = await response.json();
    assert.deepEqual(seen, {
      method: 'GET',
      uri: '/a/open/seen?a=b&c=%20d',
      host: new URL(nginx.url).host,
      forwarded: '127.0.0.1',
      id: response.headers.get('x-request-id'),
      user: '',
      auth: '',
      length: '',
      coding: '',
    });
  });

  test('the identity is told, the token is not', async () => {
    const headers = { authorization: `Bearer ${system.token}`, 'x-user-id': 'mallory' };
    const response = await fetch(`${system.url}/a/seen`, { headers });
    assert.deepEqual(await response.json(), { user: 'alice', auth: '' });
  });

  test('an upload that nginx refuses while it is under way: its 413 reaches the client', async () => {
    const client = await openRaw(system.url);
    client.send(`${head('POST /a/open/seen', 'Content-Length: 20000000')}${'x'.repeat(300_000)}`);
    const answer = await client.until(/<\/html>/);
    client.close();
    assert.deepEqual(statuses(answer), [413]);
  });

  test('a connection that nginx drops: 502', async () => {
    const response = await at('drop', { method: 'POST', body: 'x' });
    assert.equal(response.status, 502);
  });

  test('nginx ends kept connections as it likes, and no request is lost', async () => {
    const rounds = Array.from({ length: 8 }, async () => {
      for (let i = 0; i < 40; i += 1) {
        const response = await at('nothing');
        assert.equal(response.status, 204);
      }
    });
    await Promise.all(rounds);
  });

  test('a slow download comes whole', async () => {
    const response = await at('limit', { headers: { 'accept-encoding': 'identity' } });
    assert.equal(sha(await response.arrayBuffer()), sha(FILE));
  });
});
