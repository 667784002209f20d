import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from '../support/processes.ts';
import { head, openRaw } from '../support/raw-connection.ts';
import { startTraffic } from '../support/traffic.ts';
import { startUpstream } from '../support/upstream.ts';

test('a client that leaves while it waits for an upstream gives its place to the next', async (t) => {
  const upstream = await startUpstream(t, (request, response) => {
    setTimeout(() => response.end('ok'), request.url?.includes('slow') ? 1500 : 0);
  });
  const apis = [{ name: 'a', upstreams: [upstream.url] }];
  const system = await startTraffic(apis, 'workers: 1, connections: 1', t);
  const first = await openRaw(system.url);
  first.send(head('GET /a/open/slow'));
  await new Promise((done) => setTimeout(done, 100));
  const leaver = await openRaw(system.url);
  leaver.send(head('GET /a/open/left'));
  await new Promise((done) => setTimeout(done, 100));
  leaver.close();
  await eventually(() => system.log().some(({ path }) => path === '/a/open/left'), 'its end, in the log');
  assert.equal((await fetch(`${system.url}/a/open/next`)).status, 200);
  first.close();
});
