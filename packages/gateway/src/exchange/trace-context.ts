import type { Config } from '@portcullis/guard';
import { type Fields, valuesOf } from '../http/fields.ts';
import { newRequestId, type RequestId } from '../http/request-id.ts';

/** The trace that a request belongs to (W3C Trace Context, section 3.2). */
export interface Trace {
  /** 32 hexadecimal digits, for the log. */
  readonly id: string;
  /** What the upstream is told: `traceparent`, and `tracestate` where there is one. Name, value pairs. */
  readonly fields: readonly string[];
}

type TraceConfig = Config['gateway']['trace'];

const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?:$|-)/;
const VERSION_00_LENGTH = 55;
const LONGEST_STATE = 512;

/** Gives each request its trace: the one it came with, where that is believed, or one that begins here. */
export class Tracer {
  readonly #accepts: 'trusted' | 'any';
  readonly #sample: number;

  constructor({ accept, sample }: Exclude<TraceConfig, 'off'>) {
    this.#accepts = accept;
    this.#sample = sample;
  }

  /**
   * A trace that is accepted passes on as it came, since the gateway adds no span of its own to it.
   *
   * @param fields the client's
   * @param trusted whether a trusted proxy sent them
   */
  trace(fields: Fields, trusted: boolean, { digits }: RequestId): Trace {
    const known = trusted || this.#accepts === 'any' ? incoming(fields) : undefined;
    if (known !== undefined) return known;
    // The id of its request, so that one finds the other. A proxy's may not be random.
    return this.#begin(digits, trusted ? newRequestId().digits : digits);
  }

  /** @param random of which the second half becomes the id of the request within the trace */
  #begin(id: string, random: string): Trace {
    const sampled = this.#sample === 1 || isSampled(id, this.#sample);
    return { id, fields: ['traceparent', `00-${id}-${random.slice(16)}-${sampled ? '01' : '00'}`] };
  }
}

/** The beginning of a UUID may be a time; the end of one that was made here is random. */
function isSampled(id: string, share: number): boolean {
  return share > 0 && Number.parseInt(id.slice(-8), 16) < share * 2 ** 32;
}

function incoming(fields: Fields): Trace | undefined {
  const [parent, another] = valuesOf(fields, 'traceparent');
  if (parent === undefined || another !== undefined) return undefined;
  const id = TRACEPARENT.exec(parent)?.[1];
  if (id === undefined || (parent.startsWith('00') && parent.length !== VERSION_00_LENGTH)) return undefined;
  const state = valuesOf(fields, 'tracestate').join(',');
  const fits = state !== '' && state.length <= LONGEST_STATE;
  return { id, fields: fits ? ['traceparent', parent, 'tracestate', state] : ['traceparent', parent] };
}
