/**
 * Our verdicts against those of Wycheproof, whose files are not in this repository: WYCHEPROOF_DIR names their folder.
 * `npm run conformance:wycheproof -- <folder>` sets it; see docs/conformance.md.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import {
  CONTENT_ENCRYPTIONS,
  createVerifier,
  decryptionKeys,
  generateKey,
  jwksKeys,
  KEY_MANAGEMENT_ALGORITHMS,
  KeyError,
  PolicyError,
  TokenError,
} from '@portcullis/token';
import { jweVerdict } from '../testing/jwe-verdict.ts';
import { jwsVerdict, jwsVerdictUnderAnySecret, keysOf } from '../testing/jws-verdict.ts';
import type { Verdict } from '../testing/verdict.ts';
import {
  ACCEPTED,
  DISAGREEMENTS,
  DISAGREEMENTS_UNDER_ANY_SECRET,
  type Disagreement,
} from './disagreements.ts';
import { filesIn, readWycheproof, type WycheproofVector } from './vectors.ts';

const folder = process.env['WYCHEPROOF_DIR'];

test('each disagreement with Wycheproof is listed once, with its reason', () => {
  for (const table of [DISAGREEMENTS, DISAGREEMENTS_UNDER_ANY_SECRET]) {
    const named = table.flatMap(({ file, vectors }) => Object.keys(vectors).map((tcId) => `${file} ${tcId}`));
    assert.deepEqual(named, [...new Set(named)]);
    assert.ok(table.every(({ why }) => why.length > 20));
  }
});

test('docs/conformance.md gives the reason for each disagreement', () => {
  const page = readFileSync(new URL('../../docs/conformance.md', import.meta.url), 'utf8');
  for (const { why } of [...DISAGREEMENTS, ...DISAGREEMENTS_UNDER_ANY_SECRET])
    assert.ok(page.includes(why), why);
});

for (const file of folder === undefined ? [] : filesIn(folder)) {
  const vectors = readWycheproof(folder ?? '', file);

  test(`${file}: we judge as Wycheproof does, or differ as listed`, async (t) => {
    await compare(t, file, vectors, DISAGREEMENTS, verdictOn);
  });

  test(`${file}: the verifier as a whole takes none, for none is a claims set of its issuer`, async () => {
    for (const vector of vectors) await refusedByVerifier(vector);
  });

  const underSecrets = vectors.filter(({ kind, keys }) => kind === 'jws' && keys.every(isShared));
  if (file === 'json_web_signature_test.json') {
    test(`${file}: under shared secrets of any strength as well`, async (t) => {
      await compare(t, file, underSecrets, DISAGREEMENTS_UNDER_ANY_SECRET, ({ keys, token }) =>
        jwsVerdictUnderAnySecret(keys, token),
      );
    });
  }
}

/** Neither may a disagreement be missing on the list, nor may the list name one that is none any more. */
async function compare(
  t: TestContext,
  file: string,
  vectors: readonly WycheproofVector[],
  table: readonly Disagreement[],
  judge: (vector: WycheproofVector) => Promise<Verdict>,
): Promise<void> {
  const found: string[] = [];
  for (const vector of vectors) {
    const { tcId, comment, valid, content } = vector;
    const verdict = await judge(vector);
    const accepted = 'content' in verdict;
    if (accepted !== valid) found.push(`${tcId} ${comment}: ${accepted ? ACCEPTED : verdict.refused}`);
    else if (accepted && content !== undefined) assert.deepEqual(Buffer.from(verdict.content), content);
  }
  const listed = table
    .filter((entry) => entry.file === file)
    .flatMap(({ ours, vectors }) =>
      Object.entries(vectors).map(([tcId, comment]) => `${tcId} ${comment}: ${ours}`),
    );
  assert.deepEqual(found.sort(), listed.sort());
  t.diagnostic(
    `${vectors.length} vectors: ${vectors.length - found.length} agree, ${found.length} differ as listed`,
  );
}

function verdictOn({ kind, keys, token }: WycheproofVector): Promise<Verdict> {
  return kind === 'jws' ? jwsVerdict(keys, token) : jweVerdict(keys[0], token);
}

/** Whatever a vector holds, the face that products use answers with a TokenError, and nothing else. */
async function refusedByVerifier({ tcId, kind, keys, token }: WycheproofVector): Promise<void> {
  const verifier = await (kind === 'jws' ? signedVerifier(keys) : encryptedVerifier(keys)).catch((error) => {
    if (error instanceof KeyError || error instanceof PolicyError) return undefined;
    throw error;
  });
  if (verifier === undefined) return;
  await assert.rejects(
    verifier.verify(token, { audience: 'https://api.example' }),
    (error) => error instanceof TokenError,
    String(tcId),
  );
}

async function signedVerifier(jwks: readonly unknown[]) {
  const keys = await keysOf(jwks);
  return createVerifier({
    issuers: [
      {
        issuer: 'https://id.example',
        algorithms: keys.algorithms,
        keys,
        types: ['none'],
        audienceOptional: true,
      },
    ],
  });
}

const { publicJwk } = await generateKey('ES256');

async function encryptedVerifier(jwks: readonly unknown[]) {
  const keys = await decryptionKeys(
    { keys: jwks },
    { algorithms: KEY_MANAGEMENT_ALGORITHMS, encryptions: CONTENT_ENCRYPTIONS },
  );
  return createVerifier({
    issuers: [
      {
        issuer: 'https://id.example',
        algorithms: ['ES256'],
        keys: await jwksKeys({ keys: [publicJwk] }, { algorithms: ['ES256'] }),
        decryption: { keys },
        types: ['none'],
        audienceOptional: true,
      },
    ],
  });
}

function isShared(jwk: unknown): boolean {
  return typeof jwk === 'object' && jwk !== null && 'kty' in jwk && jwk.kty === 'oct';
}
