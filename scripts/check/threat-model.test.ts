import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { checkThreatModel } from './threat-model.ts';

const root = realpathSync(mkdtempSync(join(tmpdir(), 'threat-model-')));
after(() => rmSync(root, { recursive: true }));

const TESTS = `
import { describe, it, test } from 'node:test';
const ROWS = [['a row', 1], ['another row', 2]];
const MORE = { 'a key of a table': 1, name: 'no row' };
describe('a group', () => {
  it('plain', () => {});
  it("it's in quotes", async () => {});
  for (const [name] of ROWS) test(\`made of \${name}\`, () => {});
});
it.skip('skipped', () => {});
// it('in a comment', () => {});
const text = "it('in a text', () => {})";
assert.equal(text, 'an argument');
`;

/** The problems of a page with this text, beside one file of tests. */
function check(page: string): string[] {
  mkdirSync(join(root, 'docs'), { recursive: true });
  writeFileSync(join(root, 'a.test.ts'), TESTS);
  writeFileSync(join(root, 'docs', 'threat-model.md'), page);
  return checkThreatModel(root);
}

describe('the threat model', () => {
  for (const name of [
    'plain',
    "it's in quotes",
    'a group',
    'a group › plain',
    `made of ${'$'}{name}`,
    'a row',
    'a key of a table',
  ]) {
    it(`may cite "${name}"`, () => {
      assert.deepEqual(check(`| what | \`a.test.ts › ${name}\` |`), []);
    });
  }

  for (const name of ['plai', 'Plain', 'skipped', 'in a comment', 'an argument', 'made of a row', '']) {
    it(`may not cite "${name}"`, () => {
      assert.deepEqual(check(`first\n\`a.test.ts › ${name}\``), [
        `docs/threat-model.md:2 cites "${name}", which is no test in a.test.ts`,
      ]);
    });
  }

  it('may not cite a file that is not there, nor a file without a test', () => {
    assert.deepEqual(check('`b.test.ts › plain` and `a.test.ts`'), [
      'docs/threat-model.md:1 cites b.test.ts, which is not there',
      'docs/threat-model.md:1 cites a.test.ts without the name of a test',
    ]);
  });

  it('must cite something', () => {
    assert.deepEqual(check('All is well.'), ['docs/threat-model.md cites no test']);
  });
});
