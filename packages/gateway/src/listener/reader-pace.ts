import type { Socket } from 'node:net';

/** Watches whether the other end of a connection takes what is sent to it. */
export class ReaderPace {
  readonly #socket: Socket;
  /** How many bytes it had taken when they last became more, and when that was. */
  #taken = -1;
  #takenAt = 0;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  /**
   * To be called now and then.
   *
   * @param now `performance.now()`
   * @returns for how long it has taken nothing of what waits for it, in milliseconds
   */
  stalledFor(now: number): number {
    const { writableLength, bytesWritten } = this.#socket;
    const taken = bytesWritten - writableLength;
    if (writableLength === 0 || taken !== this.#taken) {
      this.#taken = taken;
      this.#takenAt = now;
    }
    return now - this.#takenAt;
  }
}
