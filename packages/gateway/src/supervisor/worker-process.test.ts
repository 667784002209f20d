import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WorkerProcess } from './worker-process.ts';

test('a message to a worker that has just died does not end the supervisor', async () => {
  const worker = WorkerProcess.spawn(process.env);
  const ended = new Promise<string | null>((done) => worker.onExit((_code, signal) => done(signal)));
  worker.kill();
  // Its end is not heard of before this turn is over: to us it is still connected.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
  worker.send({ type: 'reopen' });
  assert.equal(await ended, 'SIGKILL');
});
