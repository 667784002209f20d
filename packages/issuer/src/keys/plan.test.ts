import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { StoredKey } from '@portcullis/store';
import fc from 'fast-check';
import { planRevocation, planRotation, planUpkeep, type RingPolicy, type RingStep } from './plan.ts';

const DAY = 86_400_000;
const NOW = 1_800_000_000_000;
const POLICY: RingPolicy = {
  algorithms: new Set(['ES256']),
  rotateEvery: 90 * DAY,
  overlap: 7 * DAY,
  publishedFirst: 300_000,
};

function key(kid: string, state: StoredKey['state'], changedAt = NOW, alg = 'ES256'): StoredKey {
  return { kid, ring: 'r', alg, state, publicJwk: {}, sealed: 'x', createdAt: changedAt, changedAt };
}

/** What a ring is after some steps; keys that are made are named in turn. */
function ringAfter(keys: readonly StoredKey[], steps: readonly RingStep[], now: number): StoredKey[] {
  const ring = new Map(keys.map((one) => [one.kid, one]));
  for (const step of steps) {
    if (step.type === 'make') {
      const kid = `made-${ring.size}`;
      ring.set(kid, key(kid, step.state, now, step.alg));
    } else {
      const moved = ring.get(step.kid) ?? assert.fail(step.kid);
      ring.set(step.kid, { ...moved, state: step.to, changedAt: now });
    }
    // As the database has it: never two that sign, or two that are about to, at any moment.
    for (const state of ['current', 'next']) {
      const alike = [...ring.values()].filter((one) => one.state === state);
      assert.equal(new Set(alike.map(({ alg }) => alg)).size, alike.length, `two keys are ${state}`);
    }
  }
  return [...ring.values()];
}

function states(keys: readonly StoredKey[]): string[] {
  return keys.map(({ kid, state }) => `${kid} ${state}`);
}

describe('the upkeep of a ring', () => {
  it('makes a key that signs and one that is about to where there is none', () => {
    assert.deepEqual(states(ringAfter([], planUpkeep([], POLICY, NOW), NOW)), [
      'made-0 current',
      'made-1 next',
    ]);
  });

  it('does nothing before a key is due', () => {
    const keys = [key('a', 'current'), key('b', 'next')];
    assert.deepEqual(planUpkeep(keys, POLICY, NOW + 90 * DAY - 1), []);
  });

  it('lets the next key sign when the current one is due, and makes another next', () => {
    const keys = [key('a', 'current'), key('b', 'next')];
    const now = NOW + 90 * DAY;
    assert.deepEqual(states(ringAfter(keys, planUpkeep(keys, POLICY, now), now)), [
      'a previous',
      'b current',
      'made-2 next',
    ]);
  });

  it('waits with a key that is due until the next one has been published for long enough', () => {
    const now = NOW + 90 * DAY;
    const keys = [key('a', 'current'), key('b', 'next', now - 1000)];
    assert.deepEqual(planUpkeep(keys, POLICY, now), []);
  });

  it('keeps a previous key until the overlap is over', () => {
    const keys = [key('a', 'previous'), key('b', 'current'), key('c', 'next')];
    assert.deepEqual(planUpkeep(keys, POLICY, NOW + 7 * DAY - 1), []);
    assert.deepEqual(planUpkeep(keys, POLICY, NOW + 7 * DAY), [{ type: 'move', kid: 'a', to: 'retired' }]);
  });

  it('discharges the keys of an algorithm that nobody asks for any more', () => {
    const keys = [key('a', 'current', NOW, 'RS256'), key('b', 'next', NOW, 'RS256')];
    const now = NOW + 1;
    assert.deepEqual(states(ringAfter(keys, planUpkeep(keys, POLICY, now), now)), [
      'a previous',
      'b retired',
      'made-2 current',
      'made-3 next',
    ]);
  });
});

describe('a rotation that is asked for', () => {
  it('says from when on it may be, where the next key is young', () => {
    const plan = planRotation([key('a', 'current'), key('b', 'next')], 'ES256', POLICY, NOW + 1000);
    assert.deepEqual(plan, { notBefore: NOW + 300_000 });
  });

  it('is done where it may be', () => {
    const keys = [key('a', 'current'), key('b', 'next')];
    const plan = planRotation(keys, 'ES256', POLICY, NOW + 300_000);
    assert.ok('steps' in plan);
    assert.deepEqual(states(ringAfter(keys, plan.steps, NOW)), ['a previous', 'b current', 'made-2 next']);
  });
});

describe('the revocation of a key', () => {
  const keys = [key('old', 'previous'), key('a', 'current'), key('b', 'next')];
  for (const [kid, left] of [
    ['a', ['old previous', 'a retired', 'b current', 'made-3 next']],
    ['b', ['old previous', 'a current', 'b retired', 'made-3 next']],
    ['old', ['old retired', 'a current', 'b next']],
  ] as const) {
    it(`that is ${keys.find((one) => one.kid === kid)?.state} leaves one that signs and one that is about to`, () => {
      const revoked = keys.find((one) => one.kid === kid) ?? assert.fail();
      assert.deepEqual(states(ringAfter(keys, planRevocation(revoked, keys), NOW)), left);
    });
  }
});

type Event = { readonly what: 'upkeep' | 'rotate' | 'revoke'; readonly which: number; readonly wait: number };

function stepsOf({ what, which }: Event, keys: readonly StoredKey[], now: number): RingStep[] {
  if (what === 'upkeep') return planUpkeep(keys, POLICY, now);
  if (what === 'rotate') {
    const rotation = planRotation(keys, 'ES256', POLICY, now);
    return 'steps' in rotation ? rotation.steps : [];
  }
  const chosen = keys[which % keys.length] ?? assert.fail();
  return chosen.state === 'retired' ? [] : planRevocation(chosen, keys);
}

function assertSound(keys: readonly StoredKey[], before: readonly StoredKey[]): void {
  const order = ['next', 'current', 'previous', 'retired'];
  for (const wanted of ['current', 'next']) {
    assert.equal(keys.filter(({ state }) => state === wanted).length, 1, wanted);
  }
  for (const { kid, state } of before) {
    const now = keys.find((one) => one.kid === kid)?.state ?? assert.fail(`${kid} is gone`);
    assert.ok(order.indexOf(now) >= order.indexOf(state), `${kid}: ${state} to ${now}`);
  }
}

describe('whatever happens to a ring', () => {
  it('one key signs and one is about to, and no key comes back', () => {
    const event: fc.Arbitrary<Event> = fc.record({
      what: fc.constantFrom('upkeep', 'rotate', 'revoke'),
      which: fc.nat(10),
      wait: fc.integer({ min: 0, max: 100 * DAY }),
    });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 30 }), (events) => {
        let now = NOW;
        let keys = ringAfter([], planUpkeep([], POLICY, now), now);
        for (const one of events) {
          now += one.wait;
          const before = keys;
          keys = ringAfter(before, stepsOf(one, before, now), now);
          assertSound(keys, before);
        }
      }),
    );
  });
});
