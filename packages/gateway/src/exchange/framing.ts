import type { GatewayReason } from '../errors.ts';
import { readContentLength } from '../http/content-length.ts';

/** How the body of a request is delimited (RFC 9112 section 6.3), and what the head asks of this connection. */
export interface Framing {
  /** Why the request must be refused, if it must. */
  readonly fault: GatewayReason | undefined;
  /** The declared length of the body in bytes; 0 when there is none, -1 when it is chunked. */
  readonly length: number;
  /** The client said `TE: trailers`. */
  readonly acceptsTrailers: boolean;
}

const NO_BODY: Framing = { fault: undefined, length: 0, acceptsTrailers: false };
const AMBIGUOUS: Framing = { fault: 'framing_ambiguous', length: -1, acceptsTrailers: false };
const UPGRADE: Framing = { fault: 'upgrade_unsupported', length: -1, acceptsTrailers: false };

/** The names that matter here have these lengths; all others are not even lower-cased. */
const LENGTHS: ReadonlySet<number> = new Set(
  ['te', 'host', 'upgrade', 'content-length', 'transfer-encoding'].map(({ length }) => length),
);

/**
 * Reads the framing and refuses what the HTTP parser lets through but two servers could read differently: more
 * than one Host or Content-Length, a coding beside `chunked`, both framings at once (RFC 9112 sections 3.2, 6.1).
 *
 * @param fields field lines as received: name, value, name, value
 */
export function readFraming(fields: readonly string[], httpVersionMinor: number): Framing {
  const tally = new Tally();
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i] as string;
    if (LENGTHS.has(name.length)) tally.note(name.toLowerCase(), fields[i + 1] as string);
  }
  const { hosts, lengths, codings, length, acceptsTrailers, upgrade } = tally;
  if (hosts !== 1 || lengths + codings > 1 || Number.isNaN(length)) return AMBIGUOUS;
  if (codings > 0 && httpVersionMinor === 0) return AMBIGUOUS;
  if (upgrade) return UPGRADE;
  return length === 0 && !acceptsTrailers ? NO_BODY : { fault: undefined, length, acceptsTrailers };
}

class Tally {
  hosts = 0;
  lengths = 0;
  codings = 0;
  /** As in `Framing`; not a number when a field cannot be read. */
  length = 0;
  acceptsTrailers = false;
  upgrade = false;

  note(name: string, value: string): void {
    switch (name) {
      case 'te':
        this.acceptsTrailers = namesTrailers(value);
        break;
      case 'host':
        this.hosts += 1;
        break;
      case 'upgrade':
        this.upgrade = true;
        break;
      case 'content-length':
        this.lengths += 1;
        this.length = readContentLength(value);
        break;
      case 'transfer-encoding':
        this.codings += 1;
        this.length = value.toLowerCase() === 'chunked' ? -1 : Number.NaN;
        break;
    }
  }
}

function namesTrailers(te: string): boolean {
  return te
    .toLowerCase()
    .split(',')
    .some((coding) => coding.trim() === 'trailers');
}
