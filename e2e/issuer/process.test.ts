import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { IssuerProcess } from '@portcullis/issuer';
import { masterKeyFile, newMasterSecret } from '@portcullis/store';
import { issuingYaml } from '../support/issuing.ts';
import { freePort } from '../support/ports.ts';
import { eventually, issuerPid } from '../support/processes.ts';

test('an issuer that ended, and then could not even be born, is tried again', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-e2e-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'master-key.json'), masterKeyFile([newMasterSecret()]));
  const port = await freePort();
  const text = `listen: { issuer: "127.0.0.1:${port}" }${issuingYaml(`http://localhost:${port}`, 'http://127.0.0.1:9', {})}`;
  const told: string[] = [];
  const tell = (_about: object, message: string): void => void told.push(message);
  const issuer = await IssuerProcess.start(
    { file: join(folder, 'portcullis.yaml'), text, furtherKeys: [] },
    { env: process.env, logger: { info: tell, warn: tell, error: tell } },
  );
  after(() => issuer.stop());
  const node = process.execPath;
  process.execPath = join(folder, 'no-such-program');
  try {
    process.kill(issuerPid({ process }) ?? assert.fail('it does not run'), 'SIGKILL');
    await eventually(async () => told.includes('the issuer did not start'), 'a failed start');
  } finally {
    process.execPath = node;
  }
  assert.equal(issuer.isUp, false);
  await eventually(async () => issuer.isUp, 'another start');
});
