import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import { after, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually, residentMemory, workerPids } from '../support/processes.ts';
import { statuses } from '../support/raw.ts';
import { head, openRaw } from '../support/raw-connection.ts';
import { startTraffic } from '../support/traffic.ts';
import { startUpstream } from '../support/upstream.ts';

const GIGABYTE = 1024 ** 3;
const PIECE = Buffer.alloc(256 * 1024, 'p');
/** Generous: the young generation alone may take a good part of it. */
const GROWTH = 150 * 1024 ** 2;

describe('streams', async () => {
  let taken = 0;
  let stop = false;
  const upstream = await startUpstream({ after }, (incoming, response) => {
    const { url = '' } = incoming;
    if (url.includes('download')) {
      const size = Number(/\d+$/.exec(url)?.[0]);
      response.setHeader('content-length', size);
      let left = size;
      const more = (): void => {
        while (left > 0) {
          left -= PIECE.length;
          if (!response.write(PIECE)) return void response.once('drain', more);
        }
        response.end();
      };
      more();
    } else if (url.includes('early')) {
      response.writeHead(403).end('enough');
    } else if (url.includes('reluctant')) {
      incoming.on('data', (chunk: Buffer) => {
        taken += chunk.length;
        incoming.pause();
        if (stop) incoming.resume();
      });
    } else {
      let bytes = 0;
      incoming.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
      });
      incoming.on('end', () => response.end(String(bytes)));
    }
  });
  const more = ['maxBody: 2GB'];
  const system = await startTraffic([{ name: 'a', upstreams: [upstream.url], more }], 'workers: 1');
  const [pid = 0] = workerPids(system);

  /** Runs `action` and gives by how many bytes the worker's memory grew at its largest. */
  async function growthDuring(action: () => Promise<void>): Promise<number> {
    const before = residentMemory(pid);
    let peak = before;
    const timer = setInterval(() => {
      peak = Math.max(peak, residentMemory(pid));
    }, 20);
    await action().finally(() => clearInterval(timer));
    return peak - before;
  }

  test('a gigabyte down, with flat memory', async () => {
    const growth = await growthDuring(async () => {
      const [response] = await once(request(`${system.url}/a/open/download/${GIGABYTE}`).end(), 'response');
      let bytes = 0;
      for await (const chunk of response) bytes += chunk.length;
      assert.equal(bytes, GIGABYTE);
    });
    assert.ok(growth < GROWTH, `grew by ${growth}`);
  });

  for (const chunked of [false, true]) {
    test(`a gigabyte up ${chunked ? 'in chunks' : 'with Content-Length'}, with flat memory`, async () => {
      const growth = await growthDuring(async () => {
        const headers = chunked ? { 'transfer-encoding': 'chunked' } : { 'content-length': GIGABYTE };
        const upload = request(`${system.url}/a/open/up`, { method: 'POST', headers });
        const answered = once(upload, 'response');
        for (let left = GIGABYTE; left > 0; left -= PIECE.length) {
          if (!upload.write(PIECE)) await once(upload, 'drain');
        }
        upload.end();
        const [response] = await answered;
        let text = '';
        for await (const chunk of response) text += chunk;
        assert.equal(text, String(GIGABYTE));
      });
      assert.ok(growth < GROWTH, `grew by ${growth}`);
    });
  }

  test('clients that read nothing hold the upstream back, not the memory', async () => {
    const clients = await Promise.all(Array.from({ length: 8 }, () => openRaw(system.url)));
    const growth = await growthDuring(async () => {
      for (const client of clients) {
        client.socket.pause();
        client.send(head(`GET /a/open/download/${100 * 1024 ** 2}`));
      }
      await sleep(1500);
    });
    for (const client of clients) client.close();
    assert.ok(growth < GROWTH, `grew by ${growth}`);
  });

  test('an upstream that reads nothing holds the client back, not the memory', async () => {
    let sent = 0;
    const growth = await growthDuring(async () => {
      const upload = request(`${system.url}/a/open/reluctant`, { method: 'POST' });
      upload.on('error', () => {});
      const until = Date.now() + 1500;
      while (Date.now() < until) {
        if (upload.write(PIECE)) sent += PIECE.length;
        else await Promise.race([once(upload, 'drain'), sleep(100)]);
        if (upload.writableLength > 2 * PIECE.length) await sleep(50);
      }
      upload.destroy();
      stop = true;
    });
    assert.ok(growth < GROWTH, `grew by ${growth}`);
    assert.ok(sent < 100 * 1024 ** 2 && taken > 0, `${sent} bytes left the client`);
  });

  test('a response that comes before the body is sent reaches the client', async () => {
    const client = await openRaw(system.url);
    client.send(`${head('POST /a/open/early', 'Content-Length: 100000000')}${'x'.repeat(100_000)}`);
    const answer = await client.until(/enough\r\n0\r\n\r\n$/);
    assert.deepEqual(statuses(answer), [403]);
    client.close();
  });

  test('a response that comes while the client keeps on sending reaches it', async () => {
    for (const path of ['/a/open/early', '/a/guarded']) {
      const client = await openRaw(system.url);
      client.send(head(`POST ${path}`, 'Content-Length: 100000000'));
      let sending = true;
      const pump = (async () => {
        for (let i = 0; i < 100 && sending && client.socket.writable; i += 1) {
          client.socket.write(PIECE);
          await sleep(5);
        }
      })();
      const answer = await client.until(/enough\r\n0\r\n\r\n$|\}$/);
      sending = false;
      await pump;
      client.close();
      assert.match(answer, /^HTTP\/1\.1 40[13] /);
    }
  });

  test('an event stream arrives as it is sent', async () => {
    const events = await startUpstream({ after }, (_, response) => {
      response.setHeader('content-type', 'text/event-stream');
      response.flushHeaders();
      response.on('close', () => clearInterval(timer));
      let i = 0;
      const timer = setInterval(() => {
        i += 1;
        response.write(`data: ${i}\n\n`);
      }, 30);
    });
    system.rewrite((yaml) => yaml.replace(upstream.url, events.url));
    await eventually(async () => {
      const client = await openRaw(system.url);
      client.send(head('GET /a/open/events'));
      await client.until(/\r\n\r\n/);
      const isStream = /text\/event-stream/.test(client.received());
      if (isStream) await client.until(/data: 3\n\n/);
      client.close();
      return isStream;
    }, 'the event stream');
  });
});
