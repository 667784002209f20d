import { denialRecord } from '@portcullis/guard';
import { pino } from 'pino';
import type { Exchange } from '../exchange/exchange.ts';

/** Lines are handed to the kernel together, at the latest after this many milliseconds. */
const FLUSH_EVERY = 200;
/** Workers share one standard output: on a pipe, writes up to this many bytes (PIPE_BUF) never mix. */
const PIPE_WRITE = 4096;
/** On a file, appending writes never mix whatever their size. */
const FILE_WRITE = 64 * 1024;
/** Past this many bytes waiting for a stuck disk or reader, lines are dropped and counted. */
const MAX_WAITING = 16 * 1024 * 1024;
/** How long a closing log waits for its last lines to be taken. Milliseconds. */
const CLOSE_TIMEOUT = 1_000;
/** Characters of a request path that a line keeps. */
const MAX_PATH = 1024;

/** A request whose head could not be read. */
export interface BrokenHead {
  readonly id: string;
  readonly address: string;
  readonly status: number;
  readonly reason: string;
}

export interface AccessLog {
  write(exchange: Exchange): void;
  brokenHead(request: BrokenHead): void;
  /** Lines lost because nobody took them. */
  readonly dropped: number;
  /** Resolves once all lines are with the kernel, or it is clear that nobody takes them. */
  close(): Promise<void>;
}

/**
 * One JSON object a line, written off the request's path. A line never holds a token, a query or a header.
 *
 * @param destination `stdout`, `off` or a file to append to
 */
export function openAccessLog(destination: string, onError: (error: Error) => void): AccessLog {
  if (destination === 'off')
    return { write() {}, brokenHead() {}, dropped: 0, close: () => Promise.resolve() };
  return new JsonLines(destination, onError);
}

class JsonLines implements AccessLog {
  dropped = 0;
  readonly #out: ReturnType<typeof pino.destination>;
  readonly #timer: NodeJS.Timeout;

  constructor(destination: string, onError: (error: Error) => void) {
    const maxWrite = destination === 'stdout' ? PIPE_WRITE : FILE_WRITE;
    this.#out = pino.destination({
      dest: destination === 'stdout' ? 1 : destination,
      append: true,
      mkdir: true,
      mode: 0o640, // it tells who called what
      sync: false,
      minLength: maxWrite / 2,
      maxWrite,
      maxLength: MAX_WAITING,
    });
    this.#out.on('error', onError);
    this.#out.on('drop', () => {
      this.dropped += 1;
    });
    this.#timer = setInterval(() => this.#out.flush(), FLUSH_EVERY);
    this.#timer.unref();
  }

  write(exchange: Exchange): void {
    this.#out.write(`${JSON.stringify(record(exchange))}\n`);
  }

  brokenHead(request: BrokenHead): void {
    this.#out.write(`${JSON.stringify({ time: new Date().toISOString(), ...request })}\n`);
  }

  close(): Promise<void> {
    clearInterval(this.#timer);
    return new Promise((done) => {
      // A full disk or a reader that is gone must not keep the process.
      setTimeout(done, CLOSE_TIMEOUT).unref();
      this.#out.once('error', () => done());
      this.#out.flush(() => done());
    });
  }
}

/** The line's members; those that are undefined are left out of it. */
function record(exchange: Exchange): Record<string, unknown> {
  const { decision, request, startedAt, forwardedAt, answeredAt } = exchange;
  const now = performance.now();
  const denial = decision?.kind === 'deny' ? decision : undefined;
  const forward = decision?.kind === 'forward' ? decision : undefined;
  const token = forward?.token;
  return {
    time: new Date().toISOString(),
    id: exchange.id,
    address: exchange.address,
    method: request.method,
    path: pathOf(exchange),
    status: exchange.loggedStatus,
    reason: denial?.reason ?? exchange.reason,
    api: forward?.match.api.name ?? denial?.api?.name,
    route: forward?.match.route?.name ?? denial?.route?.name,
    issuer: token?.issuerName,
    kid: token?.header.kid,
    sub: token?.claims.sub,
    client: token?.claims.client_id,
    jti: token?.claims.jti,
    upstream: exchange.upstream,
    bytes: exchange.bytesOut,
    ms: milliseconds(startedAt, now),
    upstreamMs: forwardedAt === undefined ? undefined : milliseconds(forwardedAt, answeredAt ?? now),
    denial: denial === undefined ? undefined : denialRecord(denial),
    shadow: forward?.shadow === undefined ? undefined : denialRecord(forward.shadow),
  };
}

function pathOf({ decision, request }: Exchange): string {
  if (decision?.kind === 'forward') return decision.match.path.slice(0, MAX_PATH);
  const target = request.url ?? '';
  // Query and fragment may hold a token, and so may the user before the host of an absolute target.
  const end = target.search(/[?#]/);
  const path = end === -1 ? target : target.slice(0, end);
  const user = path.startsWith('/') ? -1 : path.lastIndexOf('@');
  return path.slice(user + 1, user + 1 + MAX_PATH);
}

function milliseconds(from: number, to: number): number {
  return Math.round((to - from) * 1000) / 1000;
}
