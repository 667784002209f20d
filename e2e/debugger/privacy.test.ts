import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { startChromium } from '../support/chromium.ts';
import { assertClean, DebuggerPage, startDebugger, TOOLS, writeDebugger } from '../support/debugger.ts';

const browser = await startChromium({ after });

/** Uses everything there is, but for the key look-ups. */
async function useEverything(debug: DebuggerPage): Promise<void> {
  const { page } = debug;
  await debug.example();
  await debug.paste('{"sub":"jo","exp":4000000000}', 'Decoded payload');
  for (const tool of TOOLS) await debug.tool(tool);
  await page.getByRole('button', { name: 'Would it pass?' }).click();
  await page.locator('[data-answer]').filter({ hasText: /\w/ }).waitFor();
  await debug.tool('Make');
  for (const alg of ['HS256', 'RS256', 'ML-DSA-65']) {
    await debug.giveKey('');
    await page.getByLabel('Algorithm', { exact: true }).selectOption(alg);
    await page.getByRole('button', { name: 'Make this token' }).click();
    await page.locator(`[data-generated="${alg}"]`).waitFor();
    await debug
      .editor('Decoded header')
      .filter({ hasText: `"alg": "${alg}"` })
      .waitFor();
  }
  await debug.giveKey('');
  await page.getByLabel('Algorithm', { exact: true }).selectOption('HS256');
  await page.getByRole('button', { name: 'Make this token' }).click();
  await page.locator('[data-generated="HS256"]').waitFor();
  await debug.editor('Decoded header').filter({ hasText: '"alg": "HS256"' }).waitFor();
  await debug.settled();
  await debug.tool('Findings');
  await page.getByRole('button', { name: 'Try known secrets' }).click();
  await page
    .locator('[data-guess]')
    .filter({ hasText: /known secrets/ })
    .waitFor();
  await debug.tool('Encryption');
  await page.getByRole('button', { name: 'Generate a key for it' }).click();
  await page.locator('[data-generated="RSA-OAEP-256"]').waitFor();
  for (const room of ['Libraries', 'JWT debugger']) await page.getByRole('link', { name: room }).click();
}

describe('what is pasted stays in the page', async () => {
  const url = await startDebugger({ after });
  const { origin } = new URL(url);

  test('served: whatever is done, it asks for files of its own and for nothing else', async () => {
    const debug = await DebuggerPage.open(browser, url);
    await useEverything(debug);
    assert.deepEqual(await debug.verdict().then(({ signature }) => signature), 'verified');
    for (const asked of debug.requests) {
      const { origin: from, pathname, search } = new URL(asked.replace(/^blob:/, ''));
      assert.equal(from, origin, asked);
      assert.match(pathname, /^\/debugger\/(?:assets\/[\w-]+\.(?:js|css))?$/, asked);
      assert.equal(search, '');
    }
    assertClean(debug);
    await debug.close();
  });

  test('it keeps nothing but the theme', async () => {
    const debug = await DebuggerPage.open(browser, url);
    await debug.page.getByLabel('Theme').selectOption('dark');
    await useEverything(debug);
    const kept = await debug.page.evaluate(async () => ({
      local: Object.entries(localStorage),
      session: sessionStorage.length,
      cookies: document.cookie,
      databases: (await indexedDB.databases()).length,
      caches: (await caches.keys()).length,
    }));
    assert.deepEqual(kept, {
      local: [['portcullis-theme', 'dark']],
      session: 0,
      cookies: '',
      databases: 0,
      caches: 0,
    });
    await debug.close();
  });

  test('its policy lets no inline script or style in, and no frame around it', async () => {
    const response = await fetch(url);
    const policy = response.headers.get('content-security-policy') ?? '';
    assert.match(policy, /default-src 'none'/);
    assert.match(policy, /script-src 'self';/);
    assert.match(policy, /style-src 'self';/);
    assert.match(policy, /frame-ancestors 'none'/);
    assert.ok(!/unsafe/.test(policy), policy);
    const debug = await DebuggerPage.open(browser, url);
    const ran = await debug.page.evaluate(() => {
      const script = document.createElement('script');
      script.textContent = 'globalThis.injected = true';
      document.body.append(script);
      return 'injected' in globalThis;
    });
    assert.equal(ran, false);
    assert.ok(
      debug.faults.some((fault) => /Content Security Policy/.test(fault)),
      'the breach was not seen',
    );
    await debug.close();
  });
});

