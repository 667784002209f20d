import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { runningWorkers } from '../testing/running-workers.ts';
import { PreparedWorkers } from './prepared-workers.ts';

function allEnded(): Promise<unknown> {
  return Promise.all(runningWorkers().map((worker) => once(worker, 'exit')));
}

test('gives those that were prepared first, and then new ones', async () => {
  const prepared = new PreparedWorkers(process.env);
  prepared.prepare(1);
  const [pid] = runningWorkers().map((worker) => worker.process.pid);
  const taken = [prepared.take(), prepared.take()];
  assert.equal(taken[0]?.pid, pid);
  assert.equal(runningWorkers().length, 2);
  for (const worker of taken) worker.kill();
  await allEnded();
});

test('does not give one that has ended meanwhile', async () => {
  const prepared = new PreparedWorkers(process.env);
  prepared.prepare(1);
  const [first] = runningWorkers();
  first?.process.kill('SIGKILL');
  await allEnded();
  const worker = prepared.take();
  assert.notEqual(worker.pid, first?.process.pid);
  assert.equal(worker.ended, false);
  worker.kill();
  await allEnded();
});

test('ends those that nobody has taken', async () => {
  const prepared = new PreparedWorkers(process.env);
  prepared.prepare(2);
  const ended = allEnded();
  prepared.end();
  await ended;
  assert.equal(runningWorkers().length, 0);
});
