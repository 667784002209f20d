import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate as laterTurn } from 'node:timers/promises';
import { ClientPool, type Lease } from './client-pool.ts';

/** No connection is made before a request is dispatched, so nothing needs to listen there. */
const newPool = (connections: number, connectTimeout = 10_000): ClientPool =>
  new ClientPool('http://127.0.0.1:1', { connections, connectTimeout });

function taken(pool: ClientPool): Lease {
  const lease = pool.take();
  assert.ok(lease);
  return lease;
}

describe('ClientPool', () => {
  it('never lends more than its bound', () => {
    const pool = newPool(2);
    taken(pool);
    taken(pool);
    assert.equal(pool.take(), undefined);
  });

  it('lends the connection used last, and says that it was used', () => {
    const pool = newPool(2);
    const [first, second] = [taken(pool), taken(pool)];
    assert.equal(first.warm, false);
    pool.release(first, true);
    pool.release(second, true);
    assert.equal(pool.take(), second);
    assert.equal(second.warm, true);
  });

  it('gives the place of one who left the queue to the next', async () => {
    const pool = newPool(1);
    const lease = taken(pool);
    const got: string[] = [];
    const leave = pool.wait(() => got.push('the one who left'));
    leave();
    pool.wait((late) => got.push(late === lease ? 'served' : 'refused'));
    pool.release(lease, true);
    leave();
    await laterTurn();
    assert.deepEqual(got, ['served']);
  });

  it('hands a released connection to who waits longest, in a turn of the event loop of its own', async () => {
    const pool = newPool(1);
    const lease = taken(pool);
    const got: string[] = [];
    pool.wait((late) => got.push(`first ${late === lease}`));
    pool.release(lease, true);
    assert.deepEqual(got, []);
    await laterTurn();
    assert.deepEqual(got, ['first true']);
    assert.equal(pool.take(), undefined, 'it is lent, not free');
    pool.release(lease, true);
    assert.equal(pool.take(), lease);
  });

  it('gives up waiting in time', async () => {
    const pool = newPool(1, 10);
    const lease = taken(pool);
    assert.equal(await new Promise((done) => pool.wait(done)), undefined);
    pool.release(lease, true);
    assert.equal(pool.take(), lease, 'who gave up gets nothing any more');
  });

  it('does not give up on one whose turn has come already', async () => {
    const pool = newPool(1, 1);
    const lease = taken(pool);
    const got: unknown[] = [];
    pool.wait((late) => got.push(late));
    pool.release(lease, false);
    await new Promise((done) => setTimeout(done, 5));
    assert.deepEqual(got, [lease]);
    assert.equal(lease.warm, false);
  });

  it('bounds how many wait', () => {
    const pool = newPool(1);
    const lease = taken(pool);
    const answers: unknown[] = [];
    pool.wait((late) => answers.push(late));
    pool.wait((late) => answers.push(late));
    assert.deepEqual(answers, [undefined], 'the second is turned away at once');
    pool.release(lease, true);
  });
});
