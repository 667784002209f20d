import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { ConfigError, parseConfig } from '@portcullis/guard';
import { StartError } from '../errors.ts';
import { loadConfig, needsNewWorkers, needsRestart } from './config-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'portcullis-config-'));
after(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

const API =
  'apis: [{ name: a, basePath: /a, upstreams: [{ url: "http://a.test" }], routes: [{ match: GET /, public: true }] }]';
const parse = (text: string) => parseConfig(text, { file: 'portcullis.yaml', env: {} });

describe('loadConfig', () => {
  it('says which file cannot be read', async () => {
    const file = join(folder, 'missing.yaml');
    await assert.rejects(
      loadConfig(file, {}, 1),
      (error) => error instanceof StartError && error.message.includes(file),
    );
  });

  it('finds a weak secret, with its line, before anything starts', async () => {
    const file = write(
      'weak.yaml',
      'issuers:\n  - name: legacy\n    issuer: legacy\n    algorithms: [HS256]\n    secrets: ["short"]\n' +
        API,
    );
    await assert.rejects(loadConfig(file, {}, 1), (error) => {
      assert.ok(error instanceof ConfigError);
      assert.equal(error.problems[0]?.line, 5);
      assert.equal(error.problems[0]?.path, 'issuers[0].secrets');
      assert.ok(!error.message.includes('"short"'), 'the secret is not told');
      return true;
    });
  });

  it('finds a key file that is not there, relative to the configuration', async () => {
    const file = write(
      'keys.yaml',
      `issuers:\n  - { name: a, issuer: a, algorithms: [ES256], pem: ./none.pem }\n${API}`,
    );
    await assert.rejects(
      loadConfig(file, {}, 1),
      (error) => error instanceof ConfigError && error.message.includes('none.pem'),
    );
  });
});

describe('needsRestart', () => {
  it('names what cannot change while the gateway runs', () => {
    const changed = needsRestart(
      parse('listen: { gateway: "127.0.0.1:1" }'),
      parse('listen: { gateway: "127.0.0.1:2" }\ngateway: { workers: 3 }\nlog: { access: off }'),
    );
    assert.deepEqual(changed, ['listen']);
  });

  it('lets everything else through', () => {
    assert.deepEqual(needsRestart(parse(''), parse(`gateway: { workers: 3 }\n${API}`)), []);
  });
});

describe('needsNewWorkers', () => {
  const changed = (more: string) => needsNewWorkers(parse(''), parse(more));

  it('is so for what a worker sets up once', () => {
    for (const more of ['gateway: { workers: 3 }', 'gateway: { maxUrl: 1KB }', 'log: { access: off }']) {
      assert.equal(changed(more), true, more);
    }
  });

  it('is not for what it takes over while it runs', () => {
    const tls = (file: string, hsts: string) =>
      parse(`gateway: { tls: { certificates: [{ cert: ${file}, key: ${file} }], hsts: ${hsts} } }`);
    assert.equal(changed(API), false);
    assert.equal(changed('gateway: { maxBody: 1KB }'), false);
    assert.equal(needsNewWorkers(tls('a', '1d'), tls('b', '1d')), false);
    assert.equal(needsNewWorkers(tls('a', '1d'), tls('a', '2d')), true);
  });
});
