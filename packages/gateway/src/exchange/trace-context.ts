import { randomUUID } from 'node:crypto';
import type { Config } from '@portcullis/guard';
import { type Fields, valuesOf } from '../http/fields.ts';

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
/** It stands for no trace (W3C Trace Context section 3.2.2.3). */
const NIL_UUID = '00000000-0000-0000-0000-000000000000';
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

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
   * @param requestId a UUID made here, or whatever a trusted proxy gave
   */
  trace(fields: Fields, trusted: boolean, requestId: string): Trace {
    const known = trusted || this.#accepts === 'any' ? incoming(fields) : undefined;
    if (known !== undefined) return known;
    if (!trusted) return this.#begin(withoutHyphens(requestId));
    return this.#begin(traceId(requestId), withoutHyphens(randomUUID()));
  }

  /** @param random of which the second half becomes the id of the request within the trace; an id that was made here is random */
  #begin(id: string, random = id): Trace {
    const sampled = this.#sample === 1 || isSampled(id, this.#sample);
    return { id, fields: ['traceparent', `00-${id}-${random.slice(16)}-${sampled ? '01' : '00'}`] };
  }
}

/** The id of a trace that begins here is that of its request, where it can be, so that one finds the other. */
function traceId(requestId: string): string {
  return withoutHyphens(UUID.test(requestId) && requestId !== NIL_UUID ? requestId : randomUUID());
}

/** The beginning of a UUID may be a time; the end of one that was made here is random. */
function isSampled(id: string, share: number): boolean {
  return share > 0 && Number.parseInt(id.slice(-8), 16) < share * 2 ** 32;
}

function withoutHyphens(uuid: string): string {
  return uuid.slice(0, 8) + uuid.slice(9, 13) + uuid.slice(14, 18) + uuid.slice(19, 23) + uuid.slice(24);
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
