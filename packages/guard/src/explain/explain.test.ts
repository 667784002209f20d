import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CHECKS } from '@portcullis/token';
import type { Decision } from '../decide/decision.ts';
import { denyInternal } from '../decide/denial.ts';
import { REASONS } from '../errors.ts';
import { createBench, ordersApi, request, snapshotOf } from '../testing/bench.ts';
import { type DenialRecord, denialRecord } from './denial-record.ts';
import { explain, type Story } from './explain.ts';

const bench = await createBench();
const guard = bench.guard(
  snapshotOf(
    ordersApi(
      '{ match: "GET /{id}", require: { scopes: [read:orders] } }, { match: "GET /p", public: true }',
    ),
  ),
);

function recordOf(decision: Decision): DenialRecord {
  assert.ok(decision.kind === 'deny');
  // As the access log keeps it.
  return JSON.parse(JSON.stringify(denialRecord(decision)));
}

async function storyOf(line: string, token?: string): Promise<Story> {
  return explain(recordOf(await guard.decide(request(line, token))));
}

function results(story: Story): Record<string, string> {
  return Object.fromEntries(story.steps.map(({ check, result }) => [check, result]));
}

describe('explain', () => {
  it("tells every check in order, the token's among the guard's", async () => {
    const { steps } = await storyOf('GET /nowhere');
    assert.deepEqual(
      steps.map(({ check }) => check),
      [
        'target',
        'path',
        'api',
        'address_limit',
        'origin',
        'credential',
        ...CHECKS,
        'revocation',
        'route',
        'caller_limit',
        'requirement',
        'headers',
      ],
    );
    assert.ok(steps.every(({ title }) => title.endsWith('.')));
  });

  it('of a missing scope: everything before passed, with what it looked at, and the rule with its line', async () => {
    const story = await storyOf('GET /orders/1', await bench.token({ scope: 'write:orders' }));
    const result = results(story);
    assert.equal(result['signature'], 'passed');
    assert.equal(result['route'], 'passed');
    assert.equal(result['requirement'], 'failed');
    assert.equal(result['headers'], 'not reached');
    const step = (check: string) => story.steps.find((one) => one.check === check);
    assert.deepEqual(step('requirement')?.rule, { text: 'scopes: [read:orders]', line: 8 });
    assert.deepEqual(step('requirement')?.input, { all: ['read:orders'], have: ['write:orders'] });
    assert.deepEqual(step('issuer')?.input, { iss: 'http://localhost:8081' });
    assert.deepEqual(step('api')?.input, { api: 'orders' });
    assert.deepEqual(step('route')?.input, { route: 'GET /{id}' });
    assert.equal(story.summary, REASONS.scope_missing.summary);
    assert.equal(story.cure, REASONS.scope_missing.cure);
  });

  it('of an expired token: the checks before the expiry passed, those after it were not reached', async () => {
    const story = await storyOf('GET /orders/1', await bench.token({ iat: 1, exp: 2 }));
    const result = results(story);
    assert.equal(result['signature'], 'passed');
    assert.equal(result['expiry'], 'failed');
    assert.equal(result['audience'], 'not reached');
    assert.equal(result['requirement'], 'not reached');
    assert.equal(story.verified, true);
  });

  it('of a missing token: no check of the token was reached', async () => {
    const result = results(await storyOf('GET /orders/1'));
    assert.equal(result['credential'], 'failed');
    assert.ok(CHECKS.every((check) => result[check] === 'not reached'));
  });

  it('of a path that no API has: only what came before it passed', async () => {
    const result = results(await storyOf('GET /nowhere'));
    assert.deepEqual(
      [result['path'], result['api'], result['credential']],
      ['passed', 'failed', 'not reached'],
    );
  });

  it('of a denial without any token does not say that a token passed', () => {
    const record: DenialRecord = {
      reason: 'method_not_allowed',
      status: 405,
      check: 'route',
      detail: {},
      seen: {},
      verified: false,
      api: 'docs',
    };
    const result = results(explain(record));
    assert.equal(result['route'], 'failed');
    assert.equal(result['api'], 'passed');
    assert.ok(CHECKS.every((check) => result[check] === 'not reached'));
  });

  it('of an unforeseen failure: says so, and claims no check', () => {
    const story = explain(recordOf(denyInternal(new Error('boom'))));
    assert.deepEqual(story.steps.at(-1), {
      check: 'internal',
      title: 'Nothing fails that no check foresees.',
      result: 'failed',
      input: { error: 'Error: boom' },
    });
    assert.ok(story.steps.slice(0, -1).every(({ result }) => result === 'not reached'));
  });
});

describe('denialRecord', () => {
  it('is plain JSON, with names for API and route, and no token', async () => {
    const token = await bench.token({ scope: 'x' });
    const decision = await guard.decide(request('GET /orders/1', token));
    assert.ok(decision.kind === 'deny');
    const record = denialRecord(decision);
    assert.deepEqual(recordOf(decision), record);
    assert.equal(record.api, 'orders');
    assert.equal(record.route, 'GET /{id}');
    assert.ok(!JSON.stringify(record).includes(token.slice(-20)));
  });
});
