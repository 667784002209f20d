import assert from 'node:assert/strict';
import { createPublicKey, verify as verifyBytes } from 'node:crypto';
import { after, describe, test } from 'node:test';
import { ALGORITHMS, createVerifier, jwksKeys, secretKeys } from '@portcullis/token';
import { calculateJwkThumbprint, importPKCS8, importSPKI } from 'jose';
import { startChromium } from '../support/chromium.ts';
import { assertClean, DebuggerPage, startDebugger } from '../support/debugger.ts';
import { openssl } from '../support/openssl-keys.ts';

const browser = await startChromium({ after });
const url = await startDebugger({ after });

describe('the debugger makes a key and a token, verifies it, and refuses it once it was tampered with', async () => {
  const debug = await DebuggerPage.open(browser, url);
  await debug.tool('Make');

  for (const alg of ALGORITHMS) {
    test(alg, async () => {
      await debug.giveKey('');
      await debug.page.getByLabel('Algorithm', { exact: true }).selectOption(alg);
      await debug.page.getByRole('button', { name: 'Make this token' }).click();
      await debug.page.locator(`[data-generated="${alg}"]`).waitFor();
      await debug
        .editor('Decoded header')
        .filter({ hasText: `"alg": "${alg}"` })
        .waitFor();
      assert.deepEqual(await debug.verdict(), { outcome: 'unpinned', code: '', signature: 'verified' });

      const token = await debug.text('Encoded token');
      const privateJwk = JSON.parse(await debug.page.getByLabel('Secret, PEM, JWK or JWK Set').inputValue());
      const verifier = await verifierOf(alg, privateJwk);
      const { claims } = await verifier.verify(token, { audience: 'https://api.example.com/orders' });
      assert.equal(claims.client_id, 'my-client');

      const [header, payload = '', signature] = token.split('.');
      const forged = Buffer.from(payload, 'base64url').toString().replace('24400320', 'root');
      await debug.paste(`${header}.${Buffer.from(forged).toString('base64url')}.${signature}`);
      assert.deepEqual(await debug.verdict(), {
        outcome: 'refused',
        code: 'signature_invalid',
        signature: 'failed',
      });
    });
  }

  /** A verifier of ours, outside the page, that trusts the key that the page made. */
  async function verifierOf(alg: (typeof ALGORITHMS)[number], jwk: Record<string, string>) {
    const { kty, crv, x, y, n, e, pub, kid } = jwk;
    const known = Object.entries({ kty, crv, x, y, n, e, pub, kid, alg }).filter(
      ([, value]) => value !== undefined,
    );
    const keys =
      kty === 'oct'
        ? await secretKeys([`base64url:${jwk['k']}`], { algorithms: [alg] })
        : await jwksKeys({ keys: [Object.fromEntries(known)] }, { algorithms: [alg] });
    return createVerifier({ issuers: [{ issuer: 'https://id.example.com', algorithms: [alg], keys }] });
  }

  test('all of that without an error, and without a breach of its policy', () => assertClean(debug));
});

