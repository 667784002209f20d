import { after, describe, test } from 'node:test';
import { eventually, openDescriptors, workerPids } from '../support/processes.ts';
import { head, openRaw } from '../support/raw-connection.ts';
import { startTraffic } from '../support/traffic.ts';
import { startUpstream } from '../support/upstream.ts';

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
    await eventually(() => openDescriptors(pid) <= before + 50, `about ${before} descriptors`);
    await eventually(async () => {
      const text = await (await fetch(`${system.adminUrl}/metrics`)).text();
      return /^portcullis_connections [01]$/m.test(text);
    }, 'no connections left');
    await eventually(() => openDescriptors(pid) <= before + 2, `${before} descriptors`);
  });
});
