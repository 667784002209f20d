import type { Fields } from '../http/fields.ts';
import type { Framing } from './framing.ts';
import type { Peer } from './peer.ts';
import type { RequestHead } from './request-head.ts';

/** Told of a request's body. After `onEnd`, `onMalformed` or `onAborted` nothing more comes. */
export interface BodyConsumer {
  onBody(part: Buffer): void;
  onEnd(): void;
  /** It breaks the grammar: where it ends cannot be told any more. */
  onMalformed(): void;
  /** The client has gone. */
  onAborted(): void;
}

/** Who has the bytes of bodies. */
export interface BodySource {
  /** The request takes its body from now on, or takes it no longer for now. */
  onFlowChange(request: HttpRequest): void;
}

/** A request whose head has come. Its body waits, unread, until somebody consumes it. */
export class HttpRequest {
  readonly method: string;
  readonly target: string;
  readonly minorVersion: 0 | 1;
  readonly fields: Fields;
  readonly framing: Framing;
  readonly peer: Peer;
  readonly #source: BodySource;
  #consumer: BodyConsumer | undefined;
  #flows = false;
  #complete: boolean;
  #broken: 'onMalformed' | 'onAborted' | undefined;

  constructor(head: RequestHead, peer: Peer, source: BodySource) {
    this.method = head.method;
    this.target = head.target;
    this.minorVersion = head.minorVersion;
    this.fields = head.fields;
    this.framing = head.framing;
    this.peer = peer;
    this.#source = source;
    this.#complete = head.framing.length === 0;
  }

  /** Whether all of its body has been read. */
  get complete(): boolean {
    return this.#complete;
  }

  /** Whether its body is taken now. */
  get flows(): boolean {
    return this.#flows;
  }

  /** Takes its body from now on; what is here of it comes at once. */
  consume(consumer: BodyConsumer): void {
    if (this.#complete) consumer.onEnd();
    else if (this.#broken !== undefined) consumer[this.#broken]();
    else {
      this.#consumer = consumer;
      this.#flow(true);
    }
  }

  /** What there is of its body, and what comes, is thrown away, unless somebody consumes it. */
  discard(): void {
    if (this.#consumer === undefined) this.consume(NOBODY);
  }

  /** The consumer takes nothing more, and is told of nothing more. */
  release(consumer: BodyConsumer): void {
    if (this.#consumer !== consumer) return;
    this.#consumer = undefined;
    this.#flow(false);
  }

  /** The consumer takes nothing for now. */
  pause(consumer: BodyConsumer): void {
    if (this.#consumer === consumer) this.#flow(false);
  }

  resume(consumer: BodyConsumer): void {
    if (this.#consumer === consumer) this.#flow(true);
  }

  /** A part of the body was read. */
  onBody(part: Buffer): void {
    this.#consumer?.onBody(part);
  }

  onEnd(): void {
    this.#complete = true;
    this.#over()?.onEnd();
  }

  onMalformed(): void {
    this.#broken = 'onMalformed';
    this.#over()?.onMalformed();
  }

  onAborted(): void {
    this.#broken ??= 'onAborted';
    this.#over()?.onAborted();
  }

  #over(): BodyConsumer | undefined {
    const consumer = this.#consumer;
    this.#consumer = undefined;
    this.#flows = false;
    return consumer;
  }

  #flow(flows: boolean): void {
    if (this.#flows === flows || this.#complete || this.#broken !== undefined) return;
    this.#flows = flows;
    this.#source.onFlowChange(this);
  }
}

const NOBODY: BodyConsumer = { onBody() {}, onEnd() {}, onMalformed() {}, onAborted() {} };
