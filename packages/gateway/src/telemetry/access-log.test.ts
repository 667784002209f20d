import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openAccessLog } from './access-log.ts';

test('a log that is closed has all its lines, whatever was being written just then', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-log-'));
  t.after(() => rmSync(folder, { recursive: true }));
  for (let run = 0; run < 30; run += 1) {
    const file = join(folder, `${run}.log`);
    const log = await openAccessLog(file, (error) => assert.fail(error));
    const lines = Array.from(
      { length: 400 },
      (_, index) => `{"index":${index},"pad":"${'x'.repeat(300)}"}\n`,
    );
    for (const [index, line] of lines.entries()) {
      log.write(line);
      if (index === 390) await new Promise((done) => setImmediate(done));
    }
    await log.close();
    assert.equal(log.dropped, 0);
    assert.equal(readFileSync(file, 'utf8'), lines.join(''));
  }
});
