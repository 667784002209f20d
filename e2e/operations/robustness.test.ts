import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually, openDescriptors, workerPids } from '../support/processes.ts';
import { head, openRaw } from '../support/raw-connection.ts';
import { startTraffic } from '../support/traffic.ts';
import { startUpstream } from '../support/upstream.ts';

/** Numbers that look random and are the same in every run (xorshift). */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

describe('a worker', async () => {
  const upstream = await startUpstream({ after }, (request, response) => {
    request.resume();
    if (request.url?.includes('slow')) setTimeout(() => response.end('slow'), 50);
    else response.end('ok');
  });
  const timeouts = 'timeouts: { head: 2s, body: 2s, keepAlive: 1s }';
  const system = await startTraffic([{ name: 'a', upstreams: [upstream.url] }], `workers: 1, ${timeouts}`);
  const [pid = 0] = workerPids(system);

  test('gives all descriptors back after 2000 requests, many of them broken off', async () => {
    await (await fetch(`${system.url}/a/open/x`)).text();
    const before = openDescriptors(pid);
    for (let round = 0; round < 40; round += 1) {
      await Promise.all(
        Array.from({ length: 50 }, async (_, i) => {
          const client = await openRaw(system.url);
          if (i % 5 === 0) client.send(head('GET /a/open/slow'));
          else if (i % 5 === 1) client.send(`${head('POST /a/open/x', 'Content-Length: 100000')}some`);
          else if (i % 5 === 2) client.send('GET /a/open/x HTTP/1.1\r\n');
          else {
            client.send(head(i % 5 === 3 ? 'GET /a/open/x' : 'GET /a/x', 'Connection: close'));
            await client.closed();
          }
          client.close();
        }),
      );
    }
    // Some connections to the upstream are kept for a while, as many as were needed at once.
    await eventually(() => openDescriptors(pid) <= before + 50, `about ${before} descriptors`, 30_000);
    await eventually(async () => {
      const text = await (await fetch(`${system.adminUrl}/metrics`)).text();
      return /^portcullis_connections [01]$/m.test(text);
    }, 'no connections left');
    await eventually(() => openDescriptors(pid) <= before + 2, `${before} descriptors`, 30_000);
  });

  test('survives random bytes and mutated requests', async () => {
    const next = numbers(20_261_122);
    const seeds = [
      head('GET /a/open/x?q=1', 'Accept: */*', 'Connection: keep-alive'),
      `${head('POST /a/open/x', 'Content-Length: 5')}hello`,
      `${head('POST /a/open/x', 'Transfer-Encoding: chunked')}5\r\nhello\r\n0\r\nX-T: 1\r\n\r\n`,
      `${head('POST /a/open/x', 'Expect: 100-continue', 'Content-Length: 5')}hello`,
      head('GET /a/x', system.authorization, 'TE: trailers', 'Connection: TE, close'),
      head('OPTIONS /a/x', 'Origin: https://a.example', 'Access-Control-Request-Method: GET'),
      head('GET /a/open/x', 'Upgrade: websocket', 'Connection: Upgrade'),
      head('CONNECT a:1'),
      head('HEAD /a/open/x') + head('GET /a/open/slow') + head('GET /a/x', 'Authorization: Bearer a.b.c'),
    ];
    const mutate = (): Buffer => {
      if (next(6) === 0) return Buffer.from(Array.from({ length: next(600) + 1 }, () => next(256)));
      let bytes = Buffer.from(seeds[next(seeds.length)] ?? '', 'latin1');
      for (let edits = next(4) + 1; edits > 0; edits -= 1) {
        const at = next(bytes.length);
        const rest = bytes.subarray(at + next(3));
        const stuff = [
          Buffer.from([next(256)]),
          Buffer.from(['\r\n', '\0', '%2e%2e', ': ', '\r\n\r\n', ',', '\x7f', '/../'][next(8)] ?? ''),
          bytes.subarray(at, at + next(40)),
        ][next(3)];
        bytes = Buffer.concat([bytes.subarray(0, at), stuff ?? Buffer.alloc(0), rest]);
      }
      return bytes;
    };
    const until = Date.now() + 5000;
    const attackers = Array.from({ length: 24 }, async () => {
      while (Date.now() < until) {
        const client = await openRaw(system.url);
        for (let parts = next(3) + 1; parts > 0; parts -= 1) {
          const bytes = mutate();
          const cut = next(bytes.length + 1);
          client.send(bytes.subarray(0, cut));
          await sleep(next(5));
          client.send(bytes.subarray(cut));
        }
        await sleep(next(20));
        client.close();
      }
    });
    await Promise.all(attackers);
    assert.deepEqual(workerPids(system), [pid]);
    const response = await fetch(`${system.url}/a/open/x`);
    assert.equal(await response.text(), 'ok');
    assert.match(
      await (await fetch(`${system.adminUrl}/metrics`)).text(),
      /^portcullis_worker_crashes_total 0$/m,
    );
    assert.doesNotMatch(system.errors(), /Error|worker ended/);
    assert.ok(system.log().length > 100, 'every line of the access log parses');
  });
});
