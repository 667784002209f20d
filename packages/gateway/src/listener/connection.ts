import { BlockList, isIP, type Socket } from 'node:net';
import type { Exchange } from '../pipeline/exchange.ts';

/** Who may tell us, in `X-Forwarded-For`, which client stands behind them. */
export class TrustedProxies {
  readonly #list = new BlockList();
  readonly #any: boolean;

  /** @param ranges addresses or CIDR ranges, already validated by the configuration schema */
  constructor(ranges: readonly string[]) {
    this.#any = ranges.length > 0;
    for (const range of ranges) {
      const [address = '', prefix] = range.split('/');
      const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
      if (prefix === undefined) this.#list.addAddress(address, family);
      else this.#list.addSubnet(address, Number(prefix), family);
    }
  }

  has(address: string): boolean {
    if (!this.#any) return false;
    const family = isIP(address);
    return family !== 0 && this.#list.check(address, family === 6 ? 'ipv6' : 'ipv4');
  }
}

/** What stays the same for all requests of one client connection. */
export class Connection {
  /** The address at the other end of the socket; IPv4 also when it came in over a dual-stack listener. */
  readonly peer: string;
  readonly trusted: boolean;
  /** Those whose response is not finished, oldest first: while there is one, nobody else may write to the socket. */
  readonly #open = new Set<Exchange>();
  readonly #socket: Socket;
  #spoilt = false;

  constructor(socket: Socket, proxies: TrustedProxies) {
    this.#socket = socket;
    socket.once('close', () => this.#abandon());
    const address = socket.remoteAddress ?? 'unknown';
    this.peer = address.startsWith('::ffff:') ? address.slice(7) : address;
    this.trusted = proxies.has(this.peer);
  }

  get busy(): boolean {
    return this.#open.size > 0;
  }

  begin(exchange: Exchange): void {
    this.#open.add(exchange);
  }

  /** @returns false when this exchange had ended before */
  end(exchange: Exchange): boolean {
    const ended = this.#open.delete(exchange);
    if (this.#spoilt && this.#open.size === 0) this.#socket.destroySoon();
    return ended;
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
    const newest = [...this.#open].at(-1);
    if (newest === undefined || newest.request.complete) return true;
    newest.onBodyBroken?.();
    return false;
  }

  /** Node tells only the response whose turn it is that its socket has gone; those queued behind it hear it here. */
  #abandon(): void {
    for (const { response } of this.#open) {
      if (response.socket !== null) continue;
      response.destroy();
      response.emit('close');
    }
  }
}

/**
 * The client behind trusted proxies: the rightmost address of `X-Forwarded-For` that is not one of them.
 * Anything that is not an address ends the search, since nobody vouches for what stands left of it.
 */
export function clientAddress(
  peer: string,
  forwardedFor: string | undefined,
  proxies: TrustedProxies,
): string {
  if (forwardedFor === undefined) return peer;
  let client = peer;
  const hops = forwardedFor.split(',');
  for (let i = hops.length - 1; i >= 0 && proxies.has(client); i -= 1) {
    const hop = (hops[i] as string).trim();
    if (isIP(hop) === 0) break;
    client = hop;
  }
  return client;
}
