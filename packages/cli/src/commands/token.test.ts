import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { decodeUnverified, encrypt } from '@portcullis/token';
import { command, emptyFolder, portcullis } from '../testing/portcullis.ts';

/** A folder with a configuration that verifies by an exported key set, and its key ring. */
async function project(t: TestContext, apis: readonly string[] = ['orders']): Promise<string> {
  const cwd = await emptyFolder(t);
  const api = (name: string) =>
    `  - { name: ${name}, basePath: /${name}, audience: "https://${name}.example", issuers: [local], ` +
    `upstreams: [{ url: "http://127.0.0.1:1" }], routes: [{ match: "GET /" }] }`;
  const configuration = [
    'issuer: { url: "http://localhost:8081", developmentKeys: ring.json, accessToken: { lifetime: 5m } }',
    'issuers: [{ name: local, issuer: "http://localhost:8081", jwksFile: jwks.json, algorithms: [ES256] }]',
    'apis:',
    ...apis.map(api),
  ];
  await writeFile(join(cwd, 'portcullis.yaml'), `${configuration.join('\n')}\n`);
  await command(cwd, ['keys', 'generate']);
  await writeFile(join(cwd, 'jwks.json'), (await command(cwd, ['keys', 'export'])).stdout);
  return cwd;
}

test('mint prints just a token, which verify accepts by configuration and by key set', async (t) => {
  const cwd = await project(t);
  const minted = await portcullis(cwd, ['token', 'mint', '--client', 'demo', '--scope', 'read:orders']);
  assert.deepEqual([minted.code, minted.stderr], [0, '']);
  assert.match(minted.stdout, /^[\w-]+\.[\w-]+\.[\w-]+\n$/);
  const { header, claims } = decodeUnverified(minted.stdout.trim());
  assert.deepEqual([header['typ'], header['alg']], ['at+jwt', 'ES256']);
  assert.deepEqual(
    [claims['aud'], claims['sub'], claims['scope']],
    ['https://orders.example', 'demo', 'read:orders'],
  );
  assert.equal(Number(claims['exp']) - Number(claims['iat']), 300);

  const input = minted.stdout;
  assert.equal((await portcullis(cwd, ['token', 'verify'], { input })).code, 0);
  const policy = [
    '--issuer',
    'http://localhost:8081',
    '--audience',
    'https://orders.example',
    '--alg',
    'ES256',
  ];
  const bySet = await portcullis(cwd, ['token', 'verify', '-', '--jwks', 'jwks.json', ...policy, '--json'], {
    input,
  });
  assert.equal(bySet.code, 0);
  assert.equal(JSON.parse(bySet.stdout).verdict, 'accepted');
});

test('verify says why it refuses, with code, check, detail and cure, and ends with 1', async (t) => {
  const cwd = await project(t);
  const mint = ['token', 'mint', '--client', 'demo', '--audience', 'https://elsewhere.example'];
  const { stdout: input } = await command(cwd, mint);
  const refused = await command(cwd, ['token', 'verify', '--json'], { input });
  assert.equal(refused.code, 1);
  const verdict = JSON.parse(refused.stdout);
  assert.deepEqual(
    [verdict.verdict, verdict.code, verdict.check, verdict.signatureVerified],
    ['refused', 'audience_mismatch', 'audience', true],
  );
  assert.ok(verdict.cure && verdict.summary && verdict.detail);
  const told = await command(cwd, ['token', 'verify'], { input });
  assert.match(told.stdout, /^REFUSED: audience_mismatch/);
});

test('a token with another signature is refused, and nothing of it is called verified', async (t) => {
  const cwd = await project(t);
  const { stdout } = await command(cwd, ['token', 'mint', '--client', 'demo']);
  const [header = '', payload = ''] = stdout.trim().split('.');
  const forged = `${header}.${payload}.${'A'.repeat(86)}`;
  const verdict = await command(cwd, ['token', 'verify', '--json', forged]);
  assert.equal(verdict.code, 1);
  assert.equal(JSON.parse(verdict.stdout).signatureVerified, false);
});

test('a key set that is out of reach is neither yes nor no', async (t) => {
  const cwd = await project(t);
  const file = join(cwd, 'portcullis.yaml');
  const yaml = await readFile(file, 'utf8');
  await writeFile(file, yaml.replace('jwksFile: jwks.json', 'jwksUri: "http://127.0.0.1:1/jwks"'));
  const { stdout: input } = await command(cwd, ['token', 'mint', '--client', 'demo']);
  const verdict = await command(cwd, ['token', 'verify'], { input });
  assert.equal(verdict.code, 5);
  assert.match(verdict.stderr, /keys of local could not be loaded/);
});

