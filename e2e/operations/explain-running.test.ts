import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { runPortcullis } from '../support/command.ts';
import { startTraffic } from '../support/traffic.ts';
import { startUpstream } from '../support/upstream.ts';

describe('what a running gateway remembers of refusals', async () => {
  const upstream = await startUpstream({ after });
  const routes = ['{ match: "GET /admin", require: { scopes: [admin] } }', '{ match: "* /{rest*}" }'];
  const system = await startTraffic([{ name: 'a', upstreams: [upstream.url], routes }], 'workers: 2');
  const authorization = { authorization: `Bearer ${system.token}` };

  async function idOf(path: string, headers: Record<string, string> = {}): Promise<string> {
    return (await fetch(`${system.url}${path}`, { headers })).headers.get('x-request-id') ?? '';
  }
  const explain = (id: string, ...more: string[]) =>
    runPortcullis(['explain', id, '--admin', system.adminUrl, ...more], system.folder);

  test('is told by explain, whichever worker it was', async () => {
    for (let i = 0; i < 8; i += 1) {
      const { code, stdout } = await explain(await idOf('/a/admin', authorization), '--json');
      assert.equal(code, 0);
      const told = JSON.parse(stdout);
      assert.deepEqual([told.outcome, told.story.reason], ['denied', 'scope_missing']);
      assert.equal(told.request.help, `${system.adminUrl}/reasons/scope_missing`);
    }
  });

  test('is asked for by explain on its own, where the log file has nothing', async () => {
    const id = await idOf('/a/x');
    const told = await runPortcullis(['explain', id, '--admin'], system.folder);
    assert.equal(told.code, 0, told.stderr);
    assert.match(told.stdout, /credential_missing[\s\S]*From the running gateway/);
  });

  test('is not more than refusals, and nothing for who does not know the id', async () => {
    const passed = await explain(await idOf('/a/x', authorization));
    assert.equal(passed.code, 4);
    assert.match(passed.stderr, /does not remember it/);
    for (const path of [
      '/refusals',
      '/refusals/',
      '/refusals/x/y',
      `/refusals/${'x'.repeat(200)}`,
      '/refusals/%2e',
    ]) {
      assert.equal((await fetch(`${system.adminUrl}${path}`)).status, 404, path);
    }
  });

  test('never holds a token', async () => {
    const id = await idOf(`/a/x?access_token=${system.token}`, authorization);
    const text = await (await fetch(`${system.adminUrl}/refusals/${id}`)).text();
    assert.match(text, /credential_ambiguous/);
    for (const part of system.token.split('.')) assert.ok(!text.includes(part.slice(0, 20)));
  });

  test('each reason has a page, which lines of the log point to', async () => {
    const record = await system.record(await idOf('/a/admin', authorization));
    const page = await (await fetch(String(record['help']))).text();
    assert.match(page, /^scope_missing\n\nAnswered with: 403\nCause: .+\nCure: .+\n$/);
    assert.match(await (await fetch(`${system.adminUrl}/reasons/upstream_busy`)).text(), /503/);
    for (const code of ['nonsense', '__proto__', 'toString']) {
      assert.equal((await fetch(`${system.adminUrl}/reasons/${code}`)).status, 404);
    }
  });

  test('where no gateway answers, explain says so', async () => {
    const { code, stderr } = await runPortcullis(
      ['explain', 'x', '--admin', 'http://127.0.0.1:9'],
      system.folder,
    );
    assert.equal(code, 5);
    assert.match(stderr, /no gateway answers at http:\/\/127\.0\.0\.1:9/);
  });
});
