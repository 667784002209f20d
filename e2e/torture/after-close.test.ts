import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { head, openRaw } from '../support/raw-connection.ts';
import { startTraffic } from '../support/traffic.ts';
import { startUpstream } from '../support/upstream.ts';

const SMUGGLED = '/a/open/smuggled';

describe('nothing that stands behind a request which ends its connection reaches the upstream', async () => {
  const arrived: string[] = [];
  const upstream = await startUpstream({ after }, (request, response) => {
    arrived.push(request.url ?? '');
    request.resume();
    setTimeout(() => response.end('ok'), request.url?.includes('slow') ? 300 : 0);
  });
  const system = await startTraffic([{ name: 'a', upstreams: [upstream.url] }]);

  const smuggled = head(`GET ${SMUGGLED}`);
  const slow = head('GET /a/open/slow');
  const twoHosts = head('GET /a/open/one', 'Host: second.test');
  const twoHostsAndBody = `${head('POST /a/open/one', 'Host: second.test', 'Content-Length: 1')}x`;
  const twoCodings = `${head('POST /a/open/one', 'Transfer-Encoding: gzip', 'Transfer-Encoding: chunked')}0\r\n\r\n`;
  const upgrade = `${head('PUT /a/open/up', 'Upgrade: websocket', 'Connection: Upgrade', 'Content-Length: 4')}body`;
  // Its body is the request that must not be taken for one.
  const chunked = `${head('POST /a/open/chunked', 'Transfer-Encoding: chunked')}${(smuggled.length + 1).toString(16)}\r\nx`;

  const CASES: Readonly<Record<string, readonly string[]>> = {
    'two Hosts': [twoHosts + smuggled],
    'two Hosts, behind a slow one': [slow + twoHosts + smuggled],
    'two Hosts, behind a slow one, in another packet': [slow + twoHosts, smuggled],
    'two Hosts and a body': [twoHostsAndBody + smuggled],
    'two Hosts, a body and a body': [`${twoHostsAndBody}${head(`POST ${SMUGGLED}`, 'Content-Length: 1')}x`],
    'no Host': [`GET /a/open/one HTTP/1.1\r\n\r\n${smuggled}`],
    'two codings': [twoCodings + smuggled],
    'two codings, behind a slow one': [slow + twoCodings + smuggled],
    'Connection: close': [head('GET /a/open/one', 'Connection: close') + smuggled],
    'HTTP/1.0 that wants its connection kept': [
      `GET /a/open/one HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n${smuggled}`,
    ],
    'a target that is too long': [head(`GET /a/open/${'x'.repeat(9000)}`) + smuggled],
    'an upgrade with a body': [upgrade + smuggled],
    'an upgrade, then a request whose body holds another': [upgrade + chunked, smuggled],
    'an upgrade behind a slow one, then a request whose body holds another': [
      slow + upgrade + chunked,
      smuggled,
    ],
  };

  for (const [name, parts] of Object.entries(CASES)) {
    test(name, async () => {
      arrived.length = 0;
      const client = await openRaw(system.url);
      for (const part of parts) {
        client.send(part);
        await new Promise((done) => setTimeout(done, 50));
      }
      const answer = await client.closed();
      assert.ok(
        !arrived.includes(SMUGGLED),
        `arrived: ${arrived}; answered: ${answer.match(/HTTP\/1\.1 \d+/g)}`,
      );
    });
  }
});
