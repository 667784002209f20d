import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually, workerPids } from '../support/processes.ts';
import { createIssuer } from '../support/tokens.ts';
import { startTraffic } from '../support/traffic.ts';
import { startUpstream } from '../support/upstream.ts';

const ROUTES = ['{ match: "GET /open/one", public: true }', '{ match: "GET /guarded" }'];
const ADDED = '      - { match: "GET /open/two", public: true }\n';

describe('reload', async () => {
  const upstream = await startUpstream({ after });
  const system = await startTraffic([{ name: 'a', upstreams: [upstream.url], routes: ROUTES }], 'workers: 2');
  const headers = { authorization: `Bearer ${system.token}` };
  const status = async (path: string): Promise<number> =>
    (await fetch(system.url + path, { headers })).status;
  /** What so many requests in turn are answered: enough for every worker to be among them. */
  async function statusesOf(path: string): Promise<Set<number>> {
    const all = await Promise.all(
      Array.from({ length: 16 }, () =>
        fetch(system.url + path, { headers: { ...headers, connection: 'close' } }),
      ),
    );
    return new Set(all.map((response) => response.status));
  }
  const becomes = (path: string, wanted: number) =>
    eventually(async () => {
      const seen = await statusesOf(path);
      return seen.size === 1 && seen.has(wanted);
    }, `${wanted} for ${path} from every worker`);

  test('a route that is added works, one that is removed is gone, without a restart', async () => {
    assert.equal(await status('/a/open/two'), 404);
    system.rewrite((yaml) => yaml + ADDED);
    await becomes('/a/open/two', 200);
    system.rewrite((yaml) => yaml.replace(ADDED, ''));
    await becomes('/a/open/two', 404);
  });

  for (const [name, edit, told] of [
    [
      'a typing error in a key',
      (yaml: string) => yaml.replace('basePath', 'basPath'),
      /portcullis\.yaml:\d+:\d+[\s\S]*basePath/,
    ],
    ['broken YAML', (yaml: string) => `${yaml}\n  - {{{`, /portcullis\.yaml:\d+/],
    [
      'an unknown issuer',
      (yaml: string) => yaml.replace('issuers: [test]', 'issuers: [nobody]'),
      /portcullis\.yaml:\d+:\d+[\s\S]*nobody/,
    ],
    ['an empty file', () => '', /portcullis\.yaml|not used/],
    [
      'another listen address',
      (yaml: string) => yaml.replace(/issuer: "127.0.0.1:\d+"/, 'issuer: "127.0.0.1:1"'),
      /listen cannot change.*restart/,
    ],
  ] as const) {
    test(`${name} changes nothing, and standard error says why`, async () => {
      let good = '';
      const before = system.errors().length;
      system.rewrite((yaml) => {
        good = yaml;
        return edit(yaml);
      });
      await eventually(() => told.test(system.errors().slice(before)), `the cause, told as ${told}`);
      assert.equal(await status('/a/open/one'), 200);
      assert.equal(await status('/a/guarded'), 200);
      assert.equal((await fetch(`${system.adminUrl}/readyz`)).status, 200);
      system.rewrite(() => good);
      await sleep(700);
    });
  }

  test('new workers that cannot start leave the old ones, and the old configuration, in force', async () => {
    const before = workerPids(system);
    let good = '';
    system.rewrite((yaml) => {
      good = yaml;
      // Opened by workers only: the check at the reload sees a folder it may write to.
      return yaml
        .replace('workers: 2', 'workers: 2, maxUrl: 2KB')
        .replace('./access.log', '/dev/full/access.log');
    });
    await eventually(() => /is not used[\s\S]*dev\/full/.test(system.errors()), 'the cause');
    assert.deepEqual(workerPids(system), before);
    assert.equal(await status('/a/open/one'), 200);
    system.rewrite(() => good);
    await sleep(700);
  });

  test('SIGHUP reads the file at once', async () => {
    system.rewrite((yaml) => yaml + ADDED);
    system.process.kill('SIGHUP');
    await becomes('/a/open/two', 200);
  });

  test('SIGHUP reads a key set file again: the new key is good, the old one is not', async () => {
    const issuer = await createIssuer();
    const fresh = { authorization: `Bearer ${await issuer.token()}` };
    const withFresh = async () => (await fetch(`${system.url}/a/guarded`, { headers: fresh })).status;
    assert.equal(await withFresh(), 401);
    writeFileSync(join(system.folder, 'jwks.json'), issuer.jwks);
    system.process.kill('SIGHUP');
    await becomes('/a/guarded', 401);
    assert.equal(await withFresh(), 200);
  });
});
