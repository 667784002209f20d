import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { jwksKeys } from '../index.ts';
import { makeIssuer } from '../testing/issuer.ts';
import { type CompiledPolicy, compilePolicies } from '../verifier/policy.ts';
import type { JwtClaims } from '../verifier/types.ts';
import { checkClaims } from './check-claims.ts';

const { publicJwk } = await makeIssuer('ES256');
const keys = await jwksKeys({ keys: [publicJwk] }, { algorithms: ['ES256'] });

function policyOf(changes: {
  clockSkew: number;
  maxLifetime: number;
  audienceOptional: boolean;
}): CompiledPolicy {
  const policy = compilePolicies({ issuers: [{ issuer: 'i', algorithms: ['ES256'], keys, ...changes }] }).get(
    'i',
  );
  assert.ok(policy);
  return policy;
}

const time = fc.oneof(fc.integer({ min: -20, max: 120 }), fc.double({ noNaN: true }));
const names = fc.constantFrom('a', 'b', 'aa', '');
const claimSets = fc.record(
  { exp: time, nbf: time, iat: time, aud: fc.oneof(names, fc.array(names, { maxLength: 3 })) },
  { requiredKeys: [] },
);
const policies = fc
  .record({
    clockSkew: fc.integer({ min: 0, max: 60 }),
    maxLifetime: fc.integer({ min: 1, max: 200 }),
    audienceOptional: fc.boolean(),
  })
  .map(policyOf);

test('a token passes only when all that RFC 7519 asks of its times and audience holds', () => {
  let passed = 0;
  fc.assert(
    fc.property(
      claimSets,
      policies,
      fc.oneof(time, fc.constant(Number.NaN)),
      (claims: JwtClaims, policy, now) => {
        if (checkClaims(claims, policy, 'a', now) !== undefined) return;
        passed += 1;
        const { exp, nbf = Number.NEGATIVE_INFINITY, iat, aud } = claims;
        assert.ok(exp !== undefined && Number.isFinite(now));
        assert.ok(now < exp + policy.clockSkew);
        assert.ok(nbf <= now + policy.clockSkew + 1e-6);
        assert.ok(iat === undefined || iat <= now + policy.clockSkew + 1e-6);
        assert.ok(exp - (iat ?? now) <= policy.maxLifetime);
        assert.ok(aud === undefined ? policy.audienceOptional : [aud].flat().includes('a'));
      },
    ),
    { numRuns: 5000 },
  );
  assert.ok(passed > 20, 'the property was hardly tried');
});
