import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
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

test('lines of any length, in any script, are written whole and in order', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-log-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'log');
  const log = await openAccessLog(file, (error) => assert.fail(error));
  const texts = fc.sample(fc.string({ unit: 'grapheme', maxLength: 200 }), 500);
  const lines = texts.map((text, i) => `${JSON.stringify(text.repeat(i % 50 === 0 ? 1000 : 1))}\n`);
  for (const line of lines) log.write(line);
  await log.close();
  assert.equal(readFileSync(file, 'utf8'), lines.join(''));
});
