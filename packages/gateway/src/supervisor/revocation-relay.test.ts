import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Revocation } from '@portcullis/guard';
import type { Question } from './messages.ts';
import { RevocationRelay, type ToldWorker } from './revocation-relay.ts';
import { readRevocations } from './revocation-text.ts';
import { WorkerEnded } from './worker-process.ts';

interface Asked {
  readonly values: string[];
  readonly done: (value: null) => void;
  readonly fail: (error: Error) => void;
}

/** A worker that answers when the test says so. */
class Worker implements ToldWorker {
  readonly asked: Asked[] = [];
  listening: boolean;

  constructor(listening: boolean) {
    this.listening = listening;
  }

  ask(question: Question): Promise<never> {
    assert.ok(question.type === 'revoke');
    const { promise, resolve, reject } = Promise.withResolvers<never>();
    const values = readRevocations(question.batch).map(({ value }) => value);
    this.asked.push({ values, done: (value) => resolve(value as never), fail: reject });
    return promise;
  }

  get told(): string[] {
    return this.asked.flatMap(({ values }) => values);
  }
}

function revocations(...values: string[]): Revocation[] {
  return values.map((value) => ({ issuer: 'https://issuer.test', by: 'jti', value }));
}

/** Has what was asked last answered, and lets what waits for it go on. */
async function answerLast(worker: Worker): Promise<void> {
  worker.asked.at(-1)?.done(null);
  await nextTurn();
}

function relayTo(onStuck: (worker: Worker) => void = () => assert.fail('nobody is stuck')) {
  return new RevocationRelay<Worker>(onStuck);
}

test('a worker that comes up is told all, one batch after the other, and is ready only then', async () => {
  const relay = relayTo();
  const worker = new Worker(false);
  relay.revoke(revocations('a', 'b'), []);
  relay.introduce(worker);
  relay.revoke(revocations('c'), [worker]);
  let ready = false;
  const told = relay.isTold(worker).then(() => {
    ready = true;
  });
  await nextTurn();
  assert.deepEqual(worker.told, ['a', 'b']);
  await answerLast(worker);
  assert.deepEqual(worker.told, ['a', 'b', 'c']);
  relay.revoke(revocations('d'), [worker]); // while it is being told the last but one
  await answerLast(worker);
  assert.deepEqual([worker.told, ready], [['a', 'b', 'c', 'd'], false]);
  await answerLast(worker);
  await told;
});

test('a worker that listens is told at once, whatever it or another still owes an answer to', () => {
  const relay = relayTo();
  const [standing, well] = [new Worker(true), new Worker(true)];
  for (const value of ['a', 'b']) relay.revoke(revocations(value), [standing, well]);
  assert.deepEqual(
    [standing.told, well.told],
    [
      ['a', 'b'],
      ['a', 'b'],
    ],
  );
});

test('one that does not take what it is told is reported, one that has ended is not', async () => {
  const stuck: Worker[] = [];
  const relay = relayTo((worker) => stuck.push(worker));
  const [silent, ended, comesUp] = [new Worker(true), new Worker(true), new Worker(false)];
  relay.introduce(comesUp);
  relay.revoke(revocations('a'), [silent, ended, comesUp]);
  await nextTurn();
  for (const worker of [silent, comesUp]) worker.asked[0]?.fail(new Error('not in time'));
  ended.asked[0]?.fail(new WorkerEnded());
  await relay.isTold(comesUp);
  assert.deepEqual(stuck, [silent, comesUp]);
});
