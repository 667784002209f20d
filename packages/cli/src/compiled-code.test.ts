import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const COMMAND = fileURLToPath(new URL('../bin/portcullis.js', import.meta.url));

test("compiled code is kept in the user's own folder, and not at all where that is said", (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-cache-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const { NODE_COMPILE_CACHE: _, ...inherited } = process.env;
  const version = (env: NodeJS.ProcessEnv) =>
    spawnSync(process.execPath, [COMMAND, '--version'], {
      env: { ...inherited, XDG_CACHE_HOME: folder, ...env },
    });
  assert.equal(version({ NODE_DISABLE_COMPILE_CACHE: '1' }).status, 0);
  assert.deepEqual(readdirSync(folder), []);
  assert.equal(version({ XDG_CACHE_HOME: '/dev/null' }).status, 0, 'it works where nothing can be kept');
  assert.equal(version({}).status, 0);
  assert.deepEqual(readdirSync(folder), ['portcullis']);
});
