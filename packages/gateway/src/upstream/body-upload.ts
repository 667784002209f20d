import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';

/** The body of a request on its way to an upstream, no faster than that takes it. */
export class BodyUpload {
  readonly #socket: Socket;
  readonly #body: Readable;
  readonly #chunked: boolean;
  readonly #onProgress: () => void;
  readonly #onError: (error: Error) => void;
  #started = false;
  #done = false;

  /** @param chunked in chunks, because its length is not known */
  constructor(
    socket: Socket,
    body: Readable,
    options: { chunked: boolean; onProgress: () => void; onError: (error: Error) => void },
  ) {
    this.#socket = socket;
    this.#body = body;
    this.#chunked = options.chunked;
    this.#onProgress = options.onProgress;
    this.#onError = options.onError;
    body.on('error', this.#onError);
  }

  /** Whether all of it was handed on. */
  get done(): boolean {
    return this.#done;
  }

  /** Whether it is the client that is waited for, and not the upstream. */
  get waitsForClient(): boolean {
    return !this.#done && !this.#body.destroyed && !this.#socket.writableNeedDrain;
  }

  /** The head of the request has been written. */
  start(): void {
    this.#started = true;
    this.#socket.on('drain', this.#onDrain);
    this.#body.on('data', this.#onData).on('end', this.#onEnd);
  }

  /** Nothing more of it is wanted here. Before it has started, another upstream may still get it. */
  stop(): void {
    this.#socket.off('drain', this.#onDrain);
    this.#body.off('data', this.#onData).off('end', this.#onEnd).off('error', this.#onError);
    if (this.#started && !this.#done) this.#body.destroy();
  }

  readonly #onData = (chunk: Buffer): void => {
    this.#onProgress();
    if (!this.#write(chunk)) this.#body.pause();
  };

  readonly #onDrain = (): void => {
    this.#onProgress();
    this.#body.resume();
  };

  readonly #onEnd = (): void => {
    this.#done = true;
    this.#onProgress();
    if (this.#chunked) this.#socket.write('0\r\n\r\n', 'latin1');
  };

  #write(chunk: Buffer): boolean {
    if (!this.#chunked) return this.#socket.write(chunk);
    this.#socket.cork();
    this.#socket.write(`${chunk.length.toString(16)}\r\n`, 'latin1');
    this.#socket.write(chunk);
    const takesMore = this.#socket.write('\r\n', 'latin1');
    this.#socket.uncork();
    return takesMore;
  }
}
