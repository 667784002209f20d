import assert from 'node:assert/strict';
import { test } from 'node:test';
import { givenRequestId, newRequestId } from './request-id.ts';

test('a new id is a random UUID (RFC 9562 section 5.4), and no other is like it', () => {
  const seen = new Set<string>();
  const variants = new Set<string>();
  for (let count = 0; count < 10_000; count += 1) {
    const { text, digits } = newRequestId();
    assert.match(text, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    assert.equal(digits, text.replaceAll('-', ''));
    seen.add(text);
    variants.add(text.charAt(19));
  }
  assert.equal(seen.size, 10_000);
  assert.deepEqual([...variants].sort(), ['8', '9', 'a', 'b']);
});

test('every digit that is not fixed takes every value', () => {
  const values = Array.from({ length: 32 }, () => new Set<string>());
  for (let count = 0; count < 5000; count += 1) {
    for (const [place, digit] of [...newRequestId().digits].entries()) values[place]?.add(digit);
  }
  assert.deepEqual(
    values.map(({ size }) => size),
    values.map((_, place) => (place === 12 ? 1 : place === 16 ? 4 : 16)),
  );
});

test('an id that was given stays, and lends its digits to a trace where it can', () => {
  const uuid = '0190c5d4-1c9a-7c31-9b3e-2d0c6a1f7e55';
  assert.deepEqual(givenRequestId(uuid), { text: uuid, digits: '0190c5d41c9a7c319b3e2d0c6a1f7e55' });
  for (const text of ['of-a-proxy', '00000000-0000-0000-0000-000000000000', uuid.toUpperCase(), `${uuid}0`]) {
    const id = givenRequestId(text);
    assert.equal(id.text, text);
    assert.match(id.digits, /^(?!0{32})[0-9a-f]{32}$/);
  }
});
