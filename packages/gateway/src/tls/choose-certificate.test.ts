import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { chooseCertificate } from './choose-certificate.ts';

/** Certificates by the names in them, matched as X.509 does: a wildcard stands for one label. */
const holding = (...names: string[]) => ({
  nameFor: (host: string) =>
    names.find((name) => {
      const [first, ...rest] = host.toLowerCase().split('.');
      return name === host.toLowerCase() || (first !== '' && name === ['*', ...rest].join('.'));
    }),
});

test('an exact name goes before a wildcard, the earlier before the later, and the first stands for unknown names', () => {
  const all = [holding('first.test'), holding('*.api.test'), holding('a.api.test'), holding('a.api.test')];
  assert.equal(chooseCertificate(all, 'A.api.test'), 2);
  assert.equal(chooseCertificate(all, 'b.api.test'), 1);
  assert.equal(chooseCertificate(all, 'a.b.api.test'), 0);
  assert.equal(chooseCertificate(all, ''), 0);
});

test('whatever name is asked for, one of the certificates is chosen, and one with the name where there is one', () => {
  const label = fc.constantFrom('a', 'b', 'api', 'test', '*');
  const name = fc.array(label, { minLength: 1, maxLength: 3 }).map((labels) => labels.join('.'));
  fc.assert(
    fc.property(fc.array(fc.array(name), { minLength: 1 }), fc.oneof(name, fc.string()), (lists, host) => {
      const all = lists.map((names) => holding(...names));
      const chosen = chooseCertificate(all, host);
      assert.ok(chosen >= 0 && chosen < all.length);
      const fitting = all.some((one) => one.nameFor(host) !== undefined);
      assert.equal(all[chosen]?.nameFor(host) !== undefined, fitting);
    }),
  );
});
