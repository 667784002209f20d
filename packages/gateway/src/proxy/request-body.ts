import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import type { GatewayReason } from '../errors.ts';
import { ClientPace } from './client-pace.ts';

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
  /** How long a client may be silent, in milliseconds; see `ClientPace`. */
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
  readonly #pace: ClientPace;

  constructor(source: IncomingMessage, limits: BodyLimits) {
    super({ autoDestroy: true });
    this.#source = source;
    this.#limits = limits;
    this.#pace = new ClientPace(limits.idleTimeout, () => this.destroy(new RequestBodyError('body_timeout')));
  }

  override _read(): void {
    if (!this.#attached) {
      this.#attached = true;
      this.#source.on('data', this.#onData).on('end', this.#onEnd).on('close', this.#onClose);
    }
    this.#source.resume();
    this.#pace.wait();
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#pace.pause();
    this.#source.off('data', this.#onData).off('end', this.#onEnd).off('close', this.#onClose);
    callback(error);
  }

  readonly #onData = (chunk: Buffer): void => {
    this.#received += chunk.length;
    this.#pace.arrived(chunk.length);
    if (this.#received > this.#limits.maxBody) {
      this.destroy(new RequestBodyError('body_too_large'));
    } else if (!this.push(chunk)) {
      this.#source.pause();
      this.#pace.pause();
    }
  };

  readonly #onEnd = (): void => {
    this.#pace.pause();
    this.push(null);
  };

  readonly #onClose = (): void => {
    if (!this.#source.complete) this.destroy(new RequestBodyError('client_aborted'));
  };
}

/**
 * Takes a whole small body before an upstream connection is spent on it. Calls back once.
 *
 * @returns tells that nothing sound of the body will come any more
 */
export function collectBody(
  source: IncomingMessage,
  limits: BodyLimits,
  callback: (fault: GatewayReason | undefined, body: Buffer) => void,
): () => void {
  let taken = false;
  const chunks: Buffer[] = [];
  const pace = new ClientPace(limits.idleTimeout, () => done('body_timeout'));
  const onData = (chunk: Buffer): void => {
    chunks.push(chunk);
    pace.arrived(chunk.length);
  };
  const onEnd = (): void => done(undefined);
  const onClose = (): void => done('client_aborted');
  const done = (fault: GatewayReason | undefined): void => {
    if (taken) return;
    taken = true;
    pace.pause();
    source.off('data', onData).off('end', onEnd).off('close', onClose);
    callback(fault, chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks));
  };
  source.on('data', onData).on('end', onEnd).on('close', onClose);
  pace.wait();
  return () => done('body_malformed');
}
