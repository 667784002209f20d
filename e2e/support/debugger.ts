import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import type { After } from './after.ts';
import { freshPage } from './chromium.ts';

const ROOT = resolve(import.meta.dirname, '..', '..');
const MAIN = fileURLToPath(import.meta.resolve('@portcullis/cli')).replace(/index\.ts$/, 'main.ts');

/** Builds the console's site, unless it is there and new. */
export function requireSite(): void {
  execFileSync(process.execPath, ['scripts/console.ts', '--if-stale'], { cwd: ROOT, stdio: 'pipe' });
}

/** `portcullis debug`, as it serves the debugger. @returns its address */
export async function startDebugger(t: After, ...args: readonly string[]): Promise<string> {
  requireSite();
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-debug-'));
  const child = spawn(process.execPath, [MAIN, 'debug', '--no-open', ...args], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  t.after(async () => {
    child.kill('SIGTERM');
    if (child.exitCode === null) await once(child, 'exit');
    rmSync(folder, { recursive: true });
  });
  const failed = once(child, 'exit').then(async ([code]) => {
    throw new Error(`portcullis debug ended with ${code}`);
  });
  const [line] = await Promise.race([once(createInterface(child.stdout), 'line'), failed]);
  return String(line);
}

/** The debugger as one file, as `portcullis debug --write` makes it. @returns its file: address */
export function writeDebugger(t: After): string {
  requireSite();
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-debug-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'jwt.html');
  execFileSync(process.execPath, [MAIN, 'debug', '--write', file], { cwd: folder, stdio: 'pipe' });
  return pathToFileURL(file).href;
}

export interface Outcome {
  readonly outcome: string;
  readonly code: string;
  readonly signature: string;
}

export const TOOLS = [
  'Checks',
  'Findings',
  'Claims',
  'Make',
  'Encryption',
  'Share',
  'Code',
  'Gateway',
] as const;
export type ToolName = (typeof TOOLS)[number];

/** The debugger in a browser, used as people use it. */
export class DebuggerPage {
  readonly page: Page;
  /** Errors of the page, among them every violation of its Content Security Policy. */
  readonly faults: readonly string[];
  /** The address of everything that the page asked for. */
  readonly requests: string[] = [];

  private constructor(page: Page, faults: readonly string[]) {
    this.page = page;
    this.faults = faults;
    page.context().on('request', (request) => this.requests.push(request.url()));
  }

  static async open(
    browser: Browser,
    url: string,
    options: BrowserContextOptions = {},
  ): Promise<DebuggerPage> {
    const { page, faults } = await freshPage(browser, { viewport: { width: 1300, height: 900 }, ...options });
    const opened = new DebuggerPage(page, faults);
    await page.goto(url);
    await opened.editor('Encoded token').waitFor();
    return opened;
  }

  /** The text of an editor: CodeMirror, once it has come. */
  editor(label: string): Locator {
    return this.page.locator(`[data-editor="${label}"] .cm-content`);
  }

  /** Puts a text in place of what an editor holds, as a paste does. */
  async paste(text: string, label = 'Encoded token'): Promise<void> {
    const editor = this.editor(label);
    await editor.click();
    await this.page.keyboard.press('ControlOrMeta+a');
    await editor.evaluate((element, pasted) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData('text/plain', pasted);
      element.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
    }, text);
    await this.settled();
  }

  /** What an editor holds. */
  async text(label: string): Promise<string> {
    const lines = await this.editor(label).locator('.cm-line').allTextContents();
    return lines.join('\n');
  }

  async giveKey(text: string, encoding?: string): Promise<void> {
    if (encoding !== undefined) await this.page.getByLabel('Secret is').first().selectOption(encoding);
    await this.page.getByLabel('Secret, PEM, JWK or JWK Set').fill(text);
    await this.settled();
  }

  async expect(label: string, value: string): Promise<void> {
    await this.page.getByLabel(label, { exact: true }).fill(value);
    await this.settled();
  }

  /** The example: a token, and the key that the page made for it. */
  async example(): Promise<void> {
    await this.page.getByRole('button', { name: 'Example' }).click();
    await this.editor('Decoded payload').filter({ hasText: 'my-client' }).waitFor();
    await this.settled();
  }

  async tool(name: ToolName): Promise<void> {
    await this.page.getByRole('tab', { name }).click();
  }

  /** Waits until the engine has answered what was asked last. */
  async settled(): Promise<void> {
    // What was typed reaches the page in one frame, and what that asks the engine for shows as busy in the next at the latest.
    for (let frames = 0; frames < 2; frames += 1) {
      await this.page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done))));
      await this.page.locator('[aria-busy="false"]').waitFor();
    }
  }

  async verdict(): Promise<Outcome> {
    await this.settled();
    const banner = this.page.getByRole('status', { name: 'Verdict' });
    const read = async (name: string): Promise<string> => (await banner.getAttribute(`data-${name}`)) ?? '';
    return { outcome: await read('outcome'), code: await read('code'), signature: await read('signature') };
  }

  /** Each check with what came of it, in their order. */
  async checks(): Promise<Record<string, { result: string; code: string }>> {
    await this.tool('Checks');
    const rows = await this.page
      .locator('tr[data-check]')
      .evaluateAll((elements) =>
        elements.map((element) => [
          element.dataset['check'],
          element.dataset['result'],
          element.dataset['code'],
        ]),
      );
    return Object.fromEntries(rows.map(([check = '', result = '', code = '']) => [check, { result, code }]));
  }

  async findings(): Promise<string[]> {
    await this.tool('Findings');
    return this.page
      .locator('[data-finding]')
      .evaluateAll((all) => all.map((one) => one.dataset['finding'] ?? ''));
  }

  /** What is wrong with the form of what was pasted. */
  faultCodes(): Promise<string[]> {
    return this.page
      .locator('[data-fault]')
      .evaluateAll((all) => all.map((one) => one.dataset['fault'] ?? ''));
  }

  async close(): Promise<void> {
    await this.page.context().close();
  }
}

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/**
 * What axe finds wrong with a page as it is, with the element. The page must have been opened with `bypassCSP`, since its
 * policy lets no script in.
 */
export async function axeFaults(page: Page): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.addScriptTag({ path: AXE });
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run(options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
    };
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    const { violations } = await axe.run({ runOnly: { type: 'tag', values: tags } });
    return violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 300)).join(' ')}`,
    );
  });
}

/** Nothing went wrong on the page, and nothing was against its policy. */
export function assertClean({ faults }: DebuggerPage): void {
  assert.deepEqual(faults, []);
}
