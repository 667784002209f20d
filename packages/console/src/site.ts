import { existsSync, globSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';

/** The built site, beside the sources and beside what is compiled of them alike. */
const SITE = join(import.meta.dirname, '..', 'site');

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
};

/** One file of the site, as it is and as it goes over the wire. */
export interface SiteFile {
  readonly type: string;
  readonly body: Buffer;
  /** By their names in Content-Encoding (RFC 9110 section 8.4.1). */
  readonly encoded: Readonly<Partial<Record<'br' | 'gzip', Buffer>>>;
  /** Its name changes with its content: it may be kept forever. */
  readonly immutable: boolean;
}

export interface Site {
  /** By path, without a slash in front; `index.html` is the page. */
  readonly files: ReadonlyMap<string, SiteFile>;
  /** Where the debugger stands as one file. */
  readonly offlinePage: string;
}

/**
 * What goes with every file of the console. No inline script or style; connections go out for the key look-ups that its
 * user asks for by name, to https and to this machine.
 */
export const CONSOLE_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self' https: http://localhost:* http://127.0.0.1:*",
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'clipboard-write=(self), camera=(), geolocation=(), microphone=()',
};

/** Reads the site; undefined when it was not built. */
export function readSite(): Site | undefined {
  const offlinePage = join(SITE, 'debugger.html');
  if (!existsSync(offlinePage)) return undefined;
  const served = join(SITE, 'served');
  const files = new Map<string, SiteFile>();
  for (const path of globSync('**/*.{html,js,css}', { cwd: served })) {
    const file = join(served, path);
    // One that is being built has them not yet.
    if (!existsSync(`${file}.br`) || !existsSync(`${file}.gz`)) return undefined;
    const encoded = { br: readFileSync(`${file}.br`), gzip: readFileSync(`${file}.gz`) };
    files.set(path.replaceAll('\\', '/'), {
      type: TYPES[extname(path)] ?? 'application/octet-stream',
      body: readFileSync(file),
      encoded,
      immutable: path.startsWith('assets'),
    });
  }
  return files.has('index.html') ? { files, offlinePage } : undefined;
}
