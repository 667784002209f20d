import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { after, describe, test } from 'node:test';
import { startChromium } from '../support/chromium.ts';
import { assertClean, axeFaults, DebuggerPage, startDebugger, TOOLS } from '../support/debugger.ts';

const browser = await startChromium({ after });
const url = await startDebugger({ after });
/** `PHOTOGRAPH=<folder>`: a picture of each state, to look at; those in docs/pictures are some of them. */
const PICTURES = process.env['PHOTOGRAPH'];

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Brings the page into each of its states in turn. */
async function eachState(debug: DebuggerPage, look: (state: string) => Promise<void>): Promise<void> {
  const { page } = debug;
  await look('empty');
  await debug.example();
  for (const tool of TOOLS) {
    await debug.tool(tool);
    if (tool === 'Make') {
      await page.getByRole('button', { name: 'Generate a key' }).click();
      await page.locator('[data-generated]').waitFor();
    }
    if (tool === 'Code') await page.locator('[data-editor^="Code:"] .cm-content').waitFor();
    if (tool === 'Gateway') {
      await page.getByRole('button', { name: 'Use the keys above' }).click();
      await page.getByRole('button', { name: 'Would it pass?' }).click();
      await page.locator('[data-step]').first().waitFor();
    }
    await look(`example, ${tool}`);
  }
  await debug.tool('Findings');
  await debug.expect('Audience (aud)', 'https://api.example.com/other');
  await debug.page.getByText('Look keys up').click();
  await look('refused');
  await debug.paste(
    `${encode({ alg: 'none', jku: 'https://evil.example' })}.${Buffer.from('{"a":1,"a":2,}').toString('base64url')}=.\u200B`,
  );
  await debug.giveKey('-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----');
  await look('damaged');
  await page.keyboard.press('Control+k');
  await page.getByRole('dialog').waitFor();
  await look('commands');
  await page.keyboard.press('Escape');
  await page.getByRole('link', { name: 'Libraries' }).click();
  await page.getByRole('heading', { name: 'JWT libraries' }).waitFor();
  await look('libraries');
  await page.evaluate(() => location.assign('#/components'));
  await page.getByRole('heading', { name: 'Components' }).waitFor();
  await look('components');
}

/** A page must not be wider than its screen (WCAG 2.2, 1.4.10). */
async function tooWide({ page }: DebuggerPage): Promise<string[]> {
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  return overflow > 0 ? [`${overflow} pixels too wide`] : [];
}

async function photograph({ page }: DebuggerPage, name: string): Promise<void> {
  if (PICTURES === undefined) return;
  mkdirSync(PICTURES, { recursive: true });
  const file = `${name.replaceAll(/\W+/g, '-').toLowerCase()}.png`;
  await page.screenshot({ path: resolve(PICTURES, file), fullPage: true });
}

describe('the debugger is accessible in each of its states', () => {
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const [device, viewport] of [
      ['desk', { width: 1300, height: 900 }],
      ['phone', { width: 320, height: 640 }],
    ] as const) {
      test(`${colorScheme}, on a ${device}`, async () => {
        const debug = await DebuggerPage.open(browser, url, { colorScheme, viewport, bypassCSP: true });
        const found: Record<string, string[]> = {};
        await eachState(debug, async (state) => {
          const faults = [...(await axeFaults(debug.page)), ...(await tooWide(debug))];
          if (faults.length > 0) found[state] = faults;
          await photograph(debug, `${state} ${colorScheme} ${device}`);
        });
        assert.deepEqual(found, {});
        assertClean(debug);
        await debug.close();
      });
    }
  }
});

describe('with the keyboard only', () => {
  test('a token is pasted, a key given, the verdict read, tabs gone through, a command run', async () => {
    const debug = await DebuggerPage.open(browser, url);
    const { page } = debug;
    const { keyboard } = page;
    const focused = (): Promise<string> =>
      page.evaluate(() => {
        const inside = document.activeElement?.shadowRoot?.activeElement ?? document.activeElement;
        return inside?.getAttribute('aria-label') ?? inside?.textContent?.trim() ?? inside?.id ?? '';
      });
    const labelled = (): Promise<string> =>
      page.evaluate(() => {
        const field = document.activeElement;
        return field instanceof HTMLTextAreaElement || field instanceof HTMLInputElement
          ? (field.labels?.[0]?.textContent ?? '')
          : '';
      });
    const tabTo = async (is: () => Promise<boolean>): Promise<void> => {
      for (let count = 0; count < 60; count++) {
        if (await is()) return;
        await keyboard.press('Tab');
      }
      assert.fail('it cannot be reached with the Tab key');
    };

    await keyboard.press('Tab');
    assert.equal(await focused(), 'Skip to the token');
    await tabTo(async () => (await focused()) === 'Encoded token');
    const token = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode({ sub: 'keyboard' })}.AAAA`;
    await keyboard.insertText(token);
    await debug.settled();
    assert.match(await debug.text('Decoded payload'), /keyboard/);

    await keyboard.press('Tab');
    assert.notEqual(await focused(), 'Encoded token', 'the Tab key leaves the editor');
    await tabTo(async () => (await labelled()) === 'Secret, PEM, JWK or JWK Set');
    await keyboard.insertText('a secret');
    await debug.settled();
    assert.equal((await debug.verdict()).signature, 'failed');

    await tabTo(
      async () => (await page.evaluate(() => document.activeElement?.getAttribute('role'))) === 'tab',
    );
    await keyboard.press('ArrowRight');
    assert.match(await focused(), /^Findings/);
    assert.equal(await page.getByRole('tab', { name: 'Findings' }).getAttribute('aria-selected'), 'true');
    await keyboard.press('End');
    assert.equal(await focused(), 'Gateway');
    await keyboard.press('Home');
    assert.equal(await focused(), 'Checks');

    await keyboard.press('Control+k');
    await keyboard.insertText('dark');
    await keyboard.press('Enter');
    assert.equal(await page.evaluate(() => document.documentElement.dataset['theme']), 'dark');
    await keyboard.press('Control+k');
    await keyboard.insertText('clear');
    await keyboard.press('Enter');
    await debug.settled();
    assert.equal((await debug.text('Encoded token')).includes(token), false);
    assertClean(debug);
    await debug.close();
  });

  test('the focus is seen wherever it goes', async () => {
    const debug = await DebuggerPage.open(browser, url);
    const unseen: string[] = [];
    for (let count = 0; count < 50; count++) {
      await debug.page.keyboard.press('Tab');
      // CodeMirror shows it a moment later.
      await debug.page.waitForFunction(isFocusSeen, undefined, { timeout: 2000 }).catch(async () => {
        unseen.push(await debug.page.evaluate(() => document.activeElement?.outerHTML.slice(0, 200) ?? ''));
      });
    }
    assert.deepEqual(unseen, []);
    await debug.close();
  });
});

/** Runs in the page: has what is focused, if anything, an outline? */
function isFocusSeen(): boolean {
  const element = document.activeElement;
  if (element === null || element === document.body) return true;
  const within = element.shadowRoot?.querySelector('.cm-focused') ?? element;
  const { outlineStyle, outlineWidth } = getComputedStyle(within);
  return outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 1;
}