describe('the debugger makes', async () => {
  const debug = await DebuggerPage.open(browser, url);
  await debug.tool('Make');
  const form = (half: string, name: string): Promise<string | null> =>
    debug.page.locator(`[data-half="${half}"] [data-form="${name}"]`).textContent();

  const kinds: Record<string, [typ: string, claims: string[]]> = {
    access_token: ['at+jwt', ['iss', 'sub', 'aud', 'client_id', 'exp', 'iat', 'jti', 'scope']],
    id_token: ['JWT', ['iss', 'sub', 'aud', 'exp', 'iat', 'nonce', 'auth_time']],
    client_assertion: ['JWT', ['iss', 'sub', 'aud', 'exp', 'iat', 'jti']],
    dpop_proof: ['dpop+jwt', ['jti', 'htm', 'htu', 'iat']],
    logout_token: ['logout+jwt', ['iss', 'sub', 'aud', 'exp', 'iat', 'jti', 'events']],
    security_event: ['secevent+jwt', ['iss', 'aud', 'iat', 'jti', 'events', 'sub_id']],
  };
  for (const [kind, [typ, claims]] of Object.entries(kinds)) {
    test(`a token as its standard has it: ${kind}`, async () => {
      await debug.page.getByLabel('Template').selectOption(kind);
      await debug.page.getByRole('button', { name: 'Make this token' }).click();
      await debug
        .editor('Decoded header')
        .filter({ hasText: `"typ": "${typ}"` })
        .waitFor();
      // Two kinds share a type: their claims tell the token of before from the one that is waited for.
      await claims
        .reduce(
          (payload, claim) => payload.filter({ hasText: `"${claim}"` }),
          debug.editor('Decoded payload'),
        )
        .waitFor();
      await debug.settled();
      const header = JSON.parse(await debug.text('Decoded header'));
      assert.equal(header.typ, typ);
      assert.deepEqual(
        Object.keys(JSON.parse(await debug.text('Decoded payload'))).toSorted(),
        claims.toSorted(),
      );
      assert.equal((await debug.verdict()).signature, 'verified');
      if (kind === 'dpop_proof')
        assert.deepEqual(Object.keys(header.jwk).toSorted(), ['crv', 'kty', 'x', 'y']);
      // A verifier of access tokens takes an access token only.
      await debug.page.getByLabel('Access tokens only').check();
      assert.equal((await debug.verdict()).outcome === 'refused', kind !== 'access_token');
      await debug.page.getByLabel('Access tokens only').uncheck();
      await debug.tool('Make');
    });
  }

  test('a key pair in every form, with the public one told apart from the private one', async () => {
    await debug.page.getByLabel('Algorithm', { exact: true }).selectOption('RS256');
    await debug.page.getByRole('button', { name: 'Generate a key' }).click();
    await debug.page.locator('[data-generated="RS256"]').waitFor();
    const publicJwk = JSON.parse((await form('public', 'JWK')) ?? '');
    const privateJwk = JSON.parse((await form('private', 'JWK')) ?? '');
    assert.equal(publicJwk.kid, await calculateJwkThumbprint(publicJwk));
    assert.equal('d' in publicJwk, false);
    assert.equal('d' in privateJwk, true);
    assert.deepEqual(JSON.parse((await form('public', 'JWK Set')) ?? ''), { keys: [publicJwk] });
    const [spki, pkcs8] = [await form('public', 'PEM'), await form('private', 'PEM')];
    await importSPKI(spki ?? '', 'RS256');
    await importPKCS8(pkcs8 ?? '', 'RS256');
    assert.ok(!(await debug.page.locator('[data-half="public"]').textContent())?.includes('"d"'));
  });

  test('a secret of full strength, another each time', async () => {
    await debug.page.getByLabel('Algorithm', { exact: true }).selectOption('HS512');
    const made = new Set<string>();
    for (let count = 0; count < 2; count++) {
      await debug.page.getByRole('button', { name: 'Generate a key' }).click();
      await debug.page.locator('[data-generated="HS512"]').waitFor();
      await debug.settled();
      const { k } = JSON.parse((await form('private', 'JWK')) ?? '');
      assert.equal(Buffer.from(k, 'base64url').length, 64);
      made.add(k);
      await debug.page.waitForTimeout(300);
    }
    assert.equal(made.size, 2);
    assert.equal(await debug.page.locator('[data-half="public"]').count(), 0);
  });

  test('all of that without an error, and without a breach of its policy', () => assertClean(debug));
});

