import assert from 'node:assert/strict';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { After } from '../support/after.ts';
import { createAuthority } from '../support/authority.ts';
import { eventually, workerPids } from '../support/processes.ts';
import { startSystem } from '../support/system.ts';
import { exchangeTls, getRequest } from '../support/tls-client.ts';
import { createIssuer, ordersConfig } from '../support/tokens.ts';
import { startTraffic } from '../support/traffic.ts';
import { startUpstream } from '../support/upstream.ts';

const ROUTES = ['{ match: "GET /open/one", public: true }'];
const route = (name: string): string => `      - { match: "GET /open/${name}", public: true }\n`;

/** An issuer that takes connections and never answers: applying a configuration with it takes five seconds. */
async function withSilentIssuer(t: After): Promise<(yaml: string) => string> {
  const server = createServer((socket) => socket.on('error', () => {}));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  t.after(() => void server.close());
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  const issuer = `{ name: slow, issuer: "https://slow.test", algorithms: [ES256], jwksUri: "http://127.0.0.1:${address.port}/jwks" }`;
  return (yaml) => yaml.replace('issuers:\n', `issuers:\n  - ${issuer}\n`);
}

test('whatever ends workers during a reload, all of them end up with the last good configuration', async (t) => {
  const upstream = await startUpstream(t);
  const slowly = await withSilentIssuer(t);
  const system = await startTraffic(
    [{ name: 'a', upstreams: [upstream.url], routes: ROUTES }],
    'workers: 3',
    t,
  );
  const good = readFileSync(system.configFile, 'utf8');
  system.rewrite((yaml) => slowly(yaml + route('withdrawn')));
  await sleep(1200);
  for (const pid of workerPids(system)) {
    process.kill(pid, 'SIGKILL');
    await sleep(150);
  }
  system.rewrite(() => good + route('last'));
  const statuses = async (path: string): Promise<string> => {
    const all = await Promise.all(
      Array.from({ length: 30 }, () =>
        fetch(`${system.url}${path}`, {
          headers: { connection: 'close', authorization: `Bearer ${system.token}` },
        }).then(
          (response) => response.status,
          () => 0,
        ),
      ),
    );
    return [...new Set(all)].join();
  };
  await eventually(
    async () => (await statuses('/a/open/last')) === '200',
    'the last good one everywhere',
    40_000,
  );
  await eventually(() => workerPids(system).length === 3, 'three workers');
  assert.equal(await statuses('/a/open/withdrawn'), '404');
  assert.equal(await statuses('/a/open/last'), '200');
});

test('a certificate that is renewed while a reload is under way stays in use', async (t) => {
  const authority = createAuthority(t);
  const slowly = await withSilentIssuer(t);
  const upstream = await startUpstream(t);
  const issuer = await createIssuer();
  const first = authority.issue({ names: ['DNS:first.test'] });
  const tls = 'gateway: { workers: 1, tls: { certificates: [{ cert: ./first.pem, key: ./first.key }] } }\n';
  const config = ordersConfig(upstream.url).replace('gateway: { workers: 1 }\n', tls);
  const files = { 'jwks.json': issuer.jwks, 'first.pem': first.cert, 'first.key': first.key };
  const system = await startSystem(t, config, { files });
  const serial = async (): Promise<string> =>
    (
      await exchangeTls(system.url, getRequest('/orders/health'), {
        ca: authority.ca,
        checkServerIdentity: () => undefined,
      })
    ).serial;
  const old = await serial();
  system.rewrite(slowly);
  await sleep(1500);
  const next = authority.issue({ names: ['DNS:first.test'] });
  for (const [name, text] of [
    ['first.pem', next.cert],
    ['first.key', next.key],
  ] as const) {
    writeFileSync(join(system.folder, `${name}.new`), text);
    renameSync(join(system.folder, `${name}.new`), join(system.folder, name));
  }
  await eventually(() => /configuration reloaded/.test(system.errors()), 'the reload');
  await eventually(async () => (await serial()) !== old, 'the new certificate');
});

test('a configuration that failed for a file it names is tried again once that file is mended', async (t) => {
  const upstream = await startUpstream(t);
  const system = await startTraffic(
    [{ name: 'a', upstreams: [upstream.url], routes: ROUTES }],
    'workers: 1',
    t,
  );
  const keys = join(system.folder, 'jwks.json');
  const good = readFileSync(keys, 'utf8');
  writeFileSync(keys, 'not a key set');
  system.rewrite((yaml) => yaml + route('added'));
  await eventually(() => /is not used/.test(system.errors()), 'the refusal');
  writeFileSync(keys, good);
  await eventually(async () => (await fetch(`${system.url}/a/open/added`)).status === 200, 'the route');
  const metrics = await (await fetch(`${system.adminUrl}/metrics`)).text();
  assert.match(metrics, /^portcullis_last_reload_successful 1$/m);
});
