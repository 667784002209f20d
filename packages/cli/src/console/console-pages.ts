import type { IncomingMessage, ServerResponse } from 'node:http';
import { CONSOLE_HEADERS, readSite, type Site, type SiteFile } from '@portcullis/console';
import type { AdminPages } from '@portcullis/gateway';
import type { OwnIssuer } from './own-issuers.ts';

const ROOT = '/debugger';
const PAGE = 'index.html';
/** For how long the issuers that were found are told again, in milliseconds: each look may ask others for their keys. */
const ISSUERS_KEPT_FOR = 10_000;

export interface ConsolePagesOptions {
  /** The issuers that the gateway trusts, with their public keys. Absent: the page offers none. */
  readonly issuers?: () => Promise<readonly OwnIssuer[]>;
}

/** The console below `/debugger`: its files as they were built, and the issuers of this gateway. */
export function consolePages({ issuers }: ConsolePagesOptions = {}): AdminPages {
  let site: Site | undefined;
  const find = issuers && keptFor(ISSUERS_KEPT_FOR, issuers);
  return {
    where: ROOT,
    async answer(request, response) {
      const path = pathBelow(request.url ?? '');
      if (path === undefined) return false;
      site ??= prepared(readSite(), find !== undefined);
      const file = site?.files.get(path === '/' ? PAGE : path);
      if (site === undefined) send(response, 503, NOT_BUILT);
      else if (path === '') redirect(response);
      else if (path === 'issuers.json' && find) await sendIssuers(response, find);
      else if (file === undefined) send(response, 404, 'no such file\n');
      else sendFile(request, response, file);
      return true;
    },
  };
}

const NOT_BUILT = 'the console is not built here: npm run console\n';

/** What comes behind `/debugger`; the query does not matter. */
function pathBelow(url: string): string | undefined {
  const [path = ''] = url.split('?', 1);
  if (path === ROOT) return '';
  if (path === `${ROOT}/`) return '/';
  return path.startsWith(`${ROOT}/`) ? path.slice(ROOT.length + 1) : undefined;
}

function sendFile(request: IncomingMessage, response: ServerResponse, file: SiteFile): void {
  response.setHeader('cache-control', file.immutable ? 'public, max-age=31536000, immutable' : 'no-cache');
  response.setHeader('content-type', file.type);
  response.setHeader('vary', 'accept-encoding');
  const encoding = encodingFor(request, file);
  if (encoding !== undefined) response.setHeader('content-encoding', encoding);
  sendBody(response, (encoding && file.encoded[encoding]) ?? file.body);
}

/** The page learns whether there is somebody to ask for issuers. It is short: sent as it is. */
function prepared(site: Site | undefined, knowsIssuers: boolean): Site | undefined {
  const page = site?.files.get(PAGE);
  if (site === undefined || page === undefined || !knowsIssuers) return site;
  const meta = '</title>\n    <meta name="portcullis-issuers" content="issuers.json" />';
  const body = Buffer.from(page.body.toString().replace('</title>', meta));
  return { ...site, files: new Map([...site.files, [PAGE, { ...page, body, encoded: {} }]]) };
}

function encodingFor(request: IncomingMessage, { encoded }: SiteFile): 'br' | 'gzip' | undefined {
  const taken = String(request.headers['accept-encoding'] ?? '')
    .split(',')
    .map((one) => one.trim());
  return (['br', 'gzip'] as const).find((name) => encoded[name] !== undefined && taken.includes(name));
}

async function sendIssuers(
  response: ServerResponse,
  find: () => Promise<readonly OwnIssuer[]>,
): Promise<void> {
  response.setHeader('cache-control', 'no-store');
  response.setHeader('content-type', 'application/json');
  try {
    sendBody(response, Buffer.from(JSON.stringify(await find())));
  } catch {
    // Why is in the log of who reads the configuration; whoever asks here learns that it cannot be had.
    send(response, 503, 'the configuration cannot be read\n');
  }
}

function redirect(response: ServerResponse): void {
  response.statusCode = 308;
  response.setHeader('location', `${ROOT}/`);
  sendBody(response, Buffer.alloc(0));
}

function send(response: ServerResponse, status: number, text: string): void {
  response.statusCode = status;
  response.setHeader('content-type', 'text/plain; charset=utf-8');
  response.setHeader('cache-control', 'no-store');
  sendBody(response, Buffer.from(text));
}

function sendBody(response: ServerResponse, body: Buffer): void {
  for (const [name, value] of Object.entries(CONSOLE_HEADERS)) response.setHeader(name, value);
  response.setHeader('content-length', body.length);
  response.end(body);
}

/** Asks once for all who want to know within a time. */
function keptFor<T>(milliseconds: number, find: () => Promise<T>): () => Promise<T> {
  let kept: { readonly value: Promise<T>; readonly until: number } | undefined;
  return () => {
    const now = performance.now();
    if (kept === undefined || now >= kept.until) kept = { value: find(), until: now + milliseconds };
    return kept.value;
  };
}
