import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { run } from '../command.ts';

/** Runs the test command on this repository. Node's runner says in the environment that it is at work: not to the inner one. */
function test(...words: readonly string[]) {
  const script = join(import.meta.dirname, '..', 'test.ts');
  return run(process.execPath, [script, ...words], { env: { NODE_TEST_CONTEXT: undefined } });
}

describe('the test command', () => {
  it('closes on the counts of the files that were chosen', async () => {
    const { code, stdout } = await test('unit', 'scripts/build/order');
    assert.equal(code, 0);
    assert.match(stdout, /\n2 passed, 0 failed\n$/);
  });

  it('fails when no test was run', async () => {
    const { code, stdout, stderr } = await test('unit', 'no-such-file-anywhere');
    assert.equal(code, 1);
    assert.match(stderr, /no test was run/);
    assert.match(stdout, /^0 passed, 0 failed\n$/);
  });

  it("passes an option on to Node's runner and its failure back", async () => {
    const { code, stdout } = await test('unit', 'scripts/build/order', '--test-no-such-option');
    assert.notEqual(code, 0);
    assert.match(stdout, /0 passed, 1 failed\n$/);
  });

  it('says how it is used when no suite is named', async () => {
    const { code, stderr } = await test('no-such-suite');
    assert.equal(code, 2);
    assert.match(stderr, /^usage: /);
  });
});
