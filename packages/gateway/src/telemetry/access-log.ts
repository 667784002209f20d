import { pino } from 'pino';

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
/** Of a UTF-16 code unit in UTF-8. */
const MOST_BYTES_A_CHARACTER = 3;

export interface AccessLog {
  /** False where lines go nowhere, and need not be made. */
  readonly kept: boolean;
  /** @param line with its line end */
  write(line: string): void;
  /** Lines lost because nobody took them. */
  readonly dropped: number;
  /** Opens the file anew, for who has moved it away (log rotation). */
  reopen(): void;
  /** Resolves once all lines are with the kernel, or it is clear that nobody takes them. */
  close(): Promise<void>;
}

const NO_LOG: AccessLog = {
  kept: false,
  write() {},
  dropped: 0,
  reopen() {},
  close: () => Promise.resolve(),
};

/**
 * One JSON object a line, written off the request's path.
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

/** Its types know only texts, but in this mode it takes bytes. */
type Destination = Omit<ReturnType<typeof pino.destination>, 'write'> & { write(lines: Buffer): boolean };

class JsonLines implements AccessLog {
  readonly kept = true;
  dropped = 0;
  readonly opened: Promise<void>;
  readonly #out: Destination;
  readonly #timer: NodeJS.Timeout;
  readonly #isFile: boolean;
  readonly #maxWrite: number;
  /** Lines that are handed over as one, and how many bytes of it they take. */
  #batch: Buffer;
  #used = 0;
  #toldAt = Number.NEGATIVE_INFINITY;

  constructor(destination: string, onError: (error: Error) => void) {
    this.#isFile = destination !== 'stdout';
    this.#maxWrite = this.#isFile ? FILE_WRITE : PIPE_WRITE;
    this.#out = pino.destination({
      dest: this.#isFile ? destination : 1,
      append: true,
      mkdir: true,
      mode: 0o640, // it tells who called what
      sync: false,
      minLength: this.#maxWrite / 2,
      maxWrite: this.#maxWrite,
      maxLength: MAX_WAITING,
      contentMode: 'buffer',
    }) as unknown as Destination;
    this.#batch = Buffer.allocUnsafeSlow(this.#maxWrite);
    this.opened = opening(this.#out);
    this.#out.on('error', (error: Error) => {
      if (performance.now() - this.#toldAt < TELL_EVERY) return;
      this.#toldAt = performance.now();
      onError(error);
    });
    this.#out.on('drop', (lines: Buffer) => {
      this.dropped += countLines(lines);
    });
    this.#timer = setInterval(() => {
      this.#handOver();
      this.#out.flush();
    }, FLUSH_EVERY);
    this.#timer.unref();
    this.opened.catch(() => clearInterval(this.#timer));
  }

  write(line: string): void {
    const most = line.length * MOST_BYTES_A_CHARACTER;
    if (this.#used + most > this.#maxWrite) this.#handOver();
    if (most > this.#maxWrite) this.#out.write(Buffer.from(line));
    else this.#used += this.#batch.write(line, this.#used);
  }

  #handOver(): void {
    if (this.#used === 0) return;
    const lines = this.#batch.subarray(0, this.#used);
    // What waits for a stuck disk must not keep much more memory than it counts.
    const mostlyFull = this.#used > this.#maxWrite / 2;
    this.#out.write(mostlyFull ? lines : copyOf(lines));
    if (mostlyFull) this.#batch = Buffer.allocUnsafeSlow(this.#maxWrite);
    this.#used = 0;
  }

  reopen(): void {
    this.#handOver();
    if (this.#isFile) this.#out.reopen();
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#handOver();
    await new Promise<void>((done) => {
      // A full disk or a reader that is gone must not keep the process.
      setTimeout(done, CLOSE_TIMEOUT);
      this.#out.once('error', () => done()).once('close', () => done());
      this.#out.end();
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

/** In memory of its own: a small `Buffer` would keep the pool that it is cut from. */
function copyOf(lines: Buffer): Buffer {
  const copy = Buffer.allocUnsafeSlow(lines.length);
  lines.copy(copy);
  return copy;
}

function countLines(lines: Buffer): number {
  let count = 0;
  for (let at = lines.indexOf('\n'); at !== -1; at = lines.indexOf('\n', at + 1)) count += 1;
  return count;
}
