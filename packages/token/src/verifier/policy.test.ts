import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  createVerifier,
  type IssuerPolicy,
  jwksKeys,
  PolicyError,
  type PolicyErrorCode,
  type VerifierOptions,
} from '../index.ts';
import { ISSUER, makeIssuer } from '../testing/issuer.ts';

const { publicJwk } = await makeIssuer('ES256');
const keys = await jwksKeys({ keys: [publicJwk] }, { algorithms: ['ES256'] });
const good: IssuerPolicy = { issuer: ISSUER, algorithms: ['ES256'], keys };

/** Callers without types can pass anything; so do these tests. */
function refusesOptions(options: unknown, code: PolicyErrorCode): void {
  // @ts-expect-error see above
  const loose: VerifierOptions = options;
  assert.throws(
    () => createVerifier(loose),
    (error) => error instanceof PolicyError && error.code === code,
    `${JSON.stringify(options)} should be refused as ${code}`,
  );
}

const BAD: readonly (readonly [Record<string, unknown>, PolicyErrorCode])[] = [
  [{ issuer: undefined }, 'issuer_invalid'],
  [{ issuer: '' }, 'issuer_invalid'],
  [{ issuer: [ISSUER] }, 'issuer_invalid'],
  [{ name: '' }, 'issuer_invalid'],
  [{ algorithms: undefined }, 'algorithms_missing'],
  [{ algorithms: [] }, 'algorithms_missing'],
  [{ algorithms: 'ES256' }, 'algorithms_missing'],
  [{ algorithms: ['none'] }, 'algorithm_unknown'],
  [{ algorithms: ['ES256', 'NONE'] }, 'algorithm_unknown'],
  [{ algorithms: ['ES256', 'HS256'] }, 'algorithms_mixed'],
  [{ algorithms: ['ES256', 'RS256'] }, 'algorithms_unfit'],
  [{ keys: undefined }, 'keys_missing'],
  [{ keys: {} }, 'keys_missing'],
  [{ types: [] }, 'types_invalid'],
  [{ types: 'JWT' }, 'types_invalid'],
  [{ types: [1] }, 'types_invalid'],
  [{ types: [''] }, 'types_invalid'],
  [{ types: ['text/plain'] }, 'types_invalid'],
  [{ types: ['JWT', 'DPoP+jwt'] }, 'type_refused'],
  [{ types: ['application/logout+jwt'] }, 'type_refused'],
  [{ requiredClaims: 'sub' }, 'required_claims_invalid'],
  [{ requiredClaims: [''] }, 'required_claims_invalid'],
  [{ maxLifetime: 0 }, 'lifetime_invalid'],
  [{ maxLifetime: Number.POSITIVE_INFINITY }, 'lifetime_invalid'],
  [{ maxLifetime: '1h' }, 'lifetime_invalid'],
  [{ clockSkew: 61 }, 'skew_invalid'],
  [{ clockSkew: -1 }, 'skew_invalid'],
  [{ clockSkew: Number.NaN }, 'skew_invalid'],
  [{ clockSkew: '5' }, 'skew_invalid'],
];
for (const [change, code] of BAD) {
  test(`refuses a policy with ${JSON.stringify(change)}: ${code}`, () => {
    refusesOptions({ issuers: [{ ...good, ...change }] }, code);
  });
}

test('refuses no issuers, and two of the same iss or name', () => {
  refusesOptions({}, 'issuers_missing');
  refusesOptions({ issuers: [] }, 'issuers_missing');
  refusesOptions({ issuers: [good, { ...good, name: 'other' }] }, 'issuer_duplicate');
  refusesOptions(
    { issuers: [good, { ...good, name: ISSUER, issuer: 'https://b.example' }] },
    'issuer_duplicate',
  );
});

test('refuses a cache of no size that makes sense', () => {
  for (const maxBytes of [-1, Number.NaN, '1MB'])
    refusesOptions({ issuers: [good], cache: { maxBytes } }, 'cache_invalid');
});

test('a policy that is changed afterwards changes nothing', async () => {
  const algorithms: ('ES256' | 'RS256')[] = ['ES256'];
  const issuers: IssuerPolicy[] = [{ ...good, algorithms }];
  const verifier = createVerifier({ issuers });
  algorithms.push('RS256');
  issuers.length = 0;
  await assert.rejects(verifier.verify('e30.e30.AA', { audience: 'x' }), { code: 'alg_unsupported' });
});
