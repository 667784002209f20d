import { denialRecord } from '@portcullis/guard';
import { pino } from 'pino';
import type { Exchange } from '../exchange/exchange.ts';
import { withoutTokens } from './redact.ts';

/** Lines are handed to the kernel together, at the latest after this many milliseconds. */
const FLUSH_EVERY = 200;
/** Workers share one standard output: on a pipe, writes up to this many bytes (PIPE_BUF) never mix. */
const PIPE_WRITE = 4096;
/** On a file, appending writes never mix whatever their size. */
const FILE_WRITE = 64 * 1024;
/** Past this many bytes waiting for a stuck disk or reader, lines are dropped and counted. */
const MAX_WAITING = 16 * 1024 * 1024;
/** A disk that is full fails at every write; it is told this often. Milliseconds. */
const TELL_EVERY = 60_000;
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
  /** Opens the file anew, for who has moved it away (log rotation). */
  reopen(): void;
  /** Resolves once all lines are with the kernel, or it is clear that nobody takes them. */
  close(): Promise<void>;
}

const NO_LOG: AccessLog = {
  write() {},
  brokenHead() {},
  dropped: 0,
  reopen() {},
  close: () => Promise.resolve(),
};

/**
 * One JSON object a line, written off the request's path. A line never holds a token, a query or a header.
 *
 * @param destination `stdout`, `off` or a file to append to
 * @param onError told when lines cannot be written, and then at most once a minute
 * @throws when the file cannot be opened
 */
export async function openAccessLog(
  destination: string,
  onError: (error: Error) => void,
): Promise<AccessLog> {
  if (destination === 'off') return NO_LOG;
  const log = new JsonLines(destination, onError);
  await log.opened;
  return log;
}

type Destination = ReturnType<typeof pino.destination>;

class JsonLines implements AccessLog {
  dropped = 0;
  readonly opened: Promise<void>;
  readonly #out: Destination;
  readonly #timer: NodeJS.Timeout;
  readonly #isFile: boolean;
  #toldAt = Number.NEGATIVE_INFINITY;

  constructor(destination: string, onError: (error: Error) => void) {
    this.#isFile = destination !== 'stdout';
    const maxWrite = this.#isFile ? FILE_WRITE : PIPE_WRITE;
    this.#out = pino.destination({
      dest: this.#isFile ? destination : 1,
      append: true,
      mkdir: true,
      mode: 0o640, // it tells who called what
      sync: false,
      minLength: maxWrite / 2,
      maxWrite,
      maxLength: MAX_WAITING,
    });
    this.opened = opening(this.#out);
    this.#out.on('error', (error: Error) => {
      if (performance.now() - this.#toldAt < TELL_EVERY) return;
      this.#toldAt = performance.now();
      onError(error);
    });
    this.#out.on('drop', () => {
      this.dropped += 1;
    });
    this.#timer = setInterval(() => this.#out.flush(), FLUSH_EVERY);
    this.#timer.unref();
    this.opened.catch(() => clearInterval(this.#timer));
  }

  write(exchange: Exchange): void {
    this.#line(record(exchange));
  }

  brokenHead(request: BrokenHead): void {
    this.#line({ time: new Date().toISOString(), ...request });
  }

  #line(members: object): void {
    this.#out.write(`${withoutTokens(JSON.stringify(members))}\n`);
  }

  reopen(): void {
    if (this.#isFile) this.#out.reopen();
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await new Promise<void>((done) => {
      // A full disk or a reader that is gone must not keep the process.
      setTimeout(done, CLOSE_TIMEOUT);
      this.#out.once('error', () => done());
      this.#out.flush(() => done());
    });
    // Else the library would try once more as the process exits, for ever on a full disk.
    this.#out.destroy();
  }
}

function opening(out: Destination): Promise<void> {
  return new Promise((done, fail) => {
    out.once('ready', () => {
      out.off('error', fail);
      done();
    });
    out.once('error', fail);
  });
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
    upstreamError: exchange.upstreamError,
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
