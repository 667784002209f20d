import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { CliError } from '../errors.ts';
import { processTerminal } from '../terminal/terminal.ts';
import { command, emptyFolder } from '../testing/portcullis.ts';
import { locateConfiguration, requireConfigurationFile } from './locate.ts';

test('the file named wins over the environment, that over ./portcullis.yaml, and that over the demo', async (t) => {
  const cwd = await emptyFolder(t);
  const bare = { ...processTerminal(), cwd, env: {} };
  const told = { ...bare, env: { PORTCULLIS_CONFIG: 'env.yaml' } };
  assert.equal(locateConfiguration(undefined, bare), undefined);
  await mkdir(join(cwd, 'data/demo'), { recursive: true });
  await writeFile(join(cwd, 'data/demo/portcullis.yaml'), '');
  assert.equal(locateConfiguration(undefined, bare), join(cwd, 'data/demo/portcullis.yaml'));
  await writeFile(join(cwd, 'portcullis.yaml'), '');
  assert.equal(locateConfiguration(undefined, bare), join(cwd, 'portcullis.yaml'));
  assert.equal(locateConfiguration(undefined, told), join(cwd, 'env.yaml'));
  assert.equal(locateConfiguration('/named.yaml', told), '/named.yaml');
});

test('an empty PORTCULLIS_CONFIG counts as none', async (t) => {
  const terminal = { ...processTerminal(), cwd: await emptyFolder(t), env: { PORTCULLIS_CONFIG: '' } };
  assert.throws(
    () => requireConfigurationFile(undefined, terminal),
    (error) => error instanceof CliError && error.exit === 'configuration',
  );
});

test('a failure names the configuration that was found without being asked for', async (t) => {
  const cwd = await emptyFolder(t);
  const api =
    'apis: [{ name: a, basePath: /a, upstreams: [{ url: "http://127.0.0.1:1" }], routes: [{ match: GET /, public: true }] }]';
  await writeFile(join(cwd, 'portcullis.yaml'), `log: { access: ./access.log }\n${api}\n`);
  const named = / \(configuration: \.\/portcullis\.yaml, found in this folder\)\n$/;
  for (const args of [
    ['token', 'mint', '--client', 'demo'],
    ['token', 'verify', 'x'],
    ['explain', 'id'],
  ]) {
    const found = await command(cwd, args);
    assert.notEqual(found.code, 0);
    assert.match(found.stderr, named, args.join(' '));
    const asked = await command(cwd, [...args, '-c', 'portcullis.yaml']);
    assert.doesNotMatch(asked.stderr, /\(configuration:/);
    const env = { PORTCULLIS_CONFIG: 'portcullis.yaml' };
    const byEnvironment = await command(cwd, args, { env });
    assert.match(byEnvironment.stderr, /\(configuration: portcullis\.yaml, from PORTCULLIS_CONFIG\)\n$/);
  }
});

test("where the demo's configuration is there too, the failure says how to choose it", async (t) => {
  const cwd = await emptyFolder(t);
  await mkdir(join(cwd, 'data/demo'), { recursive: true });
  for (const file of ['portcullis.yaml', 'data/demo/portcullis.yaml']) await writeFile(join(cwd, file), '');
  const { stderr } = await command(cwd, ['token', 'mint', '--client', 'demo']);
  assert.match(stderr, /found in this folder; for the demo's, add -c data\/demo\/portcullis\.yaml\)\n$/);
});