describe('either side of the debugger can be edited, and the other follows', async () => {
  const debug = await DebuggerPage.open(browser, url);
  await debug.example();
  const key = await debug.page.getByLabel('Secret, PEM, JWK or JWK Set').inputValue();
  const origin = debug.page.locator('[data-origin="unsigned"]');

  test('the decoded side is signed anew with the private key', async () => {
    const before = await debug.text('Encoded token');
    await debug.paste(
      '{"iss":"https://id.example.com","sub":"someone else","aud":"api","exp":4000000000}',
      'Decoded payload',
    );
    const token = await debug.text('Encoded token');
    assert.notEqual(token, before);
    const [header, payload = '', signature = ''] = token.split('.');
    assert.equal(JSON.parse(Buffer.from(payload, 'base64url').toString()).sub, 'someone else');
    const { kty, crv, x, y } = JSON.parse(key);
    const publicKey = createPublicKey({ key: { kty, crv, x, y }, format: 'jwk' });
    const signed = Buffer.from(`${header}.${payload}`);
    assert.ok(
      verifyBytes(
        'sha256',
        signed,
        { key: publicKey, dsaEncoding: 'ieee-p1363' },
        Buffer.from(signature, 'base64url'),
      ),
    );
    await debug.page.getByText('Signed by you').waitFor();
    assert.equal((await debug.verdict()).signature, 'verified');
  });

  test('what is typed stays as it is typed, and is encoded without white space', async () => {
    await debug.paste('{ "sub" :  "jo",\n"n": 1.0 }', 'Decoded payload');
    assert.equal(await debug.text('Decoded payload'), '{ "sub" :  "jo",\n"n": 1.0 }');
    const [, payload = ''] = (await debug.text('Encoded token')).split('.');
    assert.equal(Buffer.from(payload, 'base64url').toString(), '{"sub":"jo","n":1.0}');
  });

  test('what is no JSON yet changes nothing, and is told', async () => {
    const before = await debug.text('Encoded token');
    await debug.paste('{"sub":', 'Decoded payload');
    assert.equal(await debug.text('Encoded token'), before);
    assert.deepEqual(await debug.faultCodes(), ['json_ends_early']);
    await debug.paste('{"sub":"jo",}', 'Decoded payload');
    await debug.page.getByRole('button', { name: 'Take the comma out' }).click();
    await debug.settled();
    assert.deepEqual(await debug.faultCodes(), []);
    assert.equal(await debug.text('Decoded payload'), '{"sub":"jo"}');
  });

  test('without a key that signs it is marked as not signed, until one comes', async () => {
    await debug.giveKey('');
    await debug.paste('{"sub":"root","exp":4000000000}', 'Decoded payload');
    assert.match((await origin.textContent()) ?? '', /not signed.*Give a private key or a secret/);
    const { kty, crv, x, y, kid } = JSON.parse(key);
    await debug.giveKey(JSON.stringify({ kty, crv, x, y, kid }));
    assert.equal((await debug.verdict()).signature, 'failed');
    await debug.giveKey(key);
    await debug.page.getByText('Signed by you').waitFor();
    assert.equal((await debug.verdict()).signature, 'verified');
  });

  test('a key that does not fit the algorithm is told', async () => {
    await debug.paste('{"alg":"RS256"}', 'Decoded header');
    assert.match((await origin.textContent()) ?? '', /fits none of the algorithms/);
    await debug.paste('{"alg":"none"}', 'Decoded header');
    assert.match(await debug.text('Encoded token'), /^[\w-]+\.[\w-]+\.$/);
    assert.equal((await debug.verdict()).code, 'alg_unsupported');
    assert.ok((await debug.findings()).includes('alg_none'));
  });

  test('the encoded side changes the decoded one', async () => {
    const token = await debug.text('Encoded token');
    const [, ...rest] = token.split('.');
    await debug.paste([Buffer.from('{"alg":"HS256","typ":"JWT"}').toString('base64url'), ...rest].join('.'));
    assert.match(await debug.text('Decoded header'), /"alg": "HS256"/);
    assert.equal(await debug.page.getByText('Signed by you').count(), 0);
  });

  test('the token is edited in its place, and what stands around it stays', async () => {
    await debug.giveKey('');
    const token = `${Buffer.from('{"alg":"ES256"}').toString('base64url')}.${Buffer.from('{"sub":"jo"}').toString('base64url')}.AAAA`;
    await debug.paste(`Authorization: Bearer ${token}\nX-Other: 1`);
    await debug.paste('{"sub":"ann"}', 'Decoded payload');
    assert.match(
      await debug.text('Encoded token'),
      /^Authorization: Bearer e[\w-]+\.[\w-]+\.AAAA\nX-Other: 1$/,
    );
  });

  test('without an error, and without a breach of its policy', () => assertClean(debug));
});

