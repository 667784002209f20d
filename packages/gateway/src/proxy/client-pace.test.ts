import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ClientPace } from './client-pace.ts';

const sleep = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

describe('ClientPace', () => {
  it('gives up on a silent client', async () => {
    await new Promise<void>((done) => new ClientPace(20, done).wait());
  });

  it('gives up on a client that trickles: one byte now and then earns too little', async () => {
    let slow = false;
    const pace = new ClientPace(100, () => {
      slow = true;
    });
    pace.wait();
    for (let i = 0; i < 100 && !slow; i += 1) {
      await sleep(20);
      pace.arrived(1);
    }
    assert.equal(slow, true);
  });

  it('does not count the time in which we do not read', async () => {
    let slow = false;
    const pace = new ClientPace(50, () => {
      slow = true;
    });
    pace.wait();
    pace.pause();
    await sleep(120);
    assert.equal(slow, false);
  });

  it('never lets a fast beginning buy more than its patience', async () => {
    const pace = new ClientPace(20, () => {});
    pace.wait();
    pace.arrived(1_000_000_000);
    pace.pause();
    await new Promise<void>((done) => {
      const second = new ClientPace(20, done);
      second.wait();
      second.arrived(1_000_000_000);
    });
  });
});
