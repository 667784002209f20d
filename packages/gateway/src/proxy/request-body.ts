import { Readable } from 'node:stream';
import type { GatewayReason } from '../errors.ts';
import type { BodyConsumer, HttpRequest } from '../listener/http-request.ts';
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
export class RequestBody extends Readable implements BodyConsumer {
  readonly #source: HttpRequest;
  readonly #limits: BodyLimits;
  #received = 0;
  #attached = false;
  readonly #pace: ClientPace;

  constructor(source: HttpRequest, limits: BodyLimits) {
    super({ autoDestroy: true });
    this.#source = source;
    this.#limits = limits;
    this.#pace = new ClientPace(limits.idleTimeout, () => this.destroy(new RequestBodyError('body_timeout')));
  }

  override _read(): void {
    this.#pace.wait();
    if (this.#attached) this.#source.resume(this);
    else {
      this.#attached = true;
      this.#source.consume(this);
    }
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#pace.pause();
    this.#source.release(this);
    callback(error);
  }

  onBody(part: Buffer): void {
    this.#received += part.length;
    this.#pace.arrived(part.length);
    if (this.#received > this.#limits.maxBody) {
      this.destroy(new RequestBodyError('body_too_large'));
    } else if (!this.push(part)) {
      this.#source.pause(this);
      this.#pace.pause();
    }
  }

  onEnd(): void {
    this.#pace.pause();
    this.push(null);
  }

  onMalformed(): void {
    this.destroy(new RequestBodyError('body_malformed'));
  }

  onAborted(): void {
    this.destroy(new RequestBodyError('client_aborted'));
  }
}

/** Takes a whole small body before an upstream connection is spent on it. Calls back once. */
export function collectBody(
  source: HttpRequest,
  limits: BodyLimits,
  callback: (fault: GatewayReason | undefined, body: Buffer) => void,
): void {
  const chunks: Buffer[] = [];
  const pace = new ClientPace(limits.idleTimeout, () => done('body_timeout'));
  const done = (fault: GatewayReason | undefined): void => {
    pace.pause();
    source.release(collector);
    callback(fault, chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks));
  };
  const collector: BodyConsumer = {
    onBody(part) {
      chunks.push(part);
      pace.arrived(part.length);
    },
    onEnd: () => done(undefined),
    onMalformed: () => done('body_malformed'),
    onAborted: () => done('client_aborted'),
  };
  pace.wait();
  source.consume(collector);
}
