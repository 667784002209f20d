import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Algorithm,
  createVerifier,
  isAlgorithm,
  jwksKeys,
  KeyError,
  secretKeys,
  TokenError,
} from '@portcullis/token';
import { startChromium } from '../support/chromium.ts';
import { DebuggerPage, startDebugger } from '../support/debugger.ts';

/**
 * Pastes Wycheproof's signatures into the page, and holds each verdict to that of packages/token outside of it. The files
 * are not part of this repository: `node e2e/debugger/wycheproof.ts <folder>`, where <folder> has
 * json_web_signature_test.json of https://github.com/C2SP/wycheproof.
 */

interface Group {
  readonly public?: Jwk;
  readonly private: Jwk;
  readonly tests: readonly { readonly tcId: number; readonly jws: unknown; readonly result: string }[];
}

type Jwk = Readonly<Record<string, unknown>>;

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('usage: node e2e/debugger/wycheproof.ts <folder>');
const groups: readonly Group[] = JSON.parse(
  readFileSync(join(folder, 'json_web_signature_test.json'), 'utf8'),
).testGroups;

const ends: (() => unknown)[] = [];
const t = { after: (end: () => unknown) => void ends.push(end) };
let passed = 0;
let failed = 0;
let valid = 0;
try {
  const debug = await DebuggerPage.open(await startChromium(t), await startDebugger(t));
  for (const group of groups) {
    const key = group.public ?? group.private;
    await debug.giveKey(JSON.stringify(key));
    for (const { tcId, jws, result } of group.tests) {
      const token = typeof jws === 'string' ? jws : JSON.stringify(jws);
      await debug.paste(token);
      const { code, signature, outcome } = await debug.verdict();
      const expected = await verdictOf(token, key);
      // A key that nobody takes is refused before a token is looked at; of what is no token at all, the page finds none.
      const same = expected.code === code || (expected.byKey && outcome !== 'accepted') || outcome === '';
      const sound = result === 'valid' || outcome === 'refused' || outcome === '';
      if (same && sound) passed += 1;
      else {
        failed += 1;
        console.log(
          `${tcId} (${result}): the page says ${code || 'nothing'}, ${signature}; packages/token ${expected.code || 'accepted'}`,
        );
      }
      if (result === 'valid' && signature === 'verified') valid += 1;
    }
  }
} finally {
  for (const end of ends.reverse()) await end();
}
console.log(`valid vectors whose signature the page verifies: ${valid}`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

/** The code that a verifier with this one key refuses the token with, or that of the key. */
async function verdictOf(token: string, jwk: Jwk): Promise<{ code: string; byKey: boolean }> {
  const algorithms: Algorithm[] = [algorithmOf(jwk, token)];
  try {
    const keys =
      jwk['kty'] === 'oct'
        ? await secretKeys([`base64url:${String(jwk['k'])}`], { algorithms })
        : await jwksKeys({ keys: [jwk] }, { algorithms });
    const issuers = [{ issuer: '(none)', algorithms, keys, types: ['at+jwt', 'JWT', 'none'] }];
    await createVerifier({ issuers }).verify(token, { audience: '(none)' });
    return { code: '', byKey: false };
  } catch (error) {
    if (error instanceof TokenError) return { code: error.code, byKey: false };
    if (error instanceof KeyError) return { code: error.code, byKey: true };
    throw error;
  }
}

function algorithmOf({ alg }: Jwk, token: string): Algorithm {
  if (isAlgorithm(alg)) return alg;
  const said: unknown = headerOf(token)['alg'];
  return isAlgorithm(said) ? said : 'ES256';
}

function headerOf(token: string): Jwk {
  try {
    return JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString());
  } catch {
    return {};
  }
}
