import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { addressKey } from './address-key.ts';
import type { LimitRule } from './limit-rule.ts';
import { createLimiter } from './limiter.ts';

function ruleOf(rate: number, burst: number, id = 'r'): LimitRule {
  return { id, per: 'client', rate, burst, rule: { text: '', line: 1 } };
}

describe('the limiter', () => {
  it('lets a burst pass, then tells how long to wait', () => {
    const limiter = createLimiter();
    const rule = ruleOf(2, 3);
    assert.deepEqual(
      [0, 0, 0, 0].map((now) => limiter.take(rule, 'a', now)),
      [0, 0, 0, 0.5],
    );
    assert.equal(limiter.take(rule, 'a', 0.25), 0.25);
    assert.equal(limiter.take(rule, 'a', 0.5), 0);
    assert.equal(limiter.take(rule, 'a', 0.5), 0.5);
  });

  it('takes back what did not count, and never more than the burst', () => {
    const limiter = createLimiter();
    const rule = ruleOf(1, 2);
    limiter.give(rule, 'a');
    assert.deepEqual(
      [0, 0, 0].map((now) => limiter.take(rule, 'a', now)),
      [0, 0, 1],
    );
    limiter.give(rule, 'a');
    limiter.give(rule, 'b');
    assert.deepEqual(
      [0, 0].map((now) => limiter.take(rule, 'a', now)),
      [0, 1],
    );
    for (let count = 0; count < 5; count += 1) limiter.give(rule, 'a');
    assert.deepEqual(
      [0, 0, 0].map((now) => limiter.take(rule, 'a', now)),
      [0, 0, 1],
    );
  });

  it('keeps keys and rules apart', () => {
    const limiter = createLimiter();
    assert.equal(limiter.take(ruleOf(1, 1), 'a', 0), 0);
    assert.equal(limiter.take(ruleOf(1, 1), 'b', 0), 0);
    assert.equal(limiter.take(ruleOf(1, 1, 'other'), 'a', 0), 0);
    assert.equal(limiter.take(ruleOf(1, 1), 'a', 0), 1);
  });

  it('never saves up more than the burst', () => {
    const limiter = createLimiter();
    const rule = ruleOf(100, 2);
    limiter.take(rule, 'a', 0);
    const passed = Array.from({ length: 5 }, () => limiter.take(rule, 'a', 1000)).filter(
      (wait) => wait === 0,
    );
    assert.equal(passed.length, 2);
  });

  it('takes nothing away when the clock is set back', () => {
    const limiter = createLimiter();
    const rule = ruleOf(1, 2);
    assert.equal(limiter.take(rule, 'a', 1000), 0);
    assert.equal(limiter.take(rule, 'a', 10), 0);
    assert.equal(limiter.take(rule, 'a', 10), 1);
    assert.equal(limiter.take(rule, 'a', 11), 0);
  });

  it('keeps an exhausted bucket when new keys flood it', () => {
    const limiter = createLimiter({ maxKeys: 50 });
    const rule = ruleOf(0.001, 2);
    limiter.take(rule, 'attacker', 0);
    limiter.take(rule, 'attacker', 0);
    for (let index = 0; index < 1000; index += 1) limiter.take(rule, `new ${index}`, 0);
    assert.notEqual(limiter.take(rule, 'attacker', 0), 0);
  });

  it('holds its bound over all rules together', () => {
    const limiter = createLimiter({ maxKeys: 50 });
    const rules = Array.from({ length: 20 }, (_, index) => ruleOf(0.001, 1, `rule ${index}`));
    for (let round = 0; round < 50; round += 1) {
      for (const rule of rules) assert.equal(limiter.take(rule, `key ${round}`, 0), 0);
    }
    const held = rules.flatMap((rule) =>
      Array.from({ length: 50 }, (_, round) => limiter.take(rule, `key ${round}`, 0) > 0),
    );
    // Each look for one that is not held any more makes room for it, so that fewer are found than there were.
    assert.ok(held.filter(Boolean).length <= 50);
  });

  it('never lets more pass than burst and rate allow', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 10 }),
        fc.array(fc.double({ min: 0, max: 2, noNaN: true }), { maxLength: 100 }),
        (rate, burst, pauses) => {
          const limiter = createLimiter();
          let now = 0;
          let passed = 0;
          for (const pause of pauses) {
            now += pause;
            const wait = limiter.take(ruleOf(rate, burst), 'a', now);
            assert.ok(wait >= 0 && wait <= 1 / rate + 1e-9);
            if (wait === 0) passed += 1;
          }
          assert.ok(passed <= burst + now * rate + 1e-6);
        },
      ),
    );
  });
});

describe('addressKey', () => {
  it('counts IPv4 addresses one by one, also when they are mapped', () => {
    assert.equal(addressKey('192.0.2.1'), '192.0.2.1');
    assert.equal(addressKey('::ffff:192.0.2.1'), '192.0.2.1');
  });

  it('counts IPv6 addresses by their /64, however they are written', () => {
    for (const address of [
      '2001:db8::1',
      '2001:DB8:0:0:ffff::2',
      '2001:0db8:0000:0000:1:2:3:4',
      '2001:db8::%eth0',
    ]) {
      assert.equal(addressKey(address), '2001:db8:0:0::/64', address);
    }
    assert.equal(addressKey('2001:db8:0:1::1'), '2001:db8:0:1::/64');
    assert.equal(addressKey('::1'), '0:0:0:0::/64');
    assert.equal(addressKey('1:2:3:4:5:6:7::'), '1:2:3:4::/64');
  });
});
