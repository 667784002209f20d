import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../support/ports.ts';
import { createIssuer, ISSUER } from '../support/tokens.ts';
import { listen } from './middlewares.ts';

const issuer = await createIssuer();
const EXAMPLES = join(import.meta.dirname, '../../examples');
const audience = 'https://api.example.com/orders';

/** Runs an example as a reader would, against an issuer of ours; it ends with the test. */
async function run(t: TestContext, name: string): Promise<string> {
  const jwks = await listen(
    t,
    createServer((_request, response) => {
      response.setHeader('content-type', 'application/json').end(issuer.jwks);
    }),
  );
  const port = await freePort();
  const env = { ...process.env, ISSUER, JWKS_URI: `${jwks}/jwks`, PORT: String(port) };
  const child = spawn(process.execPath, [join(EXAMPLES, name, 'server.ts')], { env, stdio: 'pipe' });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
    });
  }
  t.after(() => child.kill('SIGKILL'));
  const url = `http://127.0.0.1:${port}`;
  for (let attempt = 0; attempt < 200 && child.exitCode === null; attempt += 1) {
    const response = await fetch(`${url}/health`).catch(() => undefined);
    if (response?.ok === true) return url;
    await sleep(50);
  }
  throw new Error(`the example ${name} did not start:\n${printed}`);
}

describe('each example', { concurrency: 3 }, () => {
  for (const name of ['express', 'fastify', 'hono']) {
    it(`of ${name} serves whom it should and nobody else`, async (t) => {
      const url = await run(t, name);
      const bearer = async (scope: string) => ({
        authorization: `Bearer ${await issuer.token({ aud: audience, scope })}`,
        'content-type': 'application/json',
      });
      const order = await fetch(`${url}/orders/42`, { headers: await bearer('read:orders') });
      assert.deepEqual(await order.json(), { order: '42', caller: 'alice' });
      const post = { method: 'POST', body: '{"a":1}' };
      const taken = await fetch(`${url}/orders`, { ...post, headers: await bearer('write:orders') });
      assert.equal(taken.status, 201);
      assert.deepEqual(await taken.json(), { taken: { a: 1 }, caller: 'alice' });

      const refusals = [
        [await fetch(`${url}/orders/42`), 401],
        [await fetch(`${url}/orders/42`, { headers: await bearer('write:orders') }), 403],
        [await fetch(`${url}/orders`, { ...post, headers: await bearer('read:orders') }), 403],
      ] as const;
      for (const [{ status }, expected] of refusals) assert.equal(status, expected);
    });
  }
});
