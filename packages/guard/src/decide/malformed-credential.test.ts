import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { request } from '../testing/bench.ts';
import { guard, reader } from '../testing/orders.ts';

it('calls a credential malformed wherever it has a character that no token has, also one that is known but for that', async () => {
  assert.equal((await guard.decide(request('GET /orders/1', reader))).kind, 'forward');
  const character = fc
    .integer({ min: 0, max: 255 })
    .map((code) => String.fromCharCode(code))
    .filter((one) => !/[A-Za-z0-9\-._~+/,]/.test(one));
  await fc.assert(
    fc.asyncProperty(
      character,
      fc.nat({ max: reader.length - 1 }),
      fc.boolean(),
      async (one, at, instead) => {
        const token = reader.slice(0, at) + one + reader.slice(instead ? at + 1 : at);
        fc.pre(!/^ *[A-Za-z0-9\-._~+/]+=*$/.test(token));
        const decision = await guard.decide(request('GET /orders/1', token));
        assert.equal(decision.kind === 'deny' && decision.reason, 'credential_malformed');
      },
    ),
    { numRuns: 1000 },
  );
});
