import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { command, emptyFolder, portcullis } from '../testing/portcullis.ts';

test('what init writes is valid, and check tells what would run', async (t) => {
  const cwd = await emptyFolder(t);
  const written = await portcullis(cwd, ['init']);
  assert.deepEqual([written.code, written.stdout], [0, `${join(cwd, 'portcullis.yaml')}\n`]);
  const checked = await portcullis(cwd, ['check']);
  assert.equal(checked.code, 0, checked.stderr);
  for (const part of [
    '127.0.0.1:8080',
    'issuer local',
    'API example',
    'GET /health',
    'public',
    'write:example',
  ]) {
    assert.ok(checked.stdout.includes(part), part);
  }
  const { valid, apis, listeners } = JSON.parse((await portcullis(cwd, ['check', '--json'])).stdout);
  assert.deepEqual([valid, apis.length, apis[0].routes.length, listeners.length], [true, 1, 3, 3]);
});

test('a master key that is not there is a note, one that cannot be used a mistake', async (t) => {
  const cwd = await emptyFolder(t);
  await command(cwd, ['init']);
  const missing = await command(cwd, ['check']);
  assert.deepEqual([missing.code, /note: .*master-key generate/.test(missing.stderr)], [0, true]);
  await mkdir(join(cwd, 'data'));
  await writeFile(join(cwd, 'data/master-key.json'), '{"masterKeys":["abc"]}');
  const unusable = await command(cwd, ['check']);
  assert.equal(unusable.code, 3);
  assert.match(unusable.stderr, /portcullis\.yaml:\d+:\d+ masterKey: the master key is not usable/);
  assert.ok(!unusable.stderr.includes('abc'));
});

