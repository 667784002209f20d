import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { linesWith } from './lines.ts';

async function* inChunks(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function all(lines: AsyncIterable<string>): Promise<string[]> {
  const found: string[] = [];
  for await (const line of lines) found.push(line);
  return found;
}

test('however the bytes are cut, the lines with the needle are found', async () => {
  const line = fc.string({ unit: fc.constantFrom('a', 'b', 'é', '😀', '\r') });
  await fc.assert(
    fc.asyncProperty(fc.array(line), fc.integer({ min: 1, max: 9 }), async (lines, size) => {
      const found = await all(linesWith(inChunks(lines.join('\n'), size), 'ab'));
      assert.deepEqual(
        found,
        lines.filter((candidate) => candidate.includes('ab')),
      );
    }),
  );
});

test('a line beyond the bound is passed over, and the next one is found again', async () => {
  const text = `${'x'.repeat(5000)}ab\nab 2\n${'y'.repeat(90)}ab${'y'.repeat(90)}\nab 4`;
  for (const size of [7, 64, 10_000]) {
    assert.deepEqual(await all(linesWith(inChunks(text, size), 'ab', 100)), ['ab 2', 'ab 4']);
  }
});

test('an endless line does not fill the memory', async () => {
  async function* endless(): AsyncGenerator<Uint8Array> {
    const chunk = Buffer.alloc(1024 * 1024, 'x');
    for (let count = 0; count < 512; count += 1) yield chunk;
  }
  const before = process.memoryUsage().arrayBuffers;
  assert.deepEqual(await all(linesWith(endless(), 'ab')), []);
  assert.ok(process.memoryUsage().arrayBuffers - before < 64 * 1024 * 1024);
});
