import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { after, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startTraffic } from '../support/traffic.ts';
import { startRawUpstream } from '../support/upstream.ts';

const UNASKED = 'HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison';
const OWN = 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nown';

/** What the upstream says to `/open/<name>`; `later` comes when the connection has been idle for a moment. */
const ANSWERS: Readonly<Record<string, { at: string; later?: string }>> = {
  twice: { at: OWN + UNASKED },
  'twice-later': { at: OWN, later: UNASKED },
  'no-content': { at: `HTTP/1.1 204 No Content\r\n\r\n${UNASKED}` },
  'not-modified': { at: `HTTP/1.1 304 Not Modified\r\nContent-Length: ${UNASKED.length}\r\n\r\n${UNASKED}` },
  'short-length': { at: OWN.replace('own', `own${UNASKED}`) },
  head: { at: `HTTP/1.1 200 OK\r\nContent-Length: ${UNASKED.length}\r\n\r\n${UNASKED}` },
  hints: { at: `HTTP/1.1 103 Early Hints\r\n\r\n${OWN}${UNASKED}` },
};

function answer(socket: Socket, name: string): void {
  const { at, later } = ANSWERS[name] ?? { at: OWN };
  socket.write(at);
  if (later !== undefined) setTimeout(() => socket.write(later), 20);
}

describe('a response that nobody asked for answers no other request', async () => {
  const url = await startRawUpstream({ after }, (socket) => {
    socket.on('data', (chunk) => answer(socket, /\/open\/([\w-]+)/.exec(chunk.toString())?.[1] ?? ''));
  });
  // One connection to the upstream: the next request waits for the very one that was just lied on.
  const system = await startTraffic([{ name: 'a', upstreams: [url] }], 'workers: 1, connections: 1');
  const own = async (): Promise<void> => {
    const response = await fetch(`${system.url}/a/open/own`);
    assert.equal(await response.text(), 'own');
  };

  for (const name of Object.keys(ANSWERS)) {
    const method = name === 'head' ? 'HEAD' : 'GET';
    test(`${name}: neither one that waits nor one that comes later`, async () => {
      const lied = fetch(`${system.url}/a/open/${name}`, { method });
      await Promise.all([lied, own()]);
      assert.doesNotMatch(await (await lied).text(), /poison/);
      await fetch(`${system.url}/a/open/${name}`, { method });
      await sleep(60);
      await own();
    });
  }
});
