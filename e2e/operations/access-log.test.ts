import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, type TestContext, test } from 'node:test';
import { runPortcullis } from '../support/command.ts';
import { folderWith, freeListen } from '../support/operation.ts';
import { eventually } from '../support/processes.ts';
import { PORTCULLIS } from '../support/system.ts';
import { createIssuer } from '../support/tokens.ts';
import { startTraffic, trafficConfig } from '../support/traffic.ts';
import { startUpstream } from '../support/upstream.ts';

const issuer = await createIssuer();

/** Starts with an access log on standard output; `text` is what came out of it. */
async function startOnStdout(t: TestContext, access: string) {
  const upstream = await startUpstream(t);
  const { listen, url, adminUrl } = await freeListen();
  const yaml =
    listen +
    `log: { access: ${access} }\n` +
    trafficConfig([{ name: 'a', upstreams: [upstream.url] }], 'workers: 2');
  const folder = folderWith(t, { 'portcullis.yaml': yaml, 'jwks.json': issuer.jwks });
  const child = spawn(process.execPath, [PORTCULLIS, 'start', '--config', join(folder, 'portcullis.yaml')], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const exited = new Promise((done) => child.once('exit', done));
  t.after(async () => {
    child.stdout.resume();
    child.kill('SIGTERM');
    await exited;
  });
  let text = '';
  child.stdout.on('data', (chunk) => {
    text += chunk;
  });
  await eventually(
    () =>
      fetch(`${adminUrl}/readyz`).then(
        (r) => r.ok,
        () => false,
      ),
    'ready',
  );
  return { url, child, text: () => text };
}

describe('the access log', async () => {
  const upstream = await startUpstream({ after });
  const routes = ['{ match: "GET /admin", require: { scopes: [admin] } }', '{ match: "* /{rest*}" }'];
  const system = await startTraffic([{ name: 'a', upstreams: [upstream.url], routes }], 'workers: 2');

  test('tells of an admitted request who, what and how', async () => {
    const response = await fetch(`${system.url}/a/x?secret=1`, {
      headers: { authorization: `Bearer ${system.token}` },
    });
    const record = await system.record(response.headers.get('x-request-id') ?? '');
    for (const name of ['time', 'issuer', 'kid', 'jti', 'route', 'ms', 'upstreamMs', 'upstream', 'bytes']) {
      assert.ok(record[name] !== undefined, name);
    }
    const { method, path, status, sub, client, api, reason } = record;
    assert.deepEqual(
      { method, path, status, sub, client, api, reason },
      { method: 'GET', path: '/a/x', status: 200, sub: 'alice', client: 'app', api: 'a', reason: undefined },
    );
  });

  test('never holds a token, a signature or a query', async () => {
    const [, payload = '', signature = ''] = system.token.split('.');
    const bad = `${system.token.slice(0, -4)}AAAA`;
    for (const [path, authorization] of [
      ['/a/x', `Bearer ${system.token}`],
      ['/a/x', `Bearer ${bad}`],
      ['/a/admin', `Bearer ${system.token}`],
      ['/a/x', `bearer\t${system.token}`],
      ['/a/x', `Basic ${system.token}`],
      ['/a/x', system.token],
      ['/a/x', `Bearer ${system.token}, Bearer ${system.token}`],
      [`/a/x?access_token=${system.token}`, ''],
      [`/nowhere?access_token=${system.token}`, ''],
      [`/a/x#${system.token}`, ''],
    ] as const) {
      const response = await fetch(system.url + path, { headers: { authorization } });
      await system.record(response.headers.get('x-request-id') ?? '');
    }
    const text = JSON.stringify(system.log()) + system.errors();
    for (const part of [payload, signature, signature.slice(0, 20), 'secret=1']) {
      assert.equal(text.includes(part), false, part);
    }
  });

  test('explain tells the whole story of a denial: the rule, its line, and each check', async () => {
    const response = await fetch(`${system.url}/a/admin`, {
      headers: { authorization: `Bearer ${system.token}` },
    });
    assert.equal(response.status, 403);
    const id = response.headers.get('x-request-id') ?? '';
    await system.record(id);
    const told = await runPortcullis(['explain', id, '--config', system.configFile], system.folder);
    assert.equal(told.code, 0, told.stderr);
    assert.match(told.stdout, /scope_missing/);
    assert.match(told.stdout, /admin/);
    const line =
      readFileSync(system.configFile, 'utf8')
        .split('\n')
        .findIndex((text) => text.includes('/admin')) + 1;
    assert.match(told.stdout, new RegExp(`(portcullis\\.yaml:|line )${line}\\b`));
  });

  test('explain of a bad signature, and of an id that nobody knows', async () => {
    const authorization = `Bearer ${system.token.slice(0, -4)}AAAA`;
    const response = await fetch(`${system.url}/a/x`, { headers: { authorization } });
    const id = response.headers.get('x-request-id') ?? '';
    await system.record(id);
    const told = await runPortcullis(['explain', id, '--config', system.configFile], system.folder);
    assert.equal(told.code, 0, told.stderr);
    assert.match(told.stdout, /signature_invalid/);
    const unknown = await runPortcullis(['explain', crypto.randomUUID(), '--config', system.configFile]);
    assert.equal(unknown.code, 4);
  });

  test('lines of several workers on one pipe never mix, however long and slow', async (t) => {
    const { url, child, text } = await startOnStdout(t, 'stdout');
    child.stdout.pause();
    const sub = '"\\'.repeat(3000);
    const headers = { authorization: `Bearer ${await issuer.token({ sub })}`, connection: 'close' };
    const path = `/a/${'"'.repeat(900)}`;
    const count = 300;
    for (let i = 0; i < count; i += 20) {
      await Promise.all(
        Array.from({ length: 20 }, async (_, j) => {
          const sent = j % 2 === 0 ? fetch(`${url}/a/x`, { headers }) : fetch(url + path, { headers });
          await (await sent).arrayBuffer();
        }),
      );
    }
    child.stdout.resume();
    const lines = () =>
      text()
        .split('\n')
        .filter((line) => line.startsWith('{"time"'));
    await eventually(() => lines().length >= count && text().endsWith('\n'), `${count} lines`);
    for (const line of text().trimEnd().split('\n'))
      assert.doesNotThrow(() => JSON.parse(line), line.slice(0, 300));
    assert.equal(lines().length, count);
  });

  test('a reader of standard output that goes away does not end the service', async (t) => {
    const { url, child } = await startOnStdout(t, 'stdout');
    child.stdout.destroy();
    for (let i = 0; i < 20; i += 1) {
      assert.equal((await fetch(`${url}/a/open/x`)).status, 200);
      if (i === 10) await new Promise((done) => setTimeout(done, 500));
    }
  });

  test('log.access: off writes nothing', async (t) => {
    const { url, text } = await startOnStdout(t, 'off');
    for (let i = 0; i < 10; i += 1) await (await fetch(`${url}/a/open/x`)).text();
    await new Promise((done) => setTimeout(done, 600));
    assert.equal(text(), '');
  });
});

describe('portcullis check and start', async () => {
  const { listen } = await freeListen();
  const good = listen + trafficConfig([{ name: 'a', upstreams: ['http://127.0.0.1:9'] }]);
  const configs = {
    'good.yaml': [good, 0, /./],
    'typo.yaml': [good.replace('basePath', 'basPath'), 3, /typo\.yaml:\d+:\d+[\s\S]*basPath[\s\S]*basePath/],
    'broken.yaml': ['apis: [', 3, /broken\.yaml:\d+:\d+/],
    'keys.yaml': [good.replace('jwks.json', 'missing.json'), 3, /keys\.yaml:\d+:\d+/],
    'open.yaml': [
      good.replace(/gateway: "127\.0\.0\.1/, 'gateway: "0.0.0.0'),
      3,
      /open\.yaml:\d+:\d+[\s\S]*plainHttp/,
    ],
  } as const;
  const texts = Object.fromEntries(Object.entries(configs).map(([name, [text]]) => [name, text]));
  const folder = folderWith({ after }, { ...texts, 'jwks.json': issuer.jwks });

  for (const [name, [, code, told]] of Object.entries(configs)) {
    test(`${name}: check ends with ${code}${code === 0 ? '' : ', and so does start'}`, async () => {
      const checked = await runPortcullis(['check', '--config', join(folder, name)]);
      assert.equal(checked.code, code, checked.stdout + checked.stderr);
      assert.match(checked.stdout + checked.stderr, told);
      if (code === 0) return;
      const started = await runPortcullis(['start', '--config', join(folder, name)]);
      assert.equal(started.code, code);
      assert.match(started.stderr, told);
    });
  }
});
