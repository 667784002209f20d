import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { atEndOfTurn, holdWrites } from './end-of-turn.ts';

/** A socket that notes when it is held, and when not any more. */
function noting(told: string[], name: string): Socket {
  const socket = { cork: () => told.push(`${name} held`), uncork: () => told.push(`${name} released`) };
  return socket as Partial<Socket> as Socket;
}

test('steps wait for what else the turn brings, and writes for all steps', async () => {
  const told: string[] = [];
  holdWrites(noting(told, 'a'));
  atEndOfTurn(() => told.push('step 1'));
  atEndOfTurn(() => {
    told.push('step 2');
    holdWrites(noting(told, 'b'), () => told.push('b told'));
    atEndOfTurn(() => told.push('step 3'));
  });
  told.push('the rest of the turn');
  await nextTurn();
  assert.deepEqual(told, [
    'a held',
    'the rest of the turn',
    'step 1',
    'step 2',
    'b held',
    'step 3',
    'a released',
    'b released',
    'b told',
  ]);
});

test('what is held while others are released leaves with the next turn', async () => {
  const told: string[] = [];
  holdWrites(noting(told, 'a'), () => holdWrites(noting(told, 'b')));
  await nextTurn();
  assert.deepEqual(told, ['a held', 'a released', 'b held']);
  await nextTurn();
  assert.deepEqual(told.at(-1), 'b released');
});
