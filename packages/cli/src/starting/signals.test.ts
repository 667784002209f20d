import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StopRequest } from './signals.ts';

test('a signal that npm doubles is one wish, and the person is told once that it counted as one', async (t) => {
  const before = process.listeners('SIGINT');
  t.after(() => {
    for (const added of process.listeners('SIGINT'))
      if (!before.includes(added)) process.off('SIGINT', added);
  });
  let told = 0;
  const stop = new StopRequest(['SIGINT'], () => {
    told += 1;
  });
  assert.equal(stop.isAsked, false);
  process.emit('SIGINT');
  await stop.asked;
  assert.deepEqual([stop.isAsked, told], [true, 0]);
  process.emit('SIGINT');
  process.emit('SIGINT');
  assert.equal(told, 1);
});
