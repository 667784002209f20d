/**
 * Tokens in great numbers, altered in every way that we could think of, given to our verifier and to jose's own
 * jwtVerify (and compactDecrypt) under the same issuer, audience, algorithms, keys and clock. Our verifier checks signatures by
 * WebCrypto and by OpenSSL, and must give the same answer both times. It and jose may differ in one direction only:
 *
 * - what we accept, jose accepts, and it reads the same claims. There is no exception;
 * - what jose accepts, we accept, or refuse for a reason listed in STRICTER. Any other reason is a fault of ours.
 *
 * PORTCULLIS_FUZZ_SECONDS says how long (default 4), PORTCULLIS_FUZZ_SEED repeats a run's plans; keys and signatures are
 * new each time, so a difference prints its token and its keys too. See docs/conformance.md.
 */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { compactDecrypt, createLocalJWKSet, errors, importJWK, type JWTPayload, jwtVerify } from 'jose';
import {
  createVerifier,
  jwksKeys,
  secretKeys,
  TokenError,
  type TokenErrorCode,
  type Verifier,
  type VerifierOptions,
} from '../index.ts';
import { checkByOpenSsl } from '../node/index.ts';
import {
  encryptedAs,
  encryptionPlans,
  FUZZED_ALGORITHMS,
  FUZZED_ENCRYPTIONS,
  makeFuzzEncryptionKeys,
} from '../testing/fuzz-encrypted.ts';
import {
  HMAC_ISSUER,
  HMAC_SECRET,
  makeFuzzKeys,
  type TokenPlan,
  tokenOfPlan,
  tokenPlans,
} from '../testing/fuzz-tokens.ts';
import { AUDIENCE, ISSUER, NOW } from '../testing/issuer.ts';

/** Why we refuse what jose accepts. */
const STRICTER: Readonly<Partial<Record<TokenErrorCode, string>>> = {
  token_malformed: 'jose decodes base64url leniently: padding, white space, the other alphabet, unused bits',
  token_too_large: 'jose sets no limit to a token',
  header_too_large: 'jose sets no limit to a header',
  header_malformed: 'jose takes duplicate members, lone surrogates, any depth, and a kid that is no text',
  payload_malformed: 'the same for claims',
  header_critical: 'jose takes b64 and zip where crit does not name them',
  typ_not_allowed: 'jose can be told one typ, or none to ask for: it asks nothing of the issuer with secrets',
  token_kind_refused: 'jose does not look for the marks of id tokens, logout tokens and proofs',
  binding_unsupported: 'jose does not look at cnf',
  claim_malformed: 'jose checks the types of times, iss and aud only',
  iat_in_future: 'jose reads iat only when a greatest age is asked for',
  lifetime_too_long: 'jose sets no limit to a lifetime',
  encrypted_content_refused: 'jose decrypts whatever it holds; we ask for cty and a signed token',
  decryption_key_unknown: 'the key is looked up by kid; jose is handed the key',
  encryption_foreign: 'only tokens of the issuer that the key is for',
};

const seconds = Number(process.env['PORTCULLIS_FUZZ_SECONDS'] ?? 4);
const seed = Number(process.env['PORTCULLIS_FUZZ_SEED'] ?? Date.now() % 2 ** 31);
assert.ok(
  seconds > 0 && Number.isSafeInteger(seed),
  'PORTCULLIS_FUZZ_SECONDS or PORTCULLIS_FUZZ_SEED is no number',
);

const { publicJwks, signers } = await makeFuzzKeys();
const encryption = await makeFuzzEncryptionKeys();
const PAIRED = ['ES256', 'RS256', 'PS256', 'EdDSA', 'ML-DSA-44'] as const;
const SHARED = ['HS256', 'HS512'] as const;

const options: VerifierOptions = {
  issuers: [
    {
      issuer: ISSUER,
      algorithms: PAIRED,
      keys: await jwksKeys({ keys: publicJwks }, { algorithms: PAIRED }),
      decryption: { keys: encryption.keys },
    },
    {
      issuer: HMAC_ISSUER,
      algorithms: SHARED,
      keys: await secretKeys([HMAC_SECRET], { algorithms: SHARED }),
      types: ['JWT', 'none'],
    },
  ],
  clock: () => NOW,
};
const verifier = createVerifier(options);
const byOpenSsl = createVerifier({ ...options, checkSignature: checkByOpenSsl });

const common = {
  audience: AUDIENCE,
  clockTolerance: 5,
  currentDate: new Date(NOW * 1000),
  requiredClaims: ['exp'],
};
const keySet = createLocalJWKSet({ keys: publicJwks.map((jwk) => ({ ...jwk })) });
const secret = new TextEncoder().encode(HMAC_SECRET);
const decrypting = await Promise.all(
  encryption.privateJwks.map(async (jwk) => ({
    alg: jwk.alg ?? '',
    key: await importJWK({ ...jwk }, jwk.alg ?? ''),
  })),
);

type Answer = { readonly claims: unknown } | { readonly refused: string };

async function ours(token: string): Promise<Answer> {
  const answer = await answerOf(verifier, token);
  assert.deepEqual(await answerOf(byOpenSsl, token), answer, `by OpenSSL: ${shown(token)}`);
  return answer;
}

async function answerOf(one: Verifier, token: string): Promise<Answer> {
  try {
    const { claims } = await one.verify(token, { audience: AUDIENCE });
    assert.deepEqual(one.recall(token, { audience: AUDIENCE })?.claims, claims);
    return { claims };
  } catch (error) {
    assert.ok(error instanceof TokenError, `verify rejected with something else: ${error}`);
    return { refused: error.code };
  }
}

