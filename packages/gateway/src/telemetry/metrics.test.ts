import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { mergeMetrics } from '../supervisor/merge-metrics.ts';
import { Metrics } from './metrics.ts';

const state = { connections: 3, revision: 2, droppedLines: 0, issuers: { policies: [], sources: new Map() } };

describe('metrics', () => {
  it('sum what workers count, and agree on the revision', async () => {
    const [one, two] = [new Metrics(), new Metrics()];
    one.brokenHead(400, 'head_malformed');
    two.brokenHead(400, 'head_malformed');
    two.brokenHead(431, 'head_too_large');
    const text = await mergeMetrics([one.collect(state), two.collect({ ...state, revision: 3 })], {
      portcullis_workers: { help: 'Workers that listen.', value: 2 },
    });
    assert.match(text, /^portcullis_requests_total\{api="",status="400"\} 2$/m);
    assert.match(text, /^portcullis_refusals_total\{api="",reason="head_too_large"\} 1$/m);
    assert.match(text, /^portcullis_connections 6$/m);
    assert.match(text, /^portcullis_revision 3$/m);
    assert.match(text, /^portcullis_workers 2$/m);
  });

  it('are valid without any worker', async () => {
    assert.equal(typeof (await mergeMetrics([], {})), 'string');
  });
});
