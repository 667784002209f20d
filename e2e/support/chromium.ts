import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import type { After } from './after.ts';
import { requireDebian } from './debian.ts';
import { PATIENCE } from './processes.ts';

/** Debian's Chromium, which talks to nobody but the pages it is sent to. */
export async function startChromium(t: After): Promise<Browser> {
  requireDebian(['chromium']);
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  t.after(() => browser.close());
  return browser;
}

/** A page of a browser that has not been here, and what went wrong on it. */
export async function freshPage(
  browser: Browser,
  options: BrowserContextOptions = {},
): Promise<{ page: Page; faults: string[] }> {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(PATIENCE);
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text());
  });
  return { page, faults };
}
