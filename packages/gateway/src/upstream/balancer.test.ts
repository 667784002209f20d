import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Balancer } from './balancer.ts';
import { ConnectionPool } from './connection-pool.ts';

const pool = (origin: string): ConnectionPool =>
  new ConnectionPool(origin, { connections: 1, connectTimeout: 100 });
const [a, b, c] = [pool('http://a.test'), pool('http://b.test'), pool('http://c.test')];

function turns(balancer: Balancer, count: number): (string | undefined)[] {
  return Array.from({ length: count }, () => balancer.next([], 0)?.origin);
}

describe('Balancer', () => {
  it('spreads by weight, smoothly', () => {
    const balancer = new Balancer([
      { pool: a, weight: 30 },
      { pool: b, weight: 10 },
    ]);
    assert.deepEqual(turns(balancer, 4), [
      'http://a.test',
      'http://a.test',
      'http://b.test',
      'http://a.test',
    ]);
  });

  it('gives each upstream exactly its weight in every round', () => {
    const balancer = new Balancer([
      { pool: a, weight: 5 },
      { pool: b, weight: 3 },
      { pool: c, weight: 2 },
    ]);
    const seen = turns(balancer, 100);
    assert.equal(seen.filter((origin) => origin === 'http://a.test').length, 50);
    assert.equal(seen.filter((origin) => origin === 'http://c.test').length, 20);
  });

  it('passes over those already tried', () => {
    const balancer = new Balancer([
      { pool: a, weight: 1 },
      { pool: b, weight: 1 },
    ]);
    assert.equal(balancer.next([a], 0), b);
    assert.equal(balancer.next([a, b], 0), undefined);
  });

  it('lets an unreachable upstream rest, but uses it when nothing else is left', () => {
    const balancer = new Balancer([
      { pool: a, weight: 1 },
      { pool: b, weight: 1 },
    ]);
    balancer.unreachable(a, 1_000);
    assert.deepEqual([balancer.next([], 1_001), balancer.next([], 1_002)], [b, b]);
    balancer.unreachable(b, 1_003);
    assert.ok(balancer.next([], 1_004));
    assert.ok([balancer.next([], 60_000), balancer.next([], 60_000)].includes(a));
  });
});
