import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { TOKEN_ERRORS } from '@portcullis/token';
import { GUARD_REASONS, isReasonCode, REASONS, reasonOf } from './errors.ts';

describe('the reasons', () => {
  it('are those of the token and those of the guard, no more and no fewer', () => {
    assert.deepEqual(
      Object.keys(REASONS).sort(),
      [...Object.keys(TOKEN_ERRORS), ...Object.keys(GUARD_REASONS)].sort(),
    );
  });

  it('say 401 for every refused token, and 503 when keys cannot be had', () => {
    for (const [code, { summary, cure }] of Object.entries(TOKEN_ERRORS)) {
      assert.deepEqual(reasonOf(code), { status: code === 'keys_unavailable' ? 503 : 401, summary, cure });
    }
  });

  it('are found by own name only', () => {
    for (const code of ['constructor', '__proto__', 'toString', '']) {
      assert.ok(!isReasonCode(code));
      assert.equal(reasonOf(code), undefined);
    }
  });
});
