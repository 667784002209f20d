import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readFraming } from '../listener/framing.ts';
import { requestHead } from './request-head.ts';

const headOf = (method: string, fields: readonly string[]): string =>
  requestHead({
    method,
    target: '/x',
    host: 'a.test',
    fields,
    framing: readFraming(['host', 'a.test'], 1),
  });

test('a request that ought to have a body says that it has none, once', () => {
  assert.match(headOf('POST', []), /\r\ncontent-length: 0\r\n$/);
  assert.equal(headOf('POST', ['content-length', '0']).match(/content-length/g)?.length, 1);
  assert.match(headOf('POST', ['x-says', 'content-length']), /\r\ncontent-length: 0\r\n$/);
  assert.doesNotMatch(headOf('GET', []), /content-length/);
});
