import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, describe, test } from 'node:test';
import { startChromium } from '../support/chromium.ts';
import { assertClean, DebuggerPage, startDebugger } from '../support/debugger.ts';

const browser = await startChromium({ after });
const url = await startDebugger({ after });
const debug = await DebuggerPage.open(browser, url);
const { page } = debug;
const NOW = Math.floor(Date.now() / 1000);
const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const GOOD = {
  iss: 'https://id.example.com',
  sub: 'jo',
  aud: 'https://api.example.com',
  client_id: 'app',
  iat: NOW,
  exp: NOW + 600,
  jti: '1',
};

function token(header: object, claims: object, secret: string | Buffer = 'x'): string {
  const input = `${encode({ alg: 'HS256', typ: 'at+jwt', ...header })}.${encode(claims)}`;
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
}

describe('the debugger finds', () => {
  const cases: Record<string, [pasted: string, finding: string]> = {
    'alg none': [`${encode({ alg: 'none', typ: 'JWT' })}.${encode(GOOD)}.`, 'alg_none'],
    'the older name of an algorithm': [token({ alg: 'EdDSA' }, GOOD), 'alg_eddsa'],
    'a key in the header': [token({ jwk: { kty: 'EC' } }, GOOD), 'header_jwk'],
    'a private key in the header': [token({ jwk: { kty: 'EC', d: 'x' } }, GOOD), 'header_private_key'],
    'a URL of keys in the header': [token({ jku: 'https://evil.example/keys' }, GOOD), 'header_jku'],
    'an injection by kid': [token({ kid: "../../dev/null' OR 1=1--" }, GOOD), 'kid_injection'],
    'an extension': [token({ crit: ['exp'] }, GOOD), 'header_crit'],
    compression: [token({ zip: 'DEF' }, GOOD), 'header_zip'],
    'a missing typ': [token({ typ: undefined }, GOOD), 'typ_missing'],
    'a missing exp': [token({}, { ...GOOD, exp: undefined }), 'exp_missing'],
    'a missing aud': [token({}, { ...GOOD, aud: undefined }), 'aud_missing'],
    'a missing iss': [token({}, { ...GOOD, iss: undefined }), 'iss_missing'],
    'a missing jti': [token({}, { ...GOOD, jti: undefined }), 'jti_missing'],
    'a long life': [token({}, { ...GOOD, exp: NOW + 7200 }), 'lifetime_long'],
    'a very long life': [token({}, { ...GOOD, exp: NOW + 400 * 86_400 }), 'lifetime_very_long'],
    milliseconds: [token({}, { ...GOOD, exp: NOW * 1000 }), 'time_in_milliseconds'],
    'a time as text': [token({}, { ...GOOD, exp: String(NOW) }), 'time_not_a_number'],
    'personal data': [token({}, { ...GOOD, contact: { mail: 'jo@example.com' } }), 'personal_data'],
    'a card number': [token({}, { ...GOOD, card: '4111 1111 1111 1111' }), 'card_number'],
    'a password': [token({}, { ...GOOD, db_password: 'hunter2' }), 'secret_in_payload'],
    'a wildcard audience': [token({}, { ...GOOD, aud: '*' }), 'audience_wildcard'],
    'an id token': [token({ typ: 'JWT' }, { ...GOOD, nonce: 'n', at_hash: 'h' }), 'other_kind'],
    'a zero signature': [
      `${encode({ alg: 'ES256', typ: 'at+jwt' })}.${encode(GOOD)}.${'A'.repeat(86)}`,
      'signature_zero',
    ],
    'a large one': [
      token({}, { ...GOOD, groups: Array.from({ length: 400 }, (_, at) => `group-${at}`) }),
      'large',
    ],
  };
  for (const [name, [pasted, finding]] of Object.entries(cases)) {
    test(name, async () => {
      await debug.paste(pasted);
      const found = await debug.findings();
      assert.ok(found.includes(finding), `${finding} is not among ${found}`);
      const shown = page.locator(`[data-finding="${finding}"]`);
      assert.match((await shown.locator('a').getAttribute('href')) ?? '', /^https:\/\//);
    });
  }

  test('nothing bad in a good token', async () => {
    await debug.paste(token({ alg: 'ES256', kid: '1' }, GOOD));
    const found = await debug.findings();
    assert.deepEqual(found, ['live_token']);
  });
});

describe('the debugger tries known secrets', () => {
  const guess = async (): Promise<string> => {
    await debug.findings();
    await page.getByRole('button', { name: 'Try known secrets' }).click();
    const told = page.locator('[data-guess]');
    await told.waitFor();
    return (await told.textContent()) ?? '';
  };

  test('and finds one, which can be taken as the key', async () => {
    await debug.paste(token({}, GOOD, 'your-256-bit-secret'));
    assert.match(await guess(), /your-256-bit-secret/);
    await page.getByRole('button', { name: 'Use it as the key' }).click();
    assert.deepEqual(await debug.verdict(), {
      outcome: 'refused',
      code: 'secret_too_short',
      signature: 'verified',
    });
    await debug.giveKey('', 'utf8');
  });

  test('also those that are used as the bytes they stand for', async () => {
    const text = '404E635266556A586E3272357538782F413F4428472B4B6250645367566B5970';
    await debug.paste(token({}, GOOD, Buffer.from(text, 'hex')));
    assert.match(await guess(), /404E6352/);
    await debug.giveKey('', 'utf8');
  });

  test('and tells when none of them is it', async () => {
    await debug.paste(token({}, GOOD, 'fUTJlP4tCz3M1hOaBvQeLdXwRkYs7g2N'));
    assert.match(await guess(), /None of \d{4} known secrets/);
  });

  test('only on tokens that are signed with a secret', async () => {
    await debug.paste(token({ alg: 'ES256' }, GOOD));
    await debug.findings();
    assert.equal(await page.getByRole('button', { name: 'Try known secrets' }).count(), 0);
  });
});

describe('the debugger explains', () => {
  test('each claim and member of the header, with its registration', async () => {
    await debug.paste(token({ kid: '1' }, { ...GOOD, realm_access: { roles: ['a'] }, my_own: 1 }));
    await debug.tool('Claims');
    const row = async (name: string): Promise<string> =>
      (await page.locator(`tr[data-claim="${name}"]`).textContent()) ?? '';
    assert.match(await row('alg'), /Algorithm/);
    assert.match(await row('iss'), /Issuer.*RFC 7519/);
    assert.match(await row('client_id'), /RFC 8693/);
    assert.match(await row('realm_access'), /Keycloak/);
    assert.match(await row('my_own'), /Not registered/);
  });

  test('times in words, on two clocks, counting down', async () => {
    const exp = page.locator('[data-countdown="exp"]');
    assert.match((await exp.textContent()) ?? '', /^in 9 minutes|^in 10 minutes/);
    const before = await exp.textContent();
    await page.waitForFunction(
      (told) => document.querySelector('[data-countdown="exp"]')?.textContent !== told,
      before,
    );
    assert.match(
      (await page.locator('tr[data-claim="exp"]').textContent()) ?? '',
      new RegExp(new Date(GOOD.exp * 1000).toISOString().slice(0, 16)),
    );
  });

  test('its size against what servers take', async () => {
    const told = (await page.getByRole('tabpanel').textContent()) ?? '';
    assert.match(told, /nginx/);
    assert.ok(!told.includes('too large'));
    await debug.paste(token({}, { ...GOOD, x: 'y'.repeat(9000) }));
    await debug.tool('Claims');
    await page.getByText('too large').first().waitFor();
  });
});

describe('the debugger shares', () => {
  const link = (): Promise<string> => page.getByLabel('Link', { exact: true }).inputValue();

  test('a token with the public key by a link, with a warning when it is live, and never a private key', async () => {
    await debug.example();
    await debug.tool('Share');
    await page.locator('[data-live]').waitFor();
    const secret = JSON.parse(await page.getByLabel('Secret, PEM, JWK or JWK Set').inputValue()).d;
    const shared = await link();
    assert.ok(secret.length > 20 && !decodeURIComponent(shared).includes(secret));
    const pasted = await debug.text('Encoded token');
    const friend = await DebuggerPage.open(browser, shared);
    assert.deepEqual(await friend.verdict(), { outcome: 'unpinned', code: '', signature: 'verified' });
    assert.equal(await friend.text('Encoded token'), pasted);
    await friend.page.getByText('This came with a link').waitFor();
    assert.ok(
      friend.requests.every((asked) => !asked.includes(pasted.slice(0, 30))),
      'the token was sent to the server',
    );
    assertClean(friend);
    await friend.close();
  });

  test('or header and payload only', async () => {
    await page.getByLabel('What the link carries').selectOption('decoded');
    assert.equal(await page.locator('[data-live]').count(), 0);
    const friend = await DebuggerPage.open(browser, await link());
    await friend.editor('Decoded payload').filter({ hasText: 'my-client' }).waitFor();
    assert.equal((await friend.verdict()).signature, 'failed');
    await friend.close();
  });

  test('and no shared secret', async () => {
    await page.getByLabel('What the link carries').selectOption('token');
    await debug.paste(token({}, GOOD, 'fUTJlP4tCz3M1hOaBvQeLdXwRkYs7g2N'));
    await debug.giveKey('fUTJlP4tCz3M1hOaBvQeLdXwRkYs7g2N');
    await debug.tool('Share');
    assert.equal(await page.getByLabel('with the public key').count(), 0);
    assert.ok(!(await link()).includes('fUTJlP4'));
    const oct = { kty: 'oct', k: Buffer.from('fUTJlP4tCz3M1hOaBvQeLdXwRkYs7g2N').toString('base64url') };
    await debug.giveKey(JSON.stringify(oct));
    assert.ok(!(await link()).includes(oct.k));
  });
});

test('all of that without an error, and without a breach of its policy', () => assertClean(debug));
