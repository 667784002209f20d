import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../e2e/support/ports.ts';
import { generateKey, sign } from '../../packages/token/src/index.ts';
import { mustRun } from '../command.ts';
import { placeSample } from './consumer.ts';

const PATIENCE_SECONDS = 30;

/**
 * Bundles the sample Worker from the installed packages, serves it with workerd, and sends it requests without a token,
 * with one, and with one of too few rights.
 *
 * @param workerd the program, with esbuild installed beside it
 */
export async function tourWorker(consumer: string, workerd: string): Promise<void> {
  const { privateJwk, publicJwk } = await generateKey('ES256');
  writeFileSync(join(consumer, 'worker-jwks.json'), JSON.stringify({ keys: [publicJwk] }));
  const bundle = join(consumer, 'worker-bundle.mjs');
  const esbuild = join(dirname(workerd), '..', '..', '..', '.bin', 'esbuild');
  const sample = placeSample(consumer, 'worker.mjs');
  await mustRun(esbuild, [sample, '--bundle', '--format=esm', '--platform=browser', `--outfile=${bundle}`]);
  const port = await freePort();
  const file = join(consumer, 'worker.capnp');
  writeFileSync(file, configuration(port));
  const child = spawn(workerd, ['serve', file], { cwd: consumer, stdio: ['ignore', 'ignore', 'pipe'] });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  try {
    const url = `http://127.0.0.1:${port}/orders/42`;
    const now = Math.floor(Date.now() / 1000);
    const claims = { iss: 'https://id.example', aud: 'https://api.example/orders', iat: now, exp: now + 60 };
    const call = async (scope: string) => {
      const token = await sign({ ...claims, sub: 'ann', scope }, { key: privateJwk });
      return fetch(url, { headers: { authorization: `Bearer ${token}` } });
    };
    assert.equal((await answering(url, () => errors)).status, 401);
    assert.equal((await call('other')).status, 403);
    const admitted = await call('read:orders');
    assert.deepEqual([admitted.status, await admitted.text()], [200, 'ann'], errors);
  } finally {
    child.kill('SIGKILL');
  }
}

async function answering(url: string, errors: () => string): Promise<Response> {
  for (const deadline = Date.now() + PATIENCE_SECONDS * 1000; Date.now() < deadline; await sleep(100)) {
    const response = await fetch(url).catch(() => undefined);
    if (response !== undefined) return response;
  }
  throw new Error(`workerd does not answer:\n${errors()}`);
}

function configuration(port: number): string {
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = (
    modules = [(name = "worker.mjs", esModule = embed "worker-bundle.mjs")],
    compatibilityDate = "2026-01-01",
  ))],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);
`;
}
