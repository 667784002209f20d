import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { brokenHeadLine } from './record.ts';

test('a line tells the time of day, and it goes on', async () => {
  const broken = { id: '1', address: '192.0.2.1', status: 400, reason: 'head_malformed' };
  const times: number[] = [];
  for (let i = 0; i < 3; i += 1) {
    const before = Date.now();
    const { time } = JSON.parse(brokenHeadLine(broken, {}));
    times.push(Date.parse(time));
    assert.ok(Date.parse(time) >= before - 1 && Date.parse(time) <= Date.now() + 1);
    await sleep(5);
  }
  assert.equal(new Set(times).size, 3);
});
