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
  // Three bytes each: just within a batch, just beyond one, and many that fill one together.
  for (const length of [21_844, 21_845, 21_846, 40_000, ...Array.from({ length: 60 }, () => 700)])
    lines.push(`${'€'.repeat(length)}\n`);
  for (const line of lines) log.write(line);
  await log.close();
  assert.equal(readFileSync(file, 'utf8'), lines.join(''));
});

test('counts the lines that a stuck disk makes it drop, and keeps little more memory than they take', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const log = await openAccessLog('/dev/full', () => {});
  const before = process.memoryUsage().arrayBuffers;
  const line = `${'x'.repeat(999)}\n`;
  // Few at a time, as they are handed over where there is little to do.
  for (let i = 0; i < 20_000; i += 1) {
    log.write(line);
    if (i % 3 === 0) t.mock.timers.tick(200);
  }
  const kept = process.memoryUsage().arrayBuffers - before;
  assert.ok(log.dropped > 1_000 && log.dropped < 6_000, `${log.dropped} dropped`);
  assert.ok(kept < 2 * 16 * 1024 * 1024, `${kept} bytes`);
  await log.close();
});
