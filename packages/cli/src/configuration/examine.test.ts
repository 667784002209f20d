import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { command, emptyFolder } from '../testing/portcullis.ts';
import { examine } from './examine.ts';
import { givenEnvironment } from './given-environment.ts';

const lines = (problems: readonly { line: number }[]) => problems.map(({ line }) => line);

const API =
  'apis: [{ name: a, basePath: /a, upstreams: [{ url: "http://127.0.0.1:1" }], routes: [{ match: GET /, public: true }] }]';
const TEXT = `listen: { gateway: "\${ADDRESS}" }
gatway: {}
gateway: { workers: "\${WORKERS}", drain: soon }
issuers:
  - { name: legacy, issuer: legacy, algorithms: [HS512], secrets: ["\${SECRET_NEW}"] }
  - { name: file, issuer: file, algorithms: [ES256], jwksFile: nowhere.json }
${API}
`;

test('variables that are not set hide no other problem, and count as problems of their own', async () => {
  const { unset, problems } = await examine(TEXT, 'p.yaml', { WORKERS: 'many' });
  assert.deepEqual(lines(unset), [1, 5]);
  assert.deepEqual(lines(problems), [2, 3, 3], 'the mistakes, and no word on what a stand-in is not');
});

test('what stands in for a secret passes for one, and key files are looked at still', async () => {
  const text = TEXT.split('\n').slice(3).join('\n');
  const { unset, problems, configuration } = await examine(text, 'p.yaml', {});
  assert.deepEqual([lines(unset), lines(problems)], [[2], [3]]);
  assert.notEqual(configuration, undefined);
});

test('algorithms that do not fit their keys are told once, and hide no other issuer', async () => {
  const text = `issuers:
  - { name: a, issuer: a, algorithms: [HS256], pem: nowhere.pem }
  - { name: b, issuer: b, algorithms: [ES256], pem: nowhere.pem }
${API}
`;
  const { problems } = await examine(text, 'p.yaml', {});
  assert.deepEqual(
    problems.map(({ path }) => path),
    ['issuers[0].algorithms', 'issuers[1].pem'],
  );
});

test('a reference in a comment asks for nothing', async () => {
  const { unset, problems } = await examine(`${API} # \${NOT_ASKED_FOR}\n`, 'p.yaml', {});
  assert.deepEqual([unset, problems], [[], []]);
});

test('only variables that are not set get a stand-in, and no two the same', () => {
  const { env, standIns } = givenEnvironment('${A} ${B} ${C} $${D ${constructor}', { B: 'b', C: '' });
  assert.deepEqual([...standIns.keys()], ['A', 'constructor']);
  assert.deepEqual([env['B'], env['C']], ['b', '']);
  assert.equal(new Set(standIns.values()).size, 2);
});

test('check tells all problems at once, and --no-env takes variables as given', async (t) => {
  const cwd = await emptyFolder(t);
  const file = join(cwd, 'portcullis.yaml');
  await writeFile(file, TEXT);
  const all = await command(cwd, ['check']);
  assert.equal(all.code, 3);
  for (const part of ['ADDRESS is not set', 'SECRET_NEW is not set', 'gatway', 'gateway.drain', '--no-env']) {
    assert.ok(all.stderr.includes(part), part);
  }
  const secretOnly = [...TEXT.split('\n').slice(3, 5), API].join('\n');
  await writeFile(file, secretOnly);
  assert.equal((await command(cwd, ['check'])).code, 3);
  const given = await command(cwd, ['check', '--no-env']);
  assert.deepEqual([given.code, given.stderr], [0, '']);
  assert.match(given.stdout, /is valid, if .*\n {2}2:\d+ the environment variable SECRET_NEW is not set\n$/);
  const json = JSON.parse((await command(cwd, ['check', '--no-env', '--json'])).stdout);
  assert.deepEqual([json.valid, lines(json.unset)], [true, [2]]);
  await writeFile(file, TEXT);
  const rest = await command(cwd, ['check', '--no-env']);
  assert.equal(rest.code, 3);
  assert.doesNotMatch(rest.stderr, /is not set|--no-env/);
});
