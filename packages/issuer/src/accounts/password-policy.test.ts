import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { passwordFault } from './password-policy.ts';

const about = ['jo.doe@example.com', 'Jo Doe'];

describe('a password that somebody chooses', () => {
  const faults: Record<string, string[]> = {
    too_short: ['', 'short', 'nine char', 'äöüäöüäöü'],
    too_long: ['x1y2'.repeat(65)],
    common: [
      'password123',
      'Password123!',
      '1234567890',
      'qwertyuiop',
      'aaaaaaaaaaaa',
      'abababababab',
      'monkeymonkey',
      '!!!dragon1!!',
    ],
    personal: ['example.com1', 'jo.doe@example.com'],
  };
  for (const [fault, passwords] of Object.entries(faults)) {
    for (const password of passwords) {
      it(`is refused as ${fault}: ${JSON.stringify(password.slice(0, 20))}`, async () => {
        assert.equal(await passwordFault(password, about), fault);
      });
    }
  }

  for (const password of [
    'correct horse battery',
    'tr0ub4dor&3xyz',
    'ein gutes Passwort',
    '漢字漢字仮名交じり文です',
    'I like Example & co 42',
  ]) {
    it(`is taken: ${password}`, async () => {
      assert.equal(await passwordFault(password, about), undefined);
    });
  }

  it('is judged the same however its characters are composed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme', maxLength: 40 }), async (password) => {
        assert.equal(
          await passwordFault(password.normalize('NFD'), about),
          await passwordFault(password.normalize('NFC'), about),
        );
      }),
    );
  });
});
