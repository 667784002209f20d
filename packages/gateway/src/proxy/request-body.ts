import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import type { GatewayReason } from '../errors.ts';

/** The client's body could not be taken: too large, too slow, or cut off. */
export class RequestBodyError extends Error {
  readonly reason: GatewayReason;

  constructor(reason: GatewayReason) {
    super(reason);
    this.reason = reason;
  }
}

export interface BodyLimits {
  /** Bytes. */
  readonly maxBody: number;
  /** Longest silence of the client, in milliseconds. Time in which we do not read is not counted. */
  readonly idleTimeout: number;
}

/**
 * The client's body on its way to an upstream: counted, timed, and apart from the client's socket, so that an
 * upstream that fails or answers early cannot take the connection down before the client has its answer.
 */
export class RequestBody extends Readable {
  readonly #source: IncomingMessage;
  readonly #limits: BodyLimits;
  #received = 0;
  #attached = false;
  #idle: NodeJS.Timeout | undefined;

  constructor(source: IncomingMessage, limits: BodyLimits) {
    super({ autoDestroy: true });
    this.#source = source;
    this.#limits = limits;
  }

  override _read(): void {
    if (!this.#attached) {
      this.#attached = true;
      this.#source.on('data', this.#onData).on('end', this.#onEnd).on('close', this.#onClose);
    }
    this.#source.resume();
    if (this.#idle === undefined) this.#idle = setTimeout(this.#onIdle, this.#limits.idleTimeout);
    else this.#idle.refresh();
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    clearTimeout(this.#idle);
    this.#source.off('data', this.#onData).off('end', this.#onEnd).off('close', this.#onClose);
    callback(error);
  }

  readonly #onData = (chunk: Buffer): void => {
    this.#received += chunk.length;
    if (this.#received > this.#limits.maxBody) {
      this.destroy(new RequestBodyError('body_too_large'));
    } else if (this.push(chunk)) {
      this.#idle?.refresh();
    } else {
      this.#source.pause();
      clearTimeout(this.#idle);
      this.#idle = undefined;
    }
  };

  readonly #onEnd = (): void => {
    clearTimeout(this.#idle);
    this.push(null);
  };

  readonly #onClose = (): void => {
    if (!this.#source.complete) this.destroy(new RequestBodyError('client_aborted'));
  };

  readonly #onIdle = (): void => {
    this.destroy(new RequestBodyError('body_timeout'));
  };
}

/** Takes a whole small body before an upstream connection is spent on it. Calls back once. */
export function collectBody(
  source: IncomingMessage,
  limits: BodyLimits,
  callback: (fault: GatewayReason | undefined, body: Buffer) => void,
): void {
  const chunks: Buffer[] = [];
  const idle = setTimeout(() => done('body_timeout'), limits.idleTimeout);
  const onData = (chunk: Buffer): void => {
    chunks.push(chunk);
    idle.refresh();
  };
  const onEnd = (): void => done(undefined);
  const onClose = (): void => done('client_aborted');
  const done = (fault: GatewayReason | undefined): void => {
    clearTimeout(idle);
    source.off('data', onData).off('end', onEnd).off('close', onClose);
    callback(fault, chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks));
  };
  source.on('data', onData).on('end', onEnd).on('close', onClose);
}