describe('as one file', async () => {
  const file = writeDebugger({ after });

  test('it works from file:// with the network off, and asks for nothing at all', async () => {
    const debug = await DebuggerPage.open(browser, file, { offline: true });
    await useEverything(debug);
    assert.deepEqual(await debug.verdict().then(({ signature }) => signature), 'verified');
    assert.deepEqual(
      debug.requests.filter(
        (asked) => asked !== file && !asked.startsWith('blob:null/') && !asked.startsWith('blob:file'),
      ),
      [],
    );
    assertClean(debug);
    await debug.close();
  });

  test('a share link to it opens for who has the file', async () => {
    const debug = await DebuggerPage.open(browser, file, { offline: true });
    await debug.example();
    await debug.tool('Share');
    const link = await debug.page.getByLabel('Link', { exact: true }).inputValue();
    assert.ok(link.startsWith(`${file}#token=`));
    const friend = await DebuggerPage.open(browser, link, { offline: true });
    assert.equal((await friend.verdict()).signature, 'verified');
    await friend.close();
    await debug.close();
  });

  test('a look-up without a network says so', async () => {
    const debug = await DebuggerPage.open(browser, file, { offline: true });
    await debug.page.getByText('Look keys up').click();
    await debug.page.getByLabel('Issuer, or URL of a JWK Set').fill('https://id.example.com/jwks');
    await debug.page.getByRole('button', { name: 'Fetch JWK Set' }).click();
    await debug.page.getByText('Not found:').waitFor();
    await debug.close();
  });
});

describe('a text of a megabyte', async () => {
  const debug = await DebuggerPage.open(browser, await startDebugger({ after }));

  test('is searched for its token, and the page goes on meanwhile', async () => {
    const header = Buffer.from('{"alg":"none"}').toString('base64url');
    const payload = Buffer.from('{"sub":"needle"}').toString('base64url');
    const filler = 'Lorem ipsum dolor sit amet, consectetur adipiscing elit.\n'.repeat(9000);
    await debug.paste(`${filler}${header}.${payload}.\n${filler}`);
    assert.match(await debug.text('Decoded payload'), /needle/);
  });

  test('as a payload is shown', async () => {
    const header = Buffer.from('{"alg":"none"}').toString('base64url');
    const claims = {
      sub: 'needle',
      list: Array.from({ length: 20_000 }, (_, at) => `some entry number ${at}`),
    };
    await debug.paste(`${header}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.`);
    assert.match(await debug.text('Decoded payload'), /needle/);
    assert.equal((await debug.verdict()).code, 'token_too_large');
    await debug.tool('Claims');
    await debug.page.locator('tr[data-claim="sub"]').waitFor();
  });

  test('of one line without any token, or of dots and brackets, does no harm', async () => {
    for (const text of [
      'A'.repeat(1_000_000),
      '.'.repeat(300_000),
      'eyJ'.repeat(300_000),
      '{"a":'.repeat(100_000),
      '[1,'.repeat(200_000),
    ]) {
      await debug.paste(text);
      await debug.verdict();
    }
    await debug.paste('');
  });

  test('of one line that is no JSON is shown plain: colours for all of it would hold the page up', async () => {
    const words = debug.editor('Decoded header').locator('[class^="json-"]');
    await debug.paste(`eyJ${'hbGciIjoi'.repeat(200)}`);
    await words.first().waitFor();
    await debug.paste('eyJ'.repeat(100_000));
    assert.ok((await debug.text('Decoded header')).length > 1_000);
    assert.equal(await words.count(), 0);
    await debug.paste('');
  });

  test('more than 4 MB is refused with a word', async () => {
    await debug.paste('x'.repeat(4 * 1024 * 1024 + 1));
    await debug.page.getByText('characters are too many to look at').waitFor();
  });

  test('without an error, and without a breach of its policy', () => assertClean(debug));
});
