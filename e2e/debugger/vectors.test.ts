import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, describe, test } from 'node:test';
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
import { assertClean, DebuggerPage, startDebugger } from '../support/debugger.ts';

interface Vector {
  readonly name: string;
  readonly alg: string;
  readonly secret?: string;
  readonly publicJwk?: object;
  readonly jwk?: Record<string, string>;
  readonly compact: string;
  readonly plaintext: string;
}

/** The published examples that the conformance suite runs against the packages. */
function vectors(name: string): readonly Vector[] {
  const file = new URL(`../../conformance/vectors/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')).vectors;
}

const debug = await DebuggerPage.open(await startChromium({ after }), await startDebugger({ after }));

/** What a verifier of packages/token, outside the page, says to a token that it is given with this one key. */
async function verdictOf({ alg, secret, publicJwk, compact }: Vector): Promise<string> {
  assert.ok(isAlgorithm(alg));
  const algorithms: Algorithm[] = [alg];
  try {
    const keys =
      secret === undefined
        ? await jwksKeys({ keys: [publicJwk] }, { algorithms })
        : await secretKeys([`base64url:${secret}`], { algorithms });
    const issuers = [{ issuer: 'joe', algorithms, keys, types: ['at+jwt', 'JWT', 'none'] }];
    await createVerifier({ issuers }).verify(compact, { audience: '(none)' });
    return '';
  } catch (error) {
    if (error instanceof TokenError || error instanceof KeyError) return error.code;
    throw error;
  }
}

describe('the examples of the RFCs, pasted: the signature verifies, and the verdict is that of packages/token', () => {
  for (const name of ['rfc7515', 'rfc7520', 'rfc8037', 'rfc9964']) {
    for (const vector of vectors(name)) {
      test(`${name} ${vector.name}`, async () => {
        await debug.paste(vector.compact);
        if (vector.secret === undefined) await debug.giveKey(JSON.stringify(vector.publicJwk));
        else await debug.giveKey(vector.secret, 'base64url');
        const { signature, code, outcome } = await debug.verdict();
        assert.equal(signature, 'verified');
        assert.equal(outcome, 'refused');
        const expected = await verdictOf(vector);
        // A secret that may not be used stops a verifier before it looks at a token; the page goes on.
        const codes = Object.values(await debug.checks()).map((check) => check.code);
        assert.ok(code === expected || codes.includes(expected), `${code}, expected ${expected}`);
        if (vector.secret === undefined) assert.equal(code, expected);
      });
    }
  }

  test('RFC 7515 A.6, in JSON serialisation, and made compact', async () => {
    const [, rsa, ec] = vectors('rfc7515');
    assert.ok(rsa && ec);
    const parts = (compact: string): string[] => compact.split('.');
    const [rsaHeader, payload, rsaSignature] = parts(rsa.compact);
    const [ecHeader, , ecSignature] = parts(ec.compact);
    const signatures = [
      { protected: rsaHeader, header: { kid: '2010-12-29' }, signature: rsaSignature },
      {
        protected: ecHeader,
        header: { kid: 'e9bc097a-ce51-4036-9562-d2ade882db0d' },
        signature: ecSignature,
      },
    ];
    await debug.paste(JSON.stringify({ payload, signatures }));
    await debug.giveKey(JSON.stringify(rsa.publicJwk));
    assert.equal((await debug.verdict()).signature, 'verified');
    await debug.page.getByRole('button', { name: 'Write it in compact form' }).click();
    await debug.settled();
    assert.equal(await debug.text('Encoded token'), rsa.compact);
    assert.equal((await debug.verdict()).signature, 'verified');
  });

  test('RFC 7519 6.1, which is not signed at all', async () => {
    const claims = Buffer.from('{"iss":"joe",\r\n "exp":1300819380,\r\n "http://example.com/is_root":true}');
    await debug.paste(`eyJhbGciOiJub25lIn0.${claims.toString('base64url')}.`);
    assert.deepEqual(await debug.verdict(), {
      outcome: 'refused',
      code: 'alg_unsupported',
      signature: 'not_checked',
    });
    assert.ok((await debug.findings()).includes('alg_none'));
  });

  test('RFC 7638 3.1, the thumbprint of a key', async () => {
    const key = vectors('rfc7517').find(({ name }) => name === 'A.1 RSA');
    await debug.giveKey(JSON.stringify(key?.jwk), 'utf8');
    await debug.page.getByText('NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs').waitFor();
  });
});

describe('the encrypted examples of the RFCs open with their keys', () => {
  for (const name of ['rfc7516', 'rfc7520-encryption']) {
    for (const vector of vectors(name)) {
      test(`${name} ${vector.name}`, async () => {
        await debug.paste(vector.compact);
        await debug.tool('Encryption');
        await debug.page.getByLabel('Key to encrypt or decrypt with').fill(JSON.stringify(vector.jwk));
        await debug.page.getByRole('button', { name: 'Decrypt', exact: true }).click();
        const layer = debug.page.locator('[data-layer="1"] pre');
        await layer.filter({ hasText: vector.plaintext.slice(0, 20) }).waitFor();
        assert.equal(await layer.textContent(), vector.plaintext);
      });
    }
  }
});

test('all of that without an error, and without a breach of its policy', () => assertClean(debug));
