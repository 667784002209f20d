import type { Socket } from 'node:net';
import type { Exchange, Peer } from './exchange.ts';

/** How many requests of one connection may wait for those before them; what comes behind these is not taken. */
const MOST_WAITING = 100;

/** What stays the same for all requests of one client connection. */
export class Connection {
  readonly peer: Peer;
  /** Those whose response is not finished, oldest first: while there is one, nobody else may write to the socket. */
  readonly #open: Exchange[] = [];
  /** What those do whose turn has not come. */
  readonly #waiting = new Map<Exchange, (exchange: Exchange) => void>();
  readonly #socket: Socket;
  #spoilt = false;
  /** How many bytes the client had taken when they last became more, and when that was. */
  #taken = -1;
  #takenAt = 0;
  /** A request after which no other is taken has come. */
  #lastCame = false;
  /** A response that closes the connection has ended. */
  #closed = false;
  /** `performance.now()` when the last response ended; undefined before the first. */
  #idleSince: number | undefined;

  /** @param listener what is known of the listener: whether a peer of some address may speak for the clients behind it */
  constructor(socket: Socket, listener: { isTrusted: (address: string) => boolean; secure: boolean }) {
    this.#socket = socket;
    socket.once('close', () => this.#abandon());
    const remote = socket.remoteAddress ?? 'unknown';
    const address = remote.startsWith('::ffff:') ? remote.slice(7) : remote;
    this.peer = { address, trusted: listener.isTrusted(address), secure: listener.secure };
  }

  get busy(): boolean {
    return this.#open.length > 0;
  }

  begin(exchange: Exchange): void {
    this.#open.push(exchange);
    if (this.#open.length <= MOST_WAITING) return;
    this.takeNoMore();
    exchange.response.shouldKeepAlive = false;
  }

  /** Nothing that comes from now on is acted on, so it is not even read: Node would keep it all. */
  ignore(): void {
    // A tick later: Node resumes the socket for each head that it has read, and that takes effect only then.
    process.nextTick(() => this.#socket.pause());
  }

  /**
   * False once a request was refused or answered in a way that ends the connection: what the client sends behind it is
   * not acted on (RFC 9112 section 9.6). Where one ends and the next begins is not sure any more either.
   */
  get takesMore(): boolean {
    return !this.#lastCame && !this.#closed && !this.#spoilt;
  }

  /** The request that has just come is the last one that is taken. */
  takeNoMore(): void {
    this.#lastCame = true;
  }

  /**
   * Serves a request once those before it on this connection are answered: a pipeline, however long, never takes more
   * than one connection to an upstream.
   */
  inTurn(exchange: Exchange, serve: (exchange: Exchange) => void): void {
    if (this.#open[0] === exchange) serve(exchange);
    else this.#waiting.set(exchange, serve);
  }

  /** Closes the connection unless a response is under way. */
  closeWhenIdle(): void {
    if (this.#open.length === 0) this.#socket.destroySoon();
  }

  /** Closes the connection when it has carried nothing for `patience` milliseconds since its last response. */
  closeWhenUnused(now: number, patience: number): void {
    if (this.#idleSince !== undefined && now - this.#idleSince > patience) this.closeWhenIdle();
  }

  /** Ends the connection when its client has taken nothing of what waits for it for `patience` milliseconds. */
  closeWhenStalled(now: number, patience: number): void {
    const { writableLength, bytesWritten } = this.#socket;
    const taken = bytesWritten - writableLength;
    if (writableLength === 0 || taken !== this.#taken) {
      this.#taken = taken;
      this.#takenAt = now;
    } else if (now - this.#takenAt > patience) {
      this.#socket.destroy();
    }
  }

  /**
   * @param now `performance.now()`
   * @returns false when this exchange had ended before
   */
  end(exchange: Exchange, now: number): boolean {
    const place = this.#open.indexOf(exchange);
    if (place === 0) this.#open.shift();
    else if (place > 0) this.#open.splice(place, 1);
    if (this.#waiting.size > 0) this.#waiting.delete(exchange);
    if (this.#open.length === 0) this.#idleSince = now;
    if (this.#spoilt) this.closeWhenIdle();
    if (!exchange.response.shouldKeepAlive) this.#closed = true;
    if (!this.#closed && this.#waiting.size > 0) this.#serveNext();
    return place !== -1;
  }

  /**
   * What the client sent next cannot be read. Responses under way are finished, then the connection closes.
   * When it stands in the body of a request, that request is over.
   *
   * @returns whether it was the head of a further request, told for the first time
   */
  spoil(): boolean {
    if (this.#spoilt) return false;
    this.#spoilt = true;
    const newest = this.#open.at(-1);
    if (newest === undefined || newest.request.complete) return true;
    newest.breakBody();
    return false;
  }

  #serveNext(): void {
    const [next] = this.#open;
    const serve = next && this.#waiting.get(next);
    if (next === undefined || serve === undefined) return;
    this.#waiting.delete(next);
    serve(next);
  }

  /** Node tells only the response whose turn it is that its socket has gone; those queued behind it hear it here. */
  #abandon(): void {
    for (const { response } of [...this.#open]) {
      if (response.socket !== null) continue;
      response.destroy();
      response.emit('close');
    }
  }
}
