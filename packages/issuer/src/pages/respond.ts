import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { TEXT } from '../text.ts';
import { type Html, type HtmlValue, html } from './html.ts';
import { STYLE } from './style.ts';

const STYLE_VERSION = createHash('sha256').update(STYLE).digest('base64url').slice(0, 12);
/** Where the stylesheet is; another one is another path, so that it may be kept for ever. */
export const STYLE_PATH = `/assets/style-${STYLE_VERSION}.css`;

/**
 * What every page allows, which is next to nothing (CSP Level 3). Forms go to ourselves only: what comes of them sends people
 * on by a page of its own, since browsers hold what a form is redirected to against this, too.
 */
const POLICY = [
  "default-src 'none'",
  "style-src 'self'",
  'img-src data:',
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
];

export interface Page {
  readonly title: string;
  readonly body: Html;
  readonly status?: number;
  /** Wider, for lists. */
  readonly wide?: boolean;
  /** Where the browser goes on at once; a link to it must be in the body for those that do not. */
  readonly goOn?: string;
  /** Paths of modules below the issuer, for what cannot be done without. */
  readonly scripts?: readonly string[];
}

/** Renders pages under the path of the issuer. */
export class PageWriter {
  readonly #basePath: string;

  constructor(basePath: string) {
    this.#basePath = basePath;
  }

  path(path: string): string {
    return this.#basePath + path;
  }

  render({ title, body, wide = false, goOn, scripts = [] }: Page): string {
    const refresh: HtmlValue =
      goOn === undefined ? undefined : html`<meta http-equiv="refresh" content="0; url=${goOn}">`;
    return html`<!doctype html>
<html lang="${TEXT.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title}</title>
${refresh}
<link rel="stylesheet" href="${this.path(STYLE_PATH)}">
${scripts.map((script) => html`<script type="module" src="${this.path(script)}"></script>`)}
</head>
<body>
<main${wide ? html` class="wide"` : ''}>
${body}
</main>
</body>
</html>
`.text;
  }

  /** Headers that every page has. */
  headers({ scripts = [] }: Pick<Page, 'scripts'>): Record<string, string> {
    const script = scripts.length > 0 ? ["script-src 'self'", "connect-src 'self'"] : [];
    return {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': [...POLICY, ...script].join('; '),
      'cache-control': 'no-store',
      // Our own forms carry where they come from, and nobody else learns what page of ours somebody was on.
      'referrer-policy': 'same-origin',
      'x-frame-options': 'DENY',
      'cross-origin-opener-policy': 'same-origin',
    };
  }

  send(response: ServerResponse, page: Page): void {
    response.writeHead(page.status ?? 200, this.headers(page));
    response.end(response.req.method === 'HEAD' ? undefined : this.render(page));
  }
}

/** Sends the browser on with a GET (RFC 9110 §15.4.4). */
export function redirect(response: ServerResponse, location: string): void {
  response.writeHead(303, { location, 'cache-control': 'no-store' });
  response.end();
}

/** A notice at the head of a page; screen readers speak it at once. */
export function notice(text: string | undefined, kind: 'bad' | 'good' = 'bad'): HtmlValue {
  return text === undefined
    ? undefined
    : html`<p class="notice ${kind}" role="${kind === 'bad' ? 'alert' : 'status'}">${text}</p>`;
}