test('decode says loudly that nothing was verified, in JSON too', async (t) => {
  const cwd = await project(t);
  const { stdout } = await command(cwd, ['token', 'mint', '--client', 'demo', '--role', 'clerk']);
  const input = `Authorization: Bearer "${stdout.trim()}"\n`;
  const decoded = await command(cwd, ['token', 'decode', '--json'], { input });
  assert.match(decoded.stderr, /NOTHING WAS VERIFIED/);
  const { verified, warning, claims } = JSON.parse(decoded.stdout);
  assert.deepEqual([verified, claims.roles], [false, ['clerk']]);
  assert.match(warning, /NOTHING WAS VERIFIED/);
});

test('with several APIs the audience must be chosen, and the choice is listed', async (t) => {
  const cwd = await project(t, ['orders', 'stock']);
  const unclear = await command(cwd, ['token', 'mint', '--client', 'demo']);
  assert.equal(unclear.code, 2);
  assert.match(unclear.stderr, /orders \(https:\/\/orders\.example\), stock \(https:\/\/stock\.example\)/);
  const { stdout } = await command(cwd, ['token', 'mint', '--client', 'demo', '--api', 'stock']);
  assert.equal(decodeUnverified(stdout.trim()).claims['aud'], 'https://stock.example');
  assert.equal((await command(cwd, ['token', 'mint', '--client', 'demo', '--api', 'nope'])).code, 4);
  assert.equal((await command(cwd, ['token', 'verify', stdout.trim()])).code, 2);
  assert.equal((await command(cwd, ['token', 'verify', stdout.trim(), '--api', 'stock'])).code, 0);
});

test('a token is never quoted in an error', async (t) => {
  const cwd = await project(t);
  const { stdout } = await command(cwd, ['token', 'mint', '--client', 'demo']);
  const token = stdout.trim();
  const [, payload = ''] = token.split('.');
  assert.ok(payload.length > 100);
  for (const args of [
    ['decode', `${token}.x`],
    ['decode', `x${token}`],
    ['verify', `${token}=`, '--debug'],
  ]) {
    const { code, stdout: out, stderr } = await command(cwd, ['token', ...args]);
    assert.equal(code, 1, `token ${args[0]}`);
    assert.ok(!`${out}${stderr}`.includes(payload));
  }
});

test('a refusal names the configuration that was found without being asked for', async (t) => {
  const cwd = await project(t);
  const refused = await command(cwd, ['token', 'verify', 'x']);
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /configuration: \.\/portcullis\.yaml, found in this folder/);
  assert.equal((await command(cwd, ['token', 'verify', 'x', '-c', 'portcullis.yaml'])).stderr, '');
});

test('what is missing or does not fit is a usage error', async (t) => {
  const cwd = await project(t);
  const cases = [
    ['mint'],
    ['mint', '--client', 'demo', '--lifetime', 'soon'],
    ['mint', '--client', 'demo', 'stray'],
    ['verify', 'x', '--issuer', 'i'],
    ['verify', 'x', '--jwks', 'jwks.json', '--issuer', 'i', '--audience', 'a'],
    ['verify', 'x', '--jwks', 'jwks.json', '--issuer', 'i', '--audience', 'a', '--alg', 'none'],
    ['decode', ''],
  ];
  for (const args of cases) {
    const { code, stderr } = await command(cwd, ['token', ...args]);
    assert.equal(code, 2, args.join(' '));
    assert.match(stderr, /^portcullis: [^\n]+\n$/);
  }
  assert.equal((await command(cwd, ['token', 'mint', '--client', 'demo', '--lifetime', '2h'])).code, 1);
});

test('an encrypted token is decoded to its header, and verified with the keys of the configuration', async (t) => {
  const cwd = await project(t);
  const printed = await command(cwd, ['keys', 'decryption', '--file', 'ours.json']);
  const [key] = JSON.parse(printed.stdout).keys;
  const { stdout } = await command(cwd, ['token', 'mint', '--client', 'demo']);
  const token = await encrypt(stdout.trim(), { key, alg: 'ECDH-ES', enc: 'A256GCM' });
  const decoded = await command(cwd, ['token', 'decode', '--json'], { input: token });
  const shown = JSON.parse(decoded.stdout);
  assert.deepEqual([shown.encrypted, shown.header.alg, shown.header.kid], [true, 'ECDH-ES', key.kid]);
  assert.match((await command(cwd, ['token', 'decode'], { input: token })).stdout, /encrypted token/);
  const refused = await command(cwd, ['token', 'verify', '--json'], { input: token });
  assert.equal(JSON.parse(refused.stdout).code, 'token_encrypted');
  const file = join(cwd, 'portcullis.yaml');
  const lists = 'decryption: { algorithms: [ECDH-ES], encryptions: [A256GCM], jwksFile: ours.json }';
  const yaml = (await readFile(file, 'utf8')).replace(
    'jwksFile: jwks.json,',
    `jwksFile: jwks.json, ${lists},`,
  );
  await writeFile(file, yaml);
  assert.equal((await command(cwd, ['token', 'verify'], { input: token })).code, 0);
});
