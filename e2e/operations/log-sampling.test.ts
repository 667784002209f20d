import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runPortcullis } from '../support/command.ts';
import { eventually } from '../support/processes.ts';
import { startSystem } from '../support/system.ts';
import { createIssuer } from '../support/tokens.ts';
import { trafficConfig } from '../support/traffic.ts';
import { startUpstream } from '../support/upstream.ts';

const issuer = await createIssuer();
const token = await issuer.token();

for (const [sample, fewest, most] of [
  [0, 0, 0],
  [0.5, 20, 180],
  [1, 200, 200],
] as const) {
  test(`log.sample ${sample}: so many of 200 requests without trouble are kept, and every refusal`, async (t) => {
    const upstream = await startUpstream(t);
    const routes = [
      '{ match: "GET /shadowed", require: { scopes: [admin] }, shadow: true }',
      '{ match: "* /{rest*}" }',
    ];
    const config = trafficConfig([{ name: 'a', upstreams: [upstream.url], routes }]);
    const system = await startSystem(t, config, {
      files: { 'jwks.json': issuer.jwks },
      log: `, sample: ${sample}`,
    });
    const call = (path: string, headers = {}) =>
      fetch(`${system.url}${path}`, { headers }).then((r) => r.text());
    const authorization = { authorization: `Bearer ${token}` };
    for (let i = 0; i < 200; i += 1) await call('/a/x', authorization);
    for (let i = 0; i < 20; i += 1) await call('/a/refused');
    await call('/a/shadowed', authorization);
    await call('/a/last');
    await eventually(() => system.log().some(({ path }) => path === '/a/last'), 'the last line');
    const lines = system.log();
    const of = (path: string) => lines.filter((line) => line['path'] === path);
    assert.equal(of('/a/refused').length, 20);
    assert.equal(of('/a/shadowed').length, 1);
    const kept = of('/a/x');
    assert.ok(kept.length >= fewest && kept.length <= most, String(kept.length));
    for (const line of kept) assert.equal(line['sample'], sample === 1 ? undefined : sample);
  });
}

test('a share that is none is refused with its line', async (t) => {
  const upstream = await startUpstream(t);
  const system = await startSystem(t, trafficConfig([{ name: 'a', upstreams: [upstream.url] }]), {
    files: { 'jwks.json': issuer.jwks },
  });
  system.rewrite((yaml) => yaml.replace('log: {', 'log: { sample: 2,'));
  const { code, stderr } = await runPortcullis(['check', system.configFile]);
  assert.equal(code, 3);
  assert.match(stderr, /:2:\d+ log\.sample: at most 1/);
});
