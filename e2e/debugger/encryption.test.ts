import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { CONTENT_ENCRYPTIONS, KEY_MANAGEMENT_ALGORITHMS } from '@portcullis/token';
import { CompactEncrypt } from 'jose';
import { startChromium } from '../support/chromium.ts';
import { assertClean, DebuggerPage, startDebugger } from '../support/debugger.ts';

const debug = await DebuggerPage.open(await startChromium({ after }), await startDebugger({ after }));
await debug.example();
const signed = await debug.text('Encoded token');
await debug.tool('Encryption');
const { page } = debug;
const keyField = page.getByLabel('Key to encrypt or decrypt with');
const layer = (depth: number) => page.locator(`[data-layer="${depth}"] pre`);
const decrypt = (): Promise<void> => page.getByRole('button', { name: 'Decrypt', exact: true }).click();

async function encrypt(alg: string, enc: string, text: string): Promise<string> {
  await page.getByLabel('Key management (alg)').selectOption(alg);
  await page.getByLabel('Content encryption (enc)').selectOption(enc);
  await page.getByLabel('Text to encrypt').fill(text);
  await page.getByRole('button', { name: 'Encrypt', exact: true }).click();
  await page
    .locator('[data-sealed] pre')
    .filter({ hasText: tokenStart({ alg, enc }) })
    .waitFor();
  return (await page.locator('[data-sealed] pre').textContent()) ?? '';
}

/** What the header begins with, encoded; enough to tell one result from the one before. */
function tokenStart({ alg, enc }: { alg: string; enc: string }): string {
  const header = Buffer.from(JSON.stringify({ alg, enc })).toString('base64url');
  return header.slice(0, Math.floor(header.length / 4) * 4 - 4);
}

async function generate(alg: string, enc: string): Promise<void> {
  await page.getByLabel('Key management (alg)').selectOption(alg);
  await page.getByLabel('Content encryption (enc)').selectOption(enc);
  await page.getByRole('button', { name: 'Generate a key for it' }).click();
}

describe('the debugger encrypts and decrypts', () => {
  for (const alg of KEY_MANAGEMENT_ALGORITHMS) {
    for (const enc of CONTENT_ENCRYPTIONS) {
      if (`${alg} ${enc}`.includes('192')) continue;
      test(`${alg} ${enc}`, async () => {
        await keyField.fill('');
        await generate(alg, enc);
        await page.waitForFunction(() =>
          [...document.querySelectorAll('textarea')].some(
            (one) => one.value.startsWith('{\n  "kty"') || one.value.includes('"use": "enc"'),
          ),
        );
        const text = `secret ${alg} ${enc}`;
        const token = await encrypt(alg, enc, text);
        await debug.paste(token);
        await decrypt();
        await layer(1).filter({ hasText: text }).waitFor();
        // Altered, it does not open.
        const parts = token.split('.');
        parts[4] = `${parts[4]?.startsWith('A') ? 'B' : 'A'}${parts[4]?.slice(1)}`;
        await debug.paste(parts.join('.'));
        await decrypt();
        await page.getByText('decryption_failed', { exact: true }).waitFor();
      });
    }
  }

  test('what Chromium cannot do, it tells before and after', async () => {
    await keyField.fill(Buffer.alloc(24, 7).toString('base64'));
    await page.getByLabel('Secret is').last().selectOption('base64');
    await page.getByLabel('Key management (alg)').selectOption('A192KW');
    await page.getByText('Chromium has no 192-bit AES').waitFor();
    await page.getByLabel('Text to encrypt').fill('x');
    await page.getByRole('button', { name: 'Encrypt', exact: true }).click();
    await page.getByText('encryption_unsupported', { exact: true }).waitFor();
    await page.getByLabel('Secret is').last().selectOption('utf8');
  });

  test('with a password, and computes no more rounds than a million', async () => {
    await keyField.fill('correct horse battery staple');
    const token = await encrypt('PBES2-HS256+A128KW', 'A128GCM', 'by password');
    await debug.paste(token);
    await decrypt();
    await layer(1).filter({ hasText: 'by password' }).waitFor();
    assert.ok(!(await debug.findings()).includes('pbes2_few_rounds'));
    await debug.tool('Encryption');
    const [, ...rest] = token.split('.');
    const header = { alg: 'PBES2-HS256+A128KW', enc: 'A128GCM', p2c: 2_000_000_000, p2s: 'c2FsdHNhbHQ' };
    await debug.paste([Buffer.from(JSON.stringify(header)).toString('base64url'), ...rest].join('.'));
    await page.getByLabel('Key to encrypt or decrypt with').fill('correct horse battery staple');
    await decrypt();
    await page.getByText('encryption_unsupported', { exact: true }).waitFor();
    assert.ok((await debug.findings()).includes('pbes2_many_rounds'));
    await debug.tool('Encryption');
  });

  test('a token inside a token, layer by layer, down to the claims', async () => {
    const secret = crypto.getRandomValues(new Uint8Array(32));
    const wrap = (text: string): Promise<string> =>
      new CompactEncrypt(new TextEncoder().encode(text))
        .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', cty: 'JWT' })
        .encrypt(secret);
    await debug.paste(await wrap(await wrap(signed)));
    await keyField.fill(Buffer.from(secret).toString('hex'));
    await page.getByLabel('Secret is').last().selectOption('hex');
    await decrypt();
    await page.locator('[data-layer="1"]').getByRole('button', { name: 'Open this one too' }).click();
    await layer(2)
      .filter({ hasText: signed.slice(0, 40) })
      .waitFor();
    assert.equal(await layer(2).textContent(), signed);
    await page.locator('[data-layer="2"]').getByRole('button', { name: 'Look at it above' }).click();
    await debug.settled();
    assert.equal(await debug.text('Encoded token'), signed);
    assert.equal((await debug.verdict()).signature, 'verified');
  });

  test('the header of an encrypted token is read without a key, and its payload is not claimed to be known', async () => {
    const secret = crypto.getRandomValues(new Uint8Array(32));
    const token = await new CompactEncrypt(new TextEncoder().encode('x'))
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
      .encrypt(secret);
    await debug.paste(token);
    await debug.editor('Decoded header').filter({ hasText: '"enc": "A256GCM"' }).waitFor();
    await page.getByText('The payload is encrypted').waitFor();
    assert.equal((await debug.verdict()).code, 'token_encrypted');
  });

  test('what is not encrypted is told', async () => {
    await debug.paste(signed);
    await decrypt();
    await page.getByText('The token above is not encrypted').waitFor();
  });

  test('all of that without an error, and without a breach of its policy', () => assertClean(debug));
});
