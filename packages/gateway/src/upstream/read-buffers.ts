/** Bytes. */
const SIZE = 64 * 1024;

/** Who was given parts of a buffer. */
export interface Borrower {
  /** Whether it has done with all that it was given. */
  readonly hasPassedOn: boolean;
}

/**
 * The memory that one connection reads into. What is read goes on to a client as it lies there, so the next read needs another
 * buffer until the client has it: as a rule, two take turns.
 */
export class ReadBuffers {
  #current = newBuffer();
  #spare: Buffer<ArrayBuffer> | undefined;
  #lent: Buffer<ArrayBuffer> | undefined;
  #borrower: Borrower | undefined;

  /** What the next read goes into. */
  get current(): Buffer<ArrayBuffer> {
    return this.#current;
  }

  /** To be called before anybody is told of what a read has brought: with that it would not have done yet. */
  reclaim(): void {
    if (this.#borrower?.hasPassedOn !== true) return;
    this.#spare = this.#lent;
    this.#lent = undefined;
    this.#borrower = undefined;
  }

  /** Parts of the current buffer were given away. One that was lent before and is not back is left to the garbage collector. */
  lend(borrower: Borrower): void {
    this.#lent = this.#current;
    this.#borrower = borrower;
    this.#current = this.#spare ?? newBuffer();
    this.#spare = undefined;
  }
}

function newBuffer(): Buffer<ArrayBuffer> {
  return Buffer.allocUnsafeSlow(SIZE);
}
