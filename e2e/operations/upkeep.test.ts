import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, renameSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { runPortcullis } from '../support/command.ts';
import { folderWith, freeListen } from '../support/operation.ts';
import { freePort } from '../support/ports.ts';
import { eventually, isAlive, workerPids } from '../support/processes.ts';
import { PORTCULLIS, startSystem } from '../support/system.ts';
import { startTraffic } from '../support/traffic.ts';
import { startUpstream } from '../support/upstream.ts';

const PUBLIC = (url: string): string =>
  `apis:\n  - { name: a, basePath: /a, upstreams: [{ url: "${url}" }], routes: [{ match: "GET /{rest*}", public: true }] }\n`;

describe('upkeep', () => {
  test('an access log that cannot be written is told by check and by start, before anything listens', async (t) => {
    const { listen, url } = await freeListen();
    const folder = folderWith(t, {
      'portcullis.yaml': `${listen}log: { access: . }\n${PUBLIC('http://127.0.0.1:1')}`,
    });
    const config = join(folder, 'portcullis.yaml');
    for (const command of [
      ['check', config],
      ['start', '--config', config],
    ]) {
      const { code, stdout, stderr } = await runPortcullis(command);
      assert.equal(code, 3);
      assert.match(
        stdout + stderr,
        /portcullis\.yaml:2:\d+ log\.access: .* cannot be written: it is a folder/,
      );
    }
    await assert.rejects(fetch(url));
  });

  test('a moved access log is opened anew on SIGHUP', async (t) => {
    const upstream = await startUpstream(t);
    const system = await startTraffic([{ name: 'a', upstreams: [upstream.url] }], 'workers: 2', t);
    const log = join(system.folder, 'access.log');
    await fetch(`${system.url}/a/open/before`);
    await eventually(() => readFileSync(log, 'utf8').includes('/a/open/before'), 'the first line');
    renameSync(log, `${log}.1`);
    system.process.kill('SIGHUP');
    await eventually(() => existsSync(log), 'a new file');
    await fetch(`${system.url}/a/open/after`);
    await eventually(() => readFileSync(log, 'utf8').includes('/a/open/after'), 'a line in the new file');
    assert.doesNotMatch(readFileSync(`${log}.1`, 'utf8'), /open\/after/);
  });

  test('signals that rotation scripts try end nothing and open no debugger', async (t) => {
    const upstream = await startUpstream(t);
    const system = await startTraffic([{ name: 'a', upstreams: [upstream.url] }], 'workers: 1', t);
    const [worker = 0] = workerPids(system);
    // SIGUSR2 tells the supervisor, and no one else, to replace its workers.
    system.process.kill('SIGUSR1');
    for (const signal of ['SIGUSR1', 'SIGUSR2'] as const) process.kill(worker, signal);
    assert.equal((await fetch(`${system.url}/a/open/x`)).status, 200);
    assert.deepEqual(workerPids(system), [worker]);
    assert.doesNotMatch(system.errors(), /Debugger/);
  });

  test('counters never fall when a worker is replaced', async (t) => {
    const upstream = await startUpstream(t);
    const system = await startTraffic([{ name: 'a', upstreams: [upstream.url] }], 'workers: 1', t);
    const requests = async (): Promise<number> => {
      const text = await (await fetch(`${system.adminUrl}/metrics`)).text();
      return Number(/^portcullis_requests_total\{api="a",status="200"\} (\d+)$/m.exec(text)?.[1] ?? 0);
    };
    for (let i = 0; i < 10; i += 1) await (await fetch(`${system.url}/a/open/x`)).text();
    await eventually(async () => (await requests()) === 10, 'ten requests counted');
    const [worker = 0] = workerPids(system);
    process.kill(worker, 'SIGKILL');
    await eventually(async () => {
      assert.ok((await requests()) >= 10, 'the count fell');
      return fetch(`${system.url}/a/open/x`).then(
        (response) => response.ok,
        () => false,
      );
    }, 'a new worker');
    await eventually(async () => (await requests()) >= 11, 'its requests on top');
  });

  test('a gateway with public routes only needs no issuer', async (t) => {
    const upstream = await startUpstream(t);
    const system = await startSystem(t, PUBLIC(upstream.url));
    assert.equal((await fetch(`${system.url}/a/x`)).status, 200);
    assert.equal((await fetch(`${system.url}/b`)).status, 404);
  });

  test('an issuer whose keys cannot be had is named by /readyz', async (t) => {
    const upstream = await startUpstream(t);
    const dead = `http://127.0.0.1:${await freePort()}/jwks`;
    const issuers = `issuers: [{ name: dead, issuer: "https://dead.test", algorithms: [ES256], jwksUri: "${dead}" }]\n`;
    const system = await startSystem(t, issuers + PUBLIC(upstream.url));
    await eventually(async () => {
      const health: unknown = await (await fetch(`${system.adminUrl}/readyz`)).json();
      return JSON.stringify(health).includes('"issuersWithoutKeys":["dead"]');
    }, 'the issuer, named');
  });

  test('a token in a path or a claim is not kept in the log', async (t) => {
    const upstream = await startUpstream(t);
    const system = await startTraffic([{ name: 'a', upstreams: [upstream.url] }], 'workers: 1', t);
    const response = await fetch(`${system.url}/a/open/${system.token}`);
    const { path } = await system.record(response.headers.get('x-request-id') ?? '');
    assert.equal(path, '/a/open/<token>');
  });

  test('a full disk under the access log stops neither traffic nor the end', async (t) => {
    const upstream = await startUpstream(t);
    const { listen, url, adminUrl } = await freeListen();
    const folder = folderWith(t, {
      'portcullis.yaml': `${listen}log: { access: /dev/full }\n${PUBLIC(upstream.url)}`,
    });
    const child = spawn(
      process.execPath,
      [PORTCULLIS, 'start', '--config', join(folder, 'portcullis.yaml')],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    let errors = '';
    child.stderr.on('data', (chunk: Buffer) => {
      errors += chunk.toString();
    });
    const ended = new Promise<number | null>((done) => child.once('exit', done));
    t.after(() => child.kill('SIGKILL'));
    await eventually(
      () =>
        fetch(`${adminUrl}/readyz`).then(
          ({ ok }) => ok,
          () => false,
        ),
      'readiness',
    );
    for (let i = 0; i < 50; i += 1) assert.equal((await fetch(`${url}/a/x`)).status, 200);
    await eventually(() => errors.includes('ENOSPC'), 'the disk, told');
    child.kill('SIGTERM');
    assert.equal(await ended, 0);
    const workers = availableParallelism();
    assert.ok(
      (errors.match(/ENOSPC/g) ?? []).length <= workers,
      `told once a worker, not at every write:\n${errors}`,
    );
  });

  test('when the supervisor is killed, a request under way is finished', async (t) => {
    let release: (() => void) | undefined;
    const upstream = await startUpstream(t, (request, response) => {
      if (request.url === '/a/open/slow') release = () => response.end('done');
      else response.end();
    });
    const system = await startTraffic([{ name: 'a', upstreams: [upstream.url] }], 'workers: 1', t);
    const [worker = 0] = workerPids(system);
    const answer = fetch(`${system.url}/a/open/slow`).then((response) => response.text());
    await eventually(() => release !== undefined, 'the request at the upstream');
    system.process.kill('SIGKILL');
    await eventually(
      () =>
        fetch(`${system.url}/a/open/y`).then(
          () => false,
          () => true,
        ),
      'no new connections',
    );
    release?.();
    assert.equal(await answer, 'done');
    await eventually(() => !isAlive(worker), 'the end of the worker');
  });
});
