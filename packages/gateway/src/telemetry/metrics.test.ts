import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { mergeCounts, mergeMetrics } from '../supervisor/merge-metrics.ts';
import { gauge, Metrics } from './metrics.ts';

const state = {
  connections: 3,
  revision: 2,
  droppedLines: 0,
  issuers: { policies: [], sources: new Map() },
  revocations: 0,
  certificates: [],
};

describe('metrics', () => {
  it('sum what workers count, and agree on the revision', async () => {
    const [one, two] = [new Metrics(), new Metrics()];
    one.brokenHead(400, 'head_malformed');
    two.brokenHead(400, 'head_malformed');
    two.brokenHead(431, 'head_too_large');
    const text = await mergeMetrics(
      [one.collect(state), two.collect({ ...state, revision: 3 })],
      [gauge('portcullis_workers', 'Workers that listen.', 2)],
    );
    assert.match(text, /^portcullis_requests_total\{api="",status="400"\} 2$/m);
    assert.match(text, /^portcullis_refusals_total\{api="",reason="head_too_large"\} 1$/m);
    assert.match(text, /^portcullis_connections 6$/m);
    assert.match(text, /^portcullis_revision 3$/m);
    assert.match(text, /^portcullis_workers 2$/m);
  });

  it('keep what a worker counted when it ends, but not how things stood with it', async () => {
    const [ended, successor] = [new Metrics(), new Metrics()];
    ended.brokenHead(400, 'head_malformed');
    successor.brokenHead(400, 'head_malformed');
    const kept = mergeCounts([[], ended.collect(state)]);
    const again = mergeCounts([kept, ended.collect(state)]);
    const text = await mergeMetrics([successor.collect(state), again], []);
    assert.match(text, /^portcullis_requests_total\{api="",status="400"\} 3$/m);
    assert.match(text, /^portcullis_connections 3$/m);
  });

  it('are valid without any worker', async () => {
    assert.equal(typeof (await mergeMetrics([], [])), 'string');
  });
});
