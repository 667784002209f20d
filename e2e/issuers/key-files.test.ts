import assert from 'node:assert/strict';
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { type Edge, openEdge } from '../support/edge.ts';
import { eventually } from '../support/processes.ts';
import { createIssuer, ordersConfig } from '../support/tokens.ts';

const TRIES = 20;

/** The statuses of many requests, each on a connection of its own, so that every worker gets some. */
async function statuses(edge: Edge, token: string): Promise<Set<number>> {
  const answers = await Promise.all(
    Array.from({ length: TRIES }, () => edge.send({ token, target: '/orders/1' })),
  );
  return new Set(answers.map(({ status }) => status));
}

async function allBecome(edge: Edge, token: string, status: number): Promise<void> {
  await eventually(async () => {
    const seen = await statuses(edge, token);
    return seen.size === 1 && seen.has(status);
  }, `${status} from every worker`);
}

function replace(edge: Edge, name: string, text: string): void {
  const path = join(edge.system.folder, name);
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
}

describe('a key file', () => {
  it('that changes is taken by every worker, and a removed key is not trusted any more', async (t) => {
    const [one, two] = [await createIssuer(), await createIssuer()];
    const yaml = ordersConfig('UPSTREAM').replace('workers: 1', 'workers: 2');
    const edge = await openEdge(t, yaml, { 'jwks.json': one.jwks });
    const [first, second] = [await one.token(), await two.token()];
    await allBecome(edge, first, 200);
    await allBecome(edge, second, 401);

    const both = JSON.stringify({ keys: [...JSON.parse(one.jwks).keys, ...JSON.parse(two.jwks).keys] });
    replace(edge, 'jwks.json', both);
    await allBecome(edge, second, 200);
    assert.deepEqual(await statuses(edge, first), new Set([200]));

    replace(edge, 'jwks.json', two.jwks);
    await allBecome(edge, first, 401);
    assert.deepEqual(await statuses(edge, second), new Set([200]));
    await edge.refuses({ token: first, target: '/orders/1' }, 401, 'kid_unknown');
  });

  it('that goes bad changes nothing but the log and the metrics', async (t) => {
    const issuer = await createIssuer();
    const edge = await openEdge(t, ordersConfig('UPSTREAM'), { 'jwks.json': issuer.jwks });
    const token = await issuer.token();
    replace(edge, 'jwks.json', '{"keys": [');
    await eventually(() => /key_set_malformed.*jwks\.json/.test(edge.system.errors()), 'the failure, told');
    assert.deepEqual(await statuses(edge, token), new Set([200]));
    const metrics = await (await fetch(`${edge.system.adminUrl}/metrics`)).text();
    assert.match(metrics, /^portcullis_\w*key_set\w*\{[^}]*failed[^}]*\} 1$/m);
    replace(edge, 'jwks.json', issuer.jwks);
    await eventually(() => /key set loaded/.test(edge.system.errors()), 'the recovery, told');
    assert.deepEqual(await statuses(edge, token), new Set([200]));
  });
});