test('what init writes stays valid when its examples are uncommented', async (t) => {
  const cwd = await emptyFolder(t);
  await command(cwd, ['init', 'all.yaml']);
  const file = join(cwd, 'all.yaml');
  const text = await readFile(file, 'utf8');
  const uncommented = text.replace(/^( +)# (?=- \{|- name|[a-z]+: \[| {2}\w+: )/gim, '$1');
  assert.notEqual(uncommented, text);
  await writeFile(file, uncommented);
  const env = {
    SECRET_NEW: 'Zk3v9Qw7Lr2Xy8Tb5Nc1Mh6Jd4Pf0GsU',
    SECRET_OLD: 'uS0Gf4Pd6Jh1Mc5Nb8Ty2Xr7Lw9Qv3Kz',
  };
  const checked = await command(cwd, ['check', 'all.yaml', '--json'], { env });
  const { valid, issuers, apis } = JSON.parse(checked.stdout);
  assert.equal(valid, true, checked.stdout);
  assert.deepEqual([issuers.length, apis[0].routes.length], [3, 4]);
  assert.doesNotMatch(checked.stdout, new RegExp(env.SECRET_NEW), 'secrets are counted, not shown');
});

test('init does not overwrite what is there unless forced', async (t) => {
  const cwd = await emptyFolder(t);
  const file = join(cwd, 'deploy', 'portcullis.yaml');
  await command(cwd, ['init', 'deploy']);
  await writeFile(file, '# mine\n');
  assert.equal((await command(cwd, ['init', 'deploy'])).code, 1);
  assert.equal(await readFile(file, 'utf8'), '# mine\n');
  assert.equal((await command(cwd, ['init', 'deploy', '--force'])).code, 0);
  assert.notEqual(await readFile(file, 'utf8'), '# mine\n');
});

test('init does not make a folder of what looks like a file', async (t) => {
  const cwd = await emptyFolder(t);
  for (const name of ['foo.txt', 'deep/portcullis.json', 'portcullis.yaml.bak']) {
    const { code, stderr } = await command(cwd, ['init', name]);
    assert.equal(code, 2, name);
    assert.match(stderr, /ends in \.yaml or \.yml/);
  }
  assert.deepEqual(await readdir(cwd), []);
  await mkdir(join(cwd, 'v1.2'));
  assert.equal((await command(cwd, ['init', 'v1.2'])).stdout, `${join(cwd, 'v1.2/portcullis.yaml')}\n`);
});

test('what init says comes next works, word for word', async (t) => {
  const cwd = await emptyFolder(t);
  for (const args of [['init'], ['init', 'deploy/gateway.yml']]) {
    const { stderr } = await command(cwd, args);
    const steps = Array.from(
      stderr.matchAll(/^ {2}npx portcullis (\S+(?: \S+)*)/gm),
      ([, step = '']) => step,
    );
    assert.equal(steps.length, 4);
    assert.match(steps[3] ?? '', /^start/);
    for (const step of steps.slice(0, 3)) {
      const done = await command(cwd, step.split(' '));
      assert.equal(done.code, 0, done.stderr);
    }
    assert.doesNotMatch(stderr, /demo's/);
  }
});

test('init beside a demo says that commands now mean another file', async (t) => {
  const cwd = await emptyFolder(t);
  await mkdir(join(cwd, 'data/demo'), { recursive: true });
  await writeFile(join(cwd, 'data/demo/portcullis.yaml'), '');
  const { stderr } = await command(cwd, ['init', 'portcullis.yaml']);
  assert.match(stderr, /for the demo's, add -c data\/demo\/portcullis\.yaml\n$/);
});

test('a mistake is told with file, line, column and the nearest key', async (t) => {
  const cwd = await emptyFolder(t);
  await command(cwd, ['init']);
  const file = join(cwd, 'portcullis.yaml');
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replace('basePath: /example ', 'basepath: /example '));
  const line = text.slice(0, text.indexOf('basePath:')).split('\n').length;
  const checked = await command(cwd, ['check']);
  assert.equal(checked.code, 3);
  assert.equal(checked.stdout, '');
  assert.match(checked.stderr, new RegExp(`portcullis\\.yaml:${line}:5 .*basepath.*basePath`));
  const { valid, problems } = JSON.parse((await command(cwd, ['check', '--json'])).stdout);
  assert.equal(valid, false);
  assert.ok(
    problems.some(
      (problem: { line: number; column: number }) => problem.line === line && problem.column === 5,
    ),
  );
});

test('weak secrets and unreadable key files are found before a start, and no secret is printed', async (t) => {
  const cwd = await emptyFolder(t);
  const secret = 'swordfish';
  const issuers = [
    `  - { name: weak, issuer: weak, algorithms: [HS256], secrets: ["${secret}"] }`,
    '  - { name: file, issuer: file, algorithms: [ES256], jwksFile: nowhere.json }',
  ];
  const api =
    'apis: [{ name: a, basePath: /a, upstreams: [{ url: "http://127.0.0.1:1" }], routes: [{ match: GET /, public: true }] }]';
  await writeFile(join(cwd, 'portcullis.yaml'), `issuers:\n${issuers.join('\n')}\n${api}\n`);
  const { code, stderr } = await command(cwd, ['check']);
  assert.equal(code, 3);
  assert.match(stderr, /portcullis\.yaml:2:\d+ issuers\[0\]\.secrets/);
  assert.match(stderr, /portcullis\.yaml:3:\d+ issuers\[1\]\.jwksFile/);
  assert.doesNotMatch(stderr, new RegExp(secret));
});

test('without a configuration every command that needs one says what to do', async (t) => {
  const cwd = await emptyFolder(t);
  for (const args of [
    ['check'],
    ['start'],
    ['explain', 'id'],
    ['token', 'mint', '--client', 'demo'],
    ['token', 'verify', 'x'],
  ]) {
    const { code, stderr } = await command(cwd, args);
    assert.equal(code, 3, args.join(' '));
    assert.match(stderr, /^portcullis: no configuration: [^\n]*init[^\n]*\n$/);
  }
  const named = await command(cwd, ['check'], { env: { PORTCULLIS_CONFIG: 'missing.yaml' } });
  assert.equal(named.code, 3);
  assert.match(named.stderr, /missing\.yaml/);
});
