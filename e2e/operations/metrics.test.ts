import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { startIssuing } from '../support/issuing.ts';
import type { System } from '../support/system.ts';
import { startTraffic } from '../support/traffic.ts';
import { startUpstream } from '../support/upstream.ts';

const PAGE = new URL('../../docs/operations.md', import.meta.url);

/** Metric names with their labels, as the table of the page tells them. */
function documented(): Map<string, string[]> {
  const rows = readFileSync(PAGE, 'utf8').matchAll(/^\| `(portcullis_\w+)` \| ([^|]*)\|/gm);
  return new Map(
    [...rows].map(([, name = '', labels = '']) => [
      name,
      labels
        .split(',')
        .map((label) => label.trim())
        .filter((label) => label !== ''),
    ]),
  );
}

async function metricsOf({ adminUrl }: System): Promise<string> {
  return (await fetch(`${adminUrl}/metrics`)).text();
}

test('every metric that is exposed is documented with its labels, and every documented one is exposed', async (t) => {
  const upstream = await startUpstream(t);
  const routes = [
    '{ match: "GET /shadowed", require: { scopes: [admin] }, shadow: true }',
    '{ match: "* /{rest*}" }',
  ];
  const system = await startTraffic([{ name: 'a', upstreams: [upstream.url], routes }], 'workers: 1', t);
  const authorization = { authorization: `Bearer ${system.token}` };
  for (const path of ['/a/x', '/a/shadowed']) await fetch(`${system.url}${path}`, { headers: authorization });
  await fetch(`${system.url}/a/x`);
  const issuing = await startIssuing(t);
  const client = await issuing.addClient('metered');
  await issuing.token(client);
  await issuing.post('/token', { grant_type: 'client_credentials' }, { ...client, secret: 'wrong' });
  const text = `${await metricsOf(system)}\n${await metricsOf(issuing.system)}`;
  const names = new Set([...text.matchAll(/^# TYPE (\w+) \w+$/gm)].map(([, name = '']) => name));
  assert.deepEqual([...names].sort(), [...documented().keys()].sort());
  for (const [name, labels] of documented()) {
    const sample = new RegExp(`^${name}(?:_bucket)?(?:\\{([^}]*)\\})? `, 'm').exec(text);
    if (sample === null) continue; // nothing of it has happened yet
    const found = [...(sample[1] ?? '').matchAll(/(\w+)="/g)]
      .map(([, label]) => label)
      .filter((l) => l !== 'le');
    assert.deepEqual(found.sort(), [...labels].sort(), name);
  }
});
