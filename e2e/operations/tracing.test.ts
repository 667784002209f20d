import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { runPortcullis } from '../support/command.ts';
import { startTraffic } from '../support/traffic.ts';
import { startUpstream } from '../support/upstream.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const PARENT = `00-${TRACE}-00f067aa0ba902b7-01`;

describe('request id and trace, end to end', async () => {
  const upstream = await startUpstream({ after });
  const system = await startTraffic([{ name: 'a', upstreams: [upstream.url] }], 'workers: 1');
  const call = async (headers: Record<string, string> = {}, token = system.token) => {
    const response = await fetch(`${system.url}/a/x`, {
      headers: { authorization: `Bearer ${token}`, ...headers },
    });
    return response.headers.get('x-request-id') ?? '';
  };

  test('a trace begins at the gateway: upstream, answer and log name the same', async () => {
    const id = await call({ traceparent: PARENT, tracestate: 'a=1' });
    const { headers } = upstream.received.at(-1) ?? assert.fail();
    assert.equal(headers['x-request-id'], id);
    assert.match(
      String(headers['traceparent']),
      new RegExp(`^00-${id.replaceAll('-', '')}-[0-9a-f]{16}-01$`),
    );
    assert.equal(headers['tracestate'], undefined);
    assert.equal((await system.record(id))['trace'], id.replaceAll('-', ''));
  });

  test('explain finds a request by its trace', async () => {
    const id = await call({}, 'nonsense');
    await system.record(id);
    const { code, stdout } = await runPortcullis(['explain', id.replaceAll('-', '')], system.folder);
    assert.equal(code, 0);
    assert.match(stdout, new RegExp(id));
  });
});

test('a trace that a trusted proxy began goes on, and so does any where that was asked for', async (t) => {
  const upstream = await startUpstream(t);
  for (const gateway of ['trustedProxies: [127.0.0.0/8]', 'trace: { accept: any }']) {
    const system = await startTraffic([{ name: 'a', upstreams: [upstream.url] }], `workers: 1, ${gateway}`);
    const headers = { authorization: `Bearer ${system.token}`, traceparent: PARENT, tracestate: 'a=1' };
    const response = await fetch(`${system.url}/a/x`, { headers });
    const arrived = upstream.received.at(-1)?.headers;
    assert.deepEqual([arrived?.['traceparent'], arrived?.['tracestate']], [PARENT, 'a=1']);
    assert.equal((await system.record(response.headers.get('x-request-id') ?? ''))['trace'], TRACE);
  }
});

test('with trace: off the gateway has no part in it', async (t) => {
  const upstream = await startUpstream(t);
  const system = await startTraffic([{ name: 'a', upstreams: [upstream.url] }], 'workers: 1, trace: off');
  const headers = { authorization: `Bearer ${system.token}`, traceparent: 'as it came' };
  const response = await fetch(`${system.url}/a/x`, { headers });
  assert.equal(upstream.received.at(-1)?.headers['traceparent'], 'as it came');
  assert.equal((await system.record(response.headers.get('x-request-id') ?? ''))['trace'], undefined);
});

test("neither reaches an upstream nor is set by one: the issuer's cookies", async (t) => {
  const upstream = await startUpstream(t, (request, response) => {
    response.setHeader('set-cookie', ['sid=1', '__Host-portcullis-session=evil; Secure; Path=/']);
    response.end(String(request.headers.cookie));
  });
  const system = await startTraffic([{ name: 'a', upstreams: [upstream.url] }], 'workers: 1');
  const cookie = 'theme=dark; __Host-portcullis-session=secret; sid=1';
  const response = await fetch(`${system.url}/a/x`, {
    headers: { authorization: `Bearer ${system.token}`, cookie },
  });
  assert.equal(await response.text(), 'theme=dark; sid=1');
  assert.deepEqual(response.headers.getSetCookie(), ['sid=1']);
});
