import assert from 'node:assert/strict';
import { createServer, type Server, type Socket } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { setImmediate as laterTurn } from 'node:timers/promises';
import { ConnectionPool } from './connection-pool.ts';
import type { ResponseHandler, UpstreamConnection, UpstreamRequest } from './upstream-connection.ts';

const REQUEST: UpstreamRequest = {
  method: 'GET',
  head: 'GET / HTTP/1.1\r\nhost: a.test\r\n',
  body: null,
  chunked: false,
  firstByteTimeout: 10_000,
  idleTimeout: 10_000,
};

const RESPONSE = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n';

/** Sends one request over a connection and takes its response. */
function use(connection: UpstreamConnection, onBody = (): void => {}): Promise<void> {
  return new Promise((done, fail) => {
    const handler: ResponseHandler = {
      onInformation() {},
      onHead() {},
      onBody,
      onWaiting() {},
      hasPassedOn: true,
      onEnd: () => done(),
      onUnreachable: fail,
      onFailed: fail,
    };
    connection.dispatch(REQUEST, handler, performance.now());
  });
}

describe('ConnectionPool', () => {
  let server: Server;
  let origin = '';
  const sockets = new Set<Socket>();
  const pools: ConnectionPool[] = [];
  const newPool = (connections: number, connectTimeout = 10_000): ConnectionPool => {
    const pool = new ConnectionPool(origin, { connections, connectTimeout });
    pools.push(pool);
    return pool;
  };
  const taken = (pool: ConnectionPool): UpstreamConnection => {
    const connection = pool.take();
    assert.ok(connection);
    return connection;
  };
  /** One that has carried a request, and can carry another. */
  const used = async (pool: ConnectionPool): Promise<UpstreamConnection> => {
    const connection = taken(pool);
    await use(connection);
    return connection;
  };

  before(async () => {
    server = createServer((socket) => {
      sockets.add(socket);
      socket.on('data', () => socket.write(RESPONSE)).on('error', () => {});
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const address = server.address();
    assert.ok(typeof address === 'object' && address !== null);
    origin = `http://127.0.0.1:${address.port}`;
  });
  after(() => {
    for (const pool of pools) pool.close();
    for (const socket of sockets) socket.destroy();
    server.close();
  });

  it('never lends more than its bound', () => {
    const pool = newPool(2);
    const both = [taken(pool), taken(pool)];
    assert.equal(pool.take(), undefined);
    for (const connection of both) pool.release(connection);
  });

  it('lends the connection used last, and says that it was used', async () => {
    const pool = newPool(2);
    const first = taken(pool);
    assert.equal(first.used, false);
    await use(first);
    const second = await used(pool);
    pool.release(first);
    pool.release(second);
    assert.equal(pool.take(), second);
    assert.equal(second.used, true);
  });

  it('lends another one in the place of one that cannot be used again', async () => {
    const pool = newPool(1);
    const broken = await used(pool);
    broken.destroy();
    pool.release(broken);
    const fresh = await used(pool);
    assert.notEqual(fresh, broken);
    pool.release(fresh);
  });

  it('makes nobody wait for a client of before, which read slowly and never went on', async () => {
    const pool = newPool(1);
    const connection = taken(pool);
    await use(connection, () => connection.pause());
    pool.release(connection);
    assert.equal(pool.take(), connection);
    await use(connection);
    pool.release(connection);
  });

  it('forgets a connection that the upstream closes while nobody uses it', async () => {
    const pool = newPool(1);
    const closed = await used(pool);
    pool.release(closed);
    for (const socket of sockets) socket.end();
    while (closed.reusable) await laterTurn();
    const fresh = await used(pool);
    assert.notEqual(fresh, closed);
    pool.release(fresh);
  });

  it('gives the place of one who left the queue to the next', async () => {
    const pool = newPool(1);
    const connection = await used(pool);
    const got: string[] = [];
    const leave = pool.wait(() => got.push('the one who left'));
    leave();
    pool.wait((late) => got.push(late === connection ? 'served' : 'refused'));
    pool.release(connection);
    leave();
    await laterTurn();
    assert.deepEqual(got, ['served']);
  });

  it('hands a released connection to who waits longest, in a turn of the event loop of its own', async () => {
    const pool = newPool(1);
    const connection = await used(pool);
    const got: string[] = [];
    pool.wait((late) => got.push(`first ${late === connection}`));
    pool.release(connection);
    assert.deepEqual(got, []);
    await laterTurn();
    assert.deepEqual(got, ['first true']);
    assert.equal(pool.take(), undefined, 'it is lent, not free');
    pool.release(connection);
    assert.equal(pool.take(), connection);
  });

  it('gives up waiting in time', async () => {
    const pool = newPool(1, 500);
    const connection = await used(pool);
    assert.equal(await new Promise((done) => pool.wait(done)), undefined);
    pool.release(connection);
    assert.equal(pool.take(), connection, 'who gave up gets nothing any more');
  });

  it('does not give up on one whose turn has come already, and gives it a connection that works', async () => {
    const pool = newPool(1);
    const connection = await used(pool);
    const turn = new Promise<UpstreamConnection | undefined>((done) => pool.wait(done));
    connection.destroy();
    pool.release(connection);
    const late = await turn;
    assert.ok(late !== undefined && late !== connection);
    await use(late);
  });

  it('bounds how many wait', async () => {
    const pool = newPool(1);
    const connection = await used(pool);
    const answers: unknown[] = [];
    pool.wait((late) => answers.push(late));
    pool.wait((late) => answers.push(late));
    assert.deepEqual(answers, [undefined], 'the second is turned away at once');
    pool.release(connection);
  });
});
