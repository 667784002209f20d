import { randomInt } from 'node:crypto';
import { createServer, type Server } from 'node:net';
import type { After } from './after.ts';

/**
 * Below those that systems give to outgoing connections (Linux from 32768, others from 49152): a port from there can be
 * taken by any connection of another test before its server listens.
 */
const LOWEST = 10_000;
const HIGHEST = 32_767;

/** A port of 127.0.0.1 that nobody listened on a moment ago. */
export async function freePort(): Promise<number> {
  for (let attempts = 0; attempts < 100; attempts += 1) {
    const port = randomInt(LOWEST, HIGHEST + 1);
    if (await isFree(port)) return port;
  }
  throw new Error('no free port');
}

function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((done) => {
    server.once('error', () => done(false));
    server.listen(port, '127.0.0.1', () => server.close(() => done(true)));
  });
}

/** Lets a server listen on a free port of 127.0.0.1, which it returns; the server ends with the test. */
export async function listening(t: After, server: Server): Promise<number> {
  const port = await freePort();
  await new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
  t.after(() => {
    server.close();
  });
  return port;
}
