import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { CliError } from '../errors.ts';
import { processTerminal } from '../terminal/terminal.ts';
import { emptyFolder } from '../testing/portcullis.ts';
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
