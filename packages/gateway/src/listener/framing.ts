import type { GatewayReason } from '../errors.ts';
import { readContentLength } from '../http/content-length.ts';
import type { Fields } from '../http/fields.ts';

/** How the body of a request is delimited (RFC 9112 section 6.3), and what the head asks of this connection. */
export interface Framing {
  /** Why the request must be refused, if it must. */
  readonly fault: GatewayReason | undefined;
  /** The declared length of the body in bytes; 0 when there is none, -1 when it is chunked. */
  readonly length: number;
  /** The client said `TE: trailers`. */
  readonly acceptsTrailers: boolean;
  /** The client waits for `100 Continue` before it sends its body (RFC 9110 section 10.1.1). */
  readonly expectsContinue: boolean;
  /** Another request may follow on the connection (RFC 9112 section 9.3). Of HTTP/1.0 none may. */
  readonly persists: boolean;
}

const NO_BODY: Framing = {
  fault: undefined,
  length: 0,
  acceptsTrailers: false,
  expectsContinue: false,
  persists: true,
};

/**
 * Reads the framing and refuses what two servers could read differently: more than one Host or Content-Length, a coding
 * beside `chunked`, both framings at once (RFC 9112 sections 3.2, 6.1).
 */
export function readFraming(fields: Fields, minorVersion: number): Framing {
  const tally = new Tally();
  for (let i = 0; i < fields.length; i += 2) tally.note(fields[i] as string, fields[i + 1] as string);
  const { length, acceptsTrailers, closes } = tally;
  const fault = faultOf(tally, minorVersion);
  // Where the body of what is refused ends, if it has one, nobody can say.
  if (fault !== undefined) {
    return { ...NO_BODY, fault, length: tally.lengths + tally.codings === 0 ? 0 : -1, persists: false };
  }
  const persists = !closes && minorVersion !== 0;
  if (length === 0 && !acceptsTrailers && persists) return NO_BODY;
  const expectsContinue = tally.expectsContinue && length !== 0 && minorVersion !== 0;
  return { fault: undefined, length, acceptsTrailers, expectsContinue, persists };
}

function faultOf(tally: Tally, minorVersion: number): GatewayReason | undefined {
  const { hosts, lengths, codings, length, upgrade } = tally;
  if (hosts !== 1 || lengths + codings > 1 || Number.isNaN(length)) return 'framing_ambiguous';
  if (codings > 0 && minorVersion === 0) return 'framing_ambiguous';
  return upgrade ? 'upgrade_unsupported' : undefined;
}

class Tally {
  hosts = 0;
  lengths = 0;
  codings = 0;
  /** As in `Framing`; not a number when a field cannot be read. */
  length = 0;
  acceptsTrailers = false;
  expectsContinue = false;
  upgrade = false;
  closes = false;

  /** Most names are told apart from those that matter by their length. */
  note(name: string, value: string): void {
    switch (name.length) {
      case 2:
        if (name === 'te') this.acceptsTrailers = lists(value, 'trailers');
        break;
      case 4:
        if (name === 'host') this.hosts += 1;
        break;
      case 6:
        // An expectation that we do not know may be ignored; it is not passed on either.
        if (name === 'expect' && lists(value, '100-continue')) this.expectsContinue = true;
        break;
      case 7:
        if (name === 'upgrade') this.upgrade = true;
        break;
      case 10:
        if (name === 'connection' && lists(value, 'close')) this.closes = true;
        break;
      case 14:
        if (name === 'content-length') this.#noteLength(value);
        break;
      case 16:
        // Clients of the time before HTTP/1.1 say it so to proxies, and some servers believe it.
        if (name === 'proxy-connection' && lists(value, 'close')) this.closes = true;
        break;
      case 17:
        if (name === 'transfer-encoding') this.#noteCoding(value);
        break;
    }
  }

  #noteLength(value: string): void {
    this.lengths += 1;
    this.length = readContentLength(value);
  }

  #noteCoding(value: string): void {
    this.codings += 1;
    this.length = value.toLowerCase() === 'chunked' ? -1 : Number.NaN;
  }
}

/** Fields that say where a message ends, or what becomes of its connection: behind its body they come too late. */
const FRAMING: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'proxy-connection',
  'te',
  'transfer-encoding',
  'upgrade',
]);

/** Whether trailers speak of the framing (RFC 9110 section 6.5.1). */
export function speaksOfFraming(trailers: Fields): boolean {
  for (let i = 0; i < trailers.length; i += 2) if (FRAMING.has(trailers[i] as string)) return true;
  return false;
}

/** @param option in lower case */
function lists(value: string, option: string): boolean {
  const lower = value.toLowerCase();
  if (lower.length <= option.length) return lower === option;
  return lower.split(',').some((one) => one.trim() === option);
}
