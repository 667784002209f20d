import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { createServer as createHttp, type RequestListener, request as requestHttp } from 'node:http';
import { createServer as createHttps, request as requestHttps } from 'node:https';
import { after, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createAuthority } from '../support/authority.ts';
import { startSystem } from '../support/system.ts';
import { createIssuer } from '../support/tokens.ts';
import { startTraffic, trafficConfig } from '../support/traffic.ts';

const BODIES = Array.from({ length: 40 }, (_, index) => randomBytes(1000 + index * 15_000));
const CLIENTS = 12;

/** Answers `/a/open/7` with the seventh body: in chunks of many sizes when its number is odd. */
const serve: RequestListener = async (request, response) => {
  const index = Number(request.url?.split('/').at(-1));
  const body = BODIES[index] ?? Buffer.alloc(0);
  if (index % 2 === 0) {
    response.setHeader('content-length', body.length).end(body);
    return;
  }
  for (let from = 0; from < body.length; ) {
    const size = 1 + ((from * 7919) % 50_000);
    if (!response.write(body.subarray(from, from + size))) await sleep(1);
    from += size;
  }
  response.end();
};

/** @param pause milliseconds between two reads; a client that leaves goes in the middle */
function read(
  url: string,
  { pause, leaves }: { pause: number; leaves: boolean },
  ca: string,
): Promise<Buffer> {
  return new Promise((done, fail) => {
    const options = { ca, agent: false as const };
    const request = url.startsWith('https:') ? requestHttps(url, options) : requestHttp(url, options);
    request.once('error', (error) => (leaves ? done(Buffer.alloc(0)) : fail(error)));
    request.once('response', async (response) => {
      const parts: Buffer[] = [];
      try {
        for await (const part of response) {
          parts.push(part);
          if (leaves && parts.length > 1) request.destroy();
          if (pause > 0) await sleep(pause);
        }
        done(Buffer.concat(parts));
      } catch (error) {
        if (leaves) done(Buffer.alloc(0));
        else fail(error);
      }
    });
    request.end();
  });
}

/** Every client asks for every body; some read slowly, some go away in the middle of it. */
async function readAll(url: string, ca = ''): Promise<void> {
  await Promise.all(
    Array.from({ length: CLIENTS }, async (_, client) => {
      for (const [index, body] of BODIES.entries()) {
        const manner = { pause: client % 3 === 0 ? 3 : 0, leaves: (client + index) % 5 === 0 };
        const got = await read(`${url}/a/open/${index}`, manner, ca);
        if (!manner.leaves)
          assert.ok(got.equals(body), `client ${client} got other bytes than those of ${index}`);
      }
    }),
  );
}

describe('large bodies', () => {
  test('come as they were sent, whoever reads slowly or goes away beside them', async (t) => {
    const upstream = createHttp(serve);
    await new Promise<void>((done) => upstream.listen(0, '127.0.0.1', done));
    t.after(() => void upstream.close().closeAllConnections());
    const address = upstream.address();
    assert.ok(typeof address === 'object' && address !== null);
    const system = await startTraffic(
      [{ name: 'a', upstreams: [`http://127.0.0.1:${address.port}`] }],
      undefined,
      t,
    );
    await readAll(system.url);
  });

  test('come so over TLS on both sides', async (t) => {
    const authority = createAuthority({ after });
    const { cert, key } = authority.issue({ names: ['DNS:localhost', 'IP:127.0.0.1'] });
    const upstream = createHttps({ cert, key }, serve);
    await new Promise<void>((done) => upstream.listen(0, '127.0.0.1', done));
    t.after(() => void upstream.close().closeAllConnections());
    const address = upstream.address();
    assert.ok(typeof address === 'object' && address !== null);
    const api = {
      name: 'a',
      upstreams: [`{ url: "https://localhost:${address.port}", tls: { ca: ./ca.pem } }`],
    };
    const listener = 'workers: 1, tls: { certificates: [{ cert: ./cert.pem, key: ./key.pem }] }';
    const { jwks } = await createIssuer();
    const system = await startSystem(t, trafficConfig([api], listener), {
      files: { 'jwks.json': jwks, 'ca.pem': authority.ca, 'cert.pem': cert, 'key.pem': key },
    });
    await readAll(system.url.replace('http:', 'https:'), authority.ca);
  });
});