/** jose accepts a token when it does under the settings of either issuer, signed or encrypted. */
async function theirs(token: string): Promise<Answer> {
  const signed = token.split('.').length === 5 ? await decrypted(token) : token;
  if (signed === undefined) return { refused: 'not decrypted' };
  const paired = () =>
    jwtVerify(signed, keySet, { ...common, issuer: ISSUER, algorithms: [...PAIRED], typ: 'at+jwt' });
  const shared = () => jwtVerify(signed, secret, { ...common, issuer: HMAC_ISSUER, algorithms: [...SHARED] });
  const claims = (await payloadOf(paired)) ?? (await payloadOf(shared));
  return claims === undefined ? { refused: 'by jose' } : { claims };
}

async function payloadOf(verify: () => Promise<{ payload: JWTPayload }>): Promise<JWTPayload | undefined> {
  return (await quietly(verify))?.payload;
}

async function decrypted(token: string): Promise<string | undefined> {
  for (const { alg, key } of decrypting) {
    const opened = await quietly(() =>
      compactDecrypt(token, key, {
        keyManagementAlgorithms: [alg],
        contentEncryptionAlgorithms: [...FUZZED_ENCRYPTIONS],
      }),
    );
    if (opened !== undefined) return new TextDecoder().decode(opened.plaintext);
  }
  return undefined;
}

/** jose's own errors are refusals; so is what WebCrypto says for itself of keys in headers. */
async function quietly<T>(run: () => Promise<T>): Promise<T | undefined> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof errors.JOSEError || error instanceof DOMException || error instanceof TypeError)
      return undefined;
    throw error;
  }
}

/** How often each pair of answers was seen. */
class Tally {
  readonly #counts = new Map<string, number>();

  compare(token: string, our: Answer, their: Answer): void {
    if ('claims' in our) {
      this.#add('both accept');
      assert.ok('claims' in their, `accepted by us, refused by jose: ${shown(token)}`);
      assert.deepEqual(our.claims, their.claims, `read differently: ${shown(token)}`);
    } else if ('claims' in their) {
      this.#add(`only jose accepts: ${our.refused}`);
      assert.ok(our.refused in STRICTER, `refused as ${our.refused}, accepted by jose: ${shown(token)}`);
    } else {
      this.#add('both refuse');
    }
  }

  get accepted(): number {
    return this.#counts.get('both accept') ?? 0;
  }

  report(t: TestContext): void {
    for (const [what, count] of [...this.#counts].sort(([, a], [, b]) => b - a))
      t.diagnostic(`${count} ${what}`);
  }

  #add(what: string): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + 1);
  }
}

function shown(token: string): string {
  return `${token}\nkeys: ${JSON.stringify([publicJwks, encryption.privateJwks])}`;
}

/** More tokens than this must stay good, lest nothing but refusals be compared. */
const GOOD = 20;
/** Of a hundred at least five stay good: with so many made and too few good, something is wrong. */
const MOST_IN_VAIN = 5_000;
const BATCH = 50;

/** Until the time is up, and on a busy machine for longer: until enough tokens stayed good. */
async function compareTokens(
  t: TestContext,
  milliseconds: number,
  tokens: fc.Arbitrary<() => string | Promise<string>>,
): Promise<void> {
  const tally = new Tally();
  const property = fc.asyncProperty(tokens, async (make) => {
    const token = await make();
    tally.compare(token, await ours(token), await theirs(token));
  });
  const end = Date.now() + milliseconds;
  for (let made = 0; Date.now() < end || (tally.accepted <= GOOD && made < MOST_IN_VAIN); made += BATCH)
    await fc.assert(property, { seed: seed + made, numRuns: BATCH });
  tally.report(t);
  assert.ok(tally.accepted > GOOD, `only ${tally.accepted} tokens stayed good`);
}

const plans: fc.Arbitrary<TokenPlan> = tokenPlans(Object.keys(signers));

test('never accepts a token that jose rejects, whatever is changed in it', async (t) => {
  t.diagnostic(`seed ${seed}, ${seconds} s (PORTCULLIS_FUZZ_SEED, PORTCULLIS_FUZZ_SECONDS)`);
  await compareTokens(
    t,
    seconds * 700,
    plans.map((plan) => () => tokenOfPlan(plan, signers)),
  );
});

test('never accepts an encrypted token that jose rejects, whatever is changed in it or in what it holds', async (t) => {
  t.diagnostic(`seed ${seed}; ${FUZZED_ALGORITHMS.join(', ')} with ${FUZZED_ENCRYPTIONS.join(', ')}`);
  await compareTokens(
    t,
    seconds * 300,
    fc.tuple(plans, encryptionPlans).map(
      ([plan, how]) =>
        () =>
          encryptedAs(tokenOfPlan(plan, signers), how, encryption),
    ),
  );
});

const NO_KEYS: readonly (readonly [name: string, change: object])[] = [
  ['without a curve', { crv: undefined }],
  ['whose key_ops are no list', { key_ops: 'deriveBits' }],
];
for (const [name, change] of NO_KEYS) {
  test(`refuses an ephemeral key ${name}, at which WebCrypto throws a TypeError, as it refuses any other`, async () => {
    const [jwk] = encryption.privateJwks;
    const epk = { kty: 'EC', crv: 'P-256', x: jwk?.x, y: jwk?.y, ...change };
    const header = { alg: 'ECDH-ES', enc: 'A256GCM', cty: 'JWT', epk };
    const token = `${Buffer.from(JSON.stringify(header)).toString('base64url')}..${'A'.repeat(16)}.AAAA.${'A'.repeat(22)}`;
    await assert.rejects(
      verifier.verify(token, { audience: AUDIENCE }),
      (error) => error instanceof TokenError && error.code === 'decryption_failed',
    );
  });
}