describe('fast hands lose nothing', async () => {
  const debug = await DebuggerPage.open(browser, url);
  const { page } = debug;

  test('letters typed one after the other, while each is signed with a slow key', async () => {
    await debug.giveKey(openssl(['genpkey', '-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:4096']));
    const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    await debug.paste(`Bearer ${encode({ alg: 'RS256' })}.${encode({ sub: 'x' })}.AAAA`);
    await debug.editor('Decoded payload').click();
    await page.keyboard.press('Control+End');
    for (let count = 0; count < 3; count++) await page.keyboard.press('ArrowLeft');
    await page.keyboard.type('abcdefghij', { delay: 5 });
    await debug.settled();
    assert.match(await debug.text('Encoded token'), /^Bearer [\w-]+\.[\w-]+\.[\w-]{683}$/);
    assert.match(await debug.text('Decoded payload'), /xabcdefghij/);
    assert.equal((await debug.verdict()).signature, 'verified');
  });

  test('what is pasted or cleared right after an edit stays', async () => {
    const other = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from('{"sub":"other"}').toString('base64url')}.`;
    for (const text of [other, '']) {
      await debug.example();
      await debug.editor('Decoded payload').click();
      await page.keyboard.type(' ');
      await debug.paste(text);
      assert.equal(await debug.text('Encoded token').then((shown) => shown.includes('eyJ')), text !== '');
      if (text !== '') assert.equal(await debug.text('Encoded token'), text);
    }
  });

  test('a key that is given right after an edit signs it', async () => {
    await debug.example();
    await debug.tool('Make');
    await page.getByRole('button', { name: 'Generate a key' }).click();
    const made = page.locator('[data-half="private"] [data-form="JWK"]');
    await made.waitFor();
    const key = (await made.textContent()) ?? '';
    await debug.editor('Decoded payload').click();
    await page.keyboard.press('Control+Home');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.type('"a":1,');
    await debug.giveKey(key);
    await page.getByText('Signed by you').waitFor();
    // Its kid is that of the key before; the signature is by the new one all the same.
    assert.deepEqual(await debug.verdict(), {
      outcome: 'refused',
      code: 'kid_unknown',
      signature: 'verified',
    });
  });

  test('an edit that is taken back gives the token back, with its signature', async () => {
    await debug.giveKey('');
    const token = `${Buffer.from('{"alg":"ES256"}').toString('base64url')}.${Buffer.from('{"iss":"joe",\r\n "exp":1}').toString('base64url')}.AAAA`;
    await debug.paste(token);
    await debug.editor('Decoded payload').click();
    await page.keyboard.press('Control+Home');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.type('"a":1,');
    await page.getByText('Changed by you and not signed').waitFor();
    assert.notEqual(await debug.text('Encoded token'), token);
    for (let count = 0; count < 8; count++) await page.keyboard.press('Control+z');
    await debug.settled();
    assert.equal(await debug.text('Encoded token'), token);
    assert.equal(await page.getByText('Changed by you').count(), 0);
    assert.match(
      await debug.text('Decoded payload'),
      /"iss": "joe"/,
      'undo goes no further than what was pasted',
    );
    await page.keyboard.type(' ');
    await debug.settled();
    assert.equal(await debug.text('Encoded token'), token, 'white space says nothing');
  });

  test('a token can be begun with its payload', async () => {
    await debug.giveKey('fUTJlP4tCz3M1hOaBvQeLdXwRkYs7g2N9qGp');
    await debug.paste('');
    await debug.paste('{"sub":"new"}', 'Decoded payload');
    assert.match(await debug.text('Encoded token'), /^eyJ[\w-]+\.eyJ[\w-]+\.[\w-]{43}$/);
    assert.equal((await debug.verdict()).signature, 'verified');
  });

  test('a second link in the same tab shows its own token', async () => {
    await debug.example();
    const shared = async (): Promise<string> => {
      await debug.tool('Share');
      return page.getByLabel('Link', { exact: true }).inputValue();
    };
    const first = await shared();
    await debug.example();
    const second = await shared();
    const friend = await DebuggerPage.open(browser, first);
    await friend.verdict();
    assert.ok(!friend.page.url().includes('token='), 'the token stays in the address');
    await friend.page.evaluate((link) => location.assign(link), second);
    await friend.settled();
    assert.equal(await friend.text('Encoded token'), await debug.text('Encoded token'));
    await friend.close();
  });

  test('without an error, and without a breach of its policy', () => assertClean(debug));
});
