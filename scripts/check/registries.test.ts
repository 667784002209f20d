import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import type { Registry } from '../sources/registries.ts';
import { checkRegistries } from './registries.ts';

const root = realpathSync(mkdtempSync(join(tmpdir(), 'registries-')));
after(() => rmSync(root, { recursive: true }));

/** Checks one package named token, whose registry holds these codes and whose only file is this source. */
function problemsOf(source: string, codes: readonly string[], more: readonly Registry[] = []): string[] {
  const folder = join(root, 'packages', 'token');
  mkdirSync(join(folder, 'src'), { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "name": "@portcullis/token", "version": "0.1.0" }');
  writeFileSync(join(folder, 'src', 'a.ts'), source);
  const described = codes.map((code) => ({ code, summary: 'What happened.' }));
  return checkRegistries([{ package: 'token', name: 'TOKEN_ERRORS', codes: described }, ...more], root);
}

describe('the error registries', () => {
  it('finds nothing when every code is raised and every raised code is registered', () => {
    assert.deepEqual(problemsOf("throw new TokenError('token_expired');", ['token_expired']), []);
  });

  it('finds a code that is never raised', () => {
    const source = "throw new TokenError('token_expired');";
    assert.deepEqual(problemsOf(source, ['token_expired', 'token_lost']), [
      'token TOKEN_ERRORS.token_lost is never raised by token',
    ]);
  });

  it('does not take a comparison, a list or a type for a raise', () => {
    const source = `type Code = 'token_lost';
export const is = (code: Code) => code === 'token_lost';
export const lost = new Set<Code>(['token_lost']);`;
    assert.deepEqual(problemsOf(source, ['token_lost']), [
      'token TOKEN_ERRORS.token_lost is never raised by token',
    ]);
  });

  for (const raise of [
    "new TokenError('no_such_code')",
    "deny('no_such_code')",
    "({ reason: 'no_such_code' })",
  ]) {
    it(`finds an unregistered code in ${raise}`, () => {
      assert.deepEqual(problemsOf(`throw new TokenError('token_expired') ?? ${raise};`, ['token_expired']), [
        'packages/token/src/a.ts:1 raises "no_such_code", which is in no registry',
      ]);
    });
  }

  it('finds a code that is not snake_case', () => {
    assert.deepEqual(problemsOf("throw new TokenError('expired');", ['expired', 'tokenLost']), [
      'token TOKEN_ERRORS.tokenLost is not snake_case',
      'token TOKEN_ERRORS.tokenLost is never raised by token',
    ]);
  });

  it('finds one code with two meanings', () => {
    const other: Registry = {
      package: 'token',
      name: 'KEY_ERRORS',
      codes: [{ code: 'token_expired', summary: 'Another thing.' }],
    };
    assert.deepEqual(problemsOf("throw new TokenError('token_expired');", ['token_expired'], [other]), [
      'token TOKEN_ERRORS.token_expired also stands in token KEY_ERRORS: a code means one thing',
    ]);
  });
});
