import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { matchesSecret, newSecret } from './secrets.ts';

const NOW = 1_800_000_000_000;

describe('client secrets', () => {
  it('are known again by their hash, and are not in it', () => {
    const { secret, stored } = newSecret(NOW);
    assert.match(secret, /^pcs_[\w-]{43}$/);
    assert.ok(!JSON.stringify(stored).includes(secret.slice(4)));
    assert.equal(matchesSecret(secret, [stored], NOW), true);
    for (const wrong of ['', stored.hash, secret.slice(0, -1), `${secret}x`, secret.toUpperCase()]) {
      assert.equal(matchesSecret(wrong, [stored], NOW), false, wrong);
    }
    assert.equal(matchesSecret(secret, [], NOW), false);
  });

  it('are good until they end, whichever of two it is', () => {
    const [one, other] = [newSecret(NOW), newSecret(NOW)];
    const secrets = [{ ...one.stored, expiresAt: NOW + 1000 }, other.stored];
    assert.deepEqual(
      [NOW + 999, NOW + 1000].map((now) => matchesSecret(one.secret, secrets, now)),
      [true, false],
    );
    assert.equal(matchesSecret(other.secret, secrets, NOW + 5000), true);
  });
});
