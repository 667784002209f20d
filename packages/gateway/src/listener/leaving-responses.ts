import type { Socket } from 'node:net';
import type { HttpResponse } from './http-response.ts';

/** The responses of one connection that have ended, but are perhaps not with the kernel yet. */
export class LeavingResponses {
  readonly #socket: Socket;
  /** Oldest first. */
  readonly #responses: HttpResponse[] = [];
  #lastLeft: number | undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  get empty(): boolean {
    return this.#responses.length === 0;
  }

  /** `performance.now()` when the last one had left; undefined before the first. */
  get lastLeft(): number | undefined {
    return this.#lastLeft;
  }

  add(response: HttpResponse): void {
    this.#responses.push(response);
  }

  /**
   * What was held back of what the socket was handed has been handed on. As a rule the kernel has taken it all by now. Otherwise it
   * tells when it has, with an empty write behind it; or by the end of the connection, if that is to follow.
   */
  onReleased(): void {
    const last = this.#responses.at(-1);
    if (last === undefined) return;
    if (this.#allWritten) this.#leave(last);
    else if (!this.#socket.writableEnded) {
      this.#socket.write('', (error) => {
        if (!error) this.#leave(last);
      });
    }
  }

  /** The connection has closed. */
  onClose(now: number): void {
    for (const response of this.#responses.splice(0)) response.close(this.#allWritten, now);
  }

  /** Whether all that the socket was handed is with the kernel. */
  get #allWritten(): boolean {
    return this.#socket.writableLength === 0 && this.#socket.errored === null;
  }

  /** This one has left, and those in front of it. */
  #leave(last: HttpResponse): void {
    const now = performance.now();
    this.#lastLeft = now;
    for (let left = this.#responses.indexOf(last); left >= 0; left -= 1) {
      this.#responses.shift()?.close(true, now);
    }
  }
}
