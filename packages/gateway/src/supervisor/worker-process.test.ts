import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WorkerEnded, WorkerProcess } from './worker-process.ts';

test('a message to a worker that has just died does not end the supervisor', async () => {
  const worker = WorkerProcess.spawn(process.env);
  const ended = new Promise<string | null>((done) => worker.onExit((_code, signal) => done(signal)));
  worker.kill();
  // Its end is not heard of before this turn is over: to us it is still connected.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
  worker.send({ type: 'reopen' });
  assert.equal(await ended, 'SIGKILL');
});

test('who asks a worker that has ended hears of it at once', async () => {
  const worker = WorkerProcess.spawn(process.env);
  const ended = new Promise<void>((done) => worker.onExit(() => done()));
  worker.kill();
  await ended;
  await assert.rejects(worker.ask<'ping'>({ type: 'ping' }), WorkerEnded);
});
