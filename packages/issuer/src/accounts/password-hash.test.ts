import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PasswordsBusy } from './argon2-threads.ts';
import { hashPassword, isPassword, isWeak } from './password-hash.ts';

describe('a hash of a password', () => {
  it('is argon2id with the parameters of OWASP, and another one each time', async () => {
    const [one, other] = [await hashPassword('correct horse'), await hashPassword('correct horse')];
    assert.match(one, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    assert.notEqual(one, other);
    assert.deepEqual(
      [await isPassword('correct horse', one), await isPassword('correct horsf', one)],
      [true, false],
    );
  });

  it('knows the password however its characters are composed', async () => {
    assert.equal(
      await isPassword('Zürich ist schön'.normalize('NFD'), await hashPassword('Zürich ist schön')),
      true,
    );
  });

  // From the test vectors of the reference implementation (phc-winner-argon2, test.c; CC0 1.0): id, m=65536, t=2, p=1.
  it('is known when others made it', async () => {
    const foreign = '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc';
    assert.equal(await isPassword('password', foreign), true);
    assert.equal(await isPassword('passwore', foreign), false);
    assert.equal(isWeak(foreign), false);
    assert.equal(isWeak(foreign.replace('m=65536', 'm=4096')), true);
  });

  it("that is none, or asks for too much work, is nobody's password", async () => {
    for (const hash of [
      undefined,
      '',
      'x',
      '$argon2id$v=19$m=1,t=0,p=0$c29tZXNhbHQ$c29tZXRhZ3NvbWV0YWdzb21ldGFn',
      '$argon2id$v=19$m=99999999,t=2,p=1$c29tZXNhbHQ$c29tZXRhZ3NvbWV0YWdzb21ldGFn',
    ])
      assert.equal(await isPassword('password', hash), false);
  });

  it('is refused rather than queued without bound, of one asker sooner than of many', async () => {
    const refusedOf = (answers: PromiseSettledResult<boolean>[]): number =>
      answers.filter((one) => one.status === 'rejected' && one.reason instanceof PasswordsBusy).length;
    const ask = (name: string) => isPassword('x', undefined, { name, known: false });
    const one = Promise.allSettled(Array.from({ length: 40 }, () => ask('one')));
    // Whoever is known goes before those who wait already.
    const order: string[] = [];
    const many = Promise.allSettled(
      Array.from({ length: 150 }, (_, number) => ask(`${number}`).finally(() => order.push('stranger'))),
    );
    const known = isPassword('x', undefined, { name: 'one', known: true }).finally(() => order.push('known'));
    const refused = { one: refusedOf(await one), many: refusedOf(await many) };
    assert.ok(refused.one >= 30 && refused.one < 40, `${refused.one}`);
    assert.ok(refused.many > 40 && refused.many < 80, `${refused.many}`);
    assert.equal(await known, false);
    assert.ok(order.indexOf('known') < refused.many + 12, `${order.indexOf('known')}`);
  });
});
