import assert from 'node:assert/strict';
import { createHook } from 'node:async_hooks';
import { test } from 'node:test';
import { keepTickShape } from './tick-shape.ts';

test('catches an object of process.nextTick, as this Node shows them to hooks', async () => {
  assert.equal(keepTickShape(), true);
  const seen: string[] = [];
  const hook = createHook({ init: (_id, type) => seen.push(type) }).enable();
  process.nextTick(() => {});
  hook.disable();
  assert.ok(seen.includes('TickObject'));
  await new Promise((done) => setImmediate(done));
});
