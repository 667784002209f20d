import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { command, emptyFolder, portcullis } from '../testing/portcullis.ts';

const DENIED = {
  time: '2026-11-22T03:16:52.443Z',
  id: 'denied-1',
  method: 'GET',
  path: '/orders/42',
  status: 401,
  reason: 'token_expired',
  denial: {
    reason: 'token_expired',
    status: 401,
    check: 'expiry',
    detail: { exp: 1000, now: 2000 },
    seen: { alg: 'ES256', iss: 'http://localhost:8081', sub: 'mallory\u001b[2J' },
    verified: true,
    api: 'orders',
    route: 'GET /{id}',
  },
};
const LOG = [
  { id: 'passed-1', method: 'GET', path: '/orders/42', status: 200, api: 'orders' },
  DENIED,
  { id: 'failed-1', method: 'GET', path: '/orders/42', status: 502, reason: 'upstream_unreachable' },
  { id: 'broken-1', address: '127.0.0.1', status: 431, reason: 'head_too_large' },
  { id: 'future-1', status: 401, reason: 'a_reason_of_tomorrow' },
  {
    id: 'shadow-1',
    status: 200,
    shadow: { ...DENIED.denial, reason: 'scope_missing', status: 403, check: 'requirement' },
  },
];

test('a denial is told check by check, with its cure', async (t) => {
  const cwd = await emptyFolder(t);
  await writeFile(join(cwd, 'access.log'), LOG.map((record) => `${JSON.stringify(record)}\n`).join(''));
  const explain = (id: string, ...more: string[]) =>
    portcullis(cwd, ['explain', id, '--log', 'access.log', ...more]);

  const told = await explain('denied-1');
  assert.equal(told.code, 0);
  assert.match(told.stdout, /token_expired/);
  assert.match(told.stdout, /ok +signature/);
  assert.match(told.stdout, /FAIL +expiry/);
  assert.match(told.stdout, /- +audience/);
  assert.ok(!told.stdout.includes('\u001b'), 'a claim cannot reach the terminal');

  const story = JSON.parse((await explain('denied-1', '--json')).stdout);
  assert.equal(story.outcome, 'denied');
  assert.equal(story.story.steps.find((step: { check: string }) => step.check === 'expiry').result, 'failed');

  assert.match((await explain('passed-1')).stdout, /was let through: it passed every check/);
  assert.match(
    (await explain('failed-1')).stdout,
    /did not come to its end \(502\)[\s\S]*upstream_unreachable[\s\S]*Cure/,
  );
  assert.match((await explain('broken-1')).stdout, /was denied \(431\)[\s\S]*head_too_large/);
  assert.match((await explain('future-1')).stdout, /a_reason_of_tomorrow/);
  assert.match((await explain('shadow-1')).stdout, /shadow[\s\S]*scope_missing/);
});

test('an id that is not there ends with 4, a log that is not there with 5, and what to do', async (t) => {
  const cwd = await emptyFolder(t);
  const missing = await command(cwd, ['explain', 'x', '--log', 'access.log']);
  assert.equal(missing.code, 5);
  await writeFile(join(cwd, 'access.log'), '');
  const unknown = await command(cwd, ['explain', 'x\u001b[2J', '--log', 'access.log']);
  assert.equal(unknown.code, 4);
  assert.match(unknown.stderr, /^portcullis: no record of x\\u\{1b\}\[2J [^\n]*--log[^\n]*\n$/);
});

for (const access of ['off', 'stdout']) {
  test(`with log.access: ${access} it says where records are to be had`, async (t) => {
    const cwd = await emptyFolder(t);
    await writeFile(
      join(cwd, 'portcullis.yaml'),
      `listen: { admin: "127.0.0.1:1" }\nlog: { access: ${access} }\n`,
    );
    const { code, stderr } = await command(cwd, ['explain', 'x']);
    assert.equal(code, 5);
    assert.match(stderr, new RegExp(`log\\.access: ${access}.*file`));
  });
}

test('trouble with an upstream is told in words, with what to do', async (t) => {
  const cwd = await emptyFolder(t);
  const record = {
    id: 'tls-1',
    status: 502,
    reason: 'upstream_tls_failed',
    upstreamError: 'ERR_TLS_CERT_ALTNAME_INVALID',
  };
  await writeFile(join(cwd, 'access.log'), `${JSON.stringify(record)}\n`);
  const { stdout } = await command(cwd, ['explain', 'tls-1', '--log', 'access.log']);
  assert.match(stdout, /Cure: Its certificate is for another name .*tls\.serverName/);
});
