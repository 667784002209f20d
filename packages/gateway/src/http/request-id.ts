import { randomFillSync } from 'node:crypto';

/** What a request is called, in the log, in its response and to the upstream. */
export interface RequestId {
  /** A UUID made here, or whatever a trusted proxy gave. */
  readonly text: string;
  /** 32 hexadecimal digits, not all zero, for the trace that begins with the request: those of the UUID, where it is one. */
  readonly digits: string;
}

/** They are made in batches, each as one text of which they are pieces: a fifth of a microsecond, where one alone takes half. */
const BATCH = 32;
const UUID_BYTES = 16;
const UUID_LENGTH = 36;
const DIGITS = 32;
/** Where the digits of each byte stand in a UUID. */
const PLACES = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
/** It stands for no trace (W3C Trace Context section 3.2.2.3). */
const NIL_UUID = '00000000-0000-0000-0000-000000000000';
/** Two characters for each byte. */
const HEX = Buffer.from(Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)).toString('hex'));

const random = Buffer.alloc(BATCH * UUID_BYTES);
/** Each UUID, and its digits without hyphens. What stays as it is are the hyphens. */
const written = Buffer.alloc(BATCH * (UUID_LENGTH + DIGITS), '-');
let batch = '';
let at = 0;

/** A random UUID (RFC 9562 section 5.4). */
export function newRequestId(): RequestId {
  if (at === batch.length) {
    batch = nextBatch();
    at = 0;
  }
  const uuidEnd = at + UUID_LENGTH;
  const end = uuidEnd + DIGITS;
  const id = { text: batch.slice(at, uuidEnd), digits: batch.slice(uuidEnd, end) };
  at = end;
  return id;
}

/** @param text from whoever may name requests */
export function givenRequestId(text: string): RequestId {
  const digits = UUID.test(text) && text !== NIL_UUID ? text.replaceAll('-', '') : newRequestId().digits;
  return { text, digits };
}

function nextBatch(): string {
  randomFillSync(random);
  for (let index = 0; index < BATCH; index += 1) {
    const bytes = index * UUID_BYTES;
    // The version is 4, the variant that of the RFC.
    random[bytes + 6] = ((random[bytes + 6] as number) & 0x0f) | 0x40;
    random[bytes + 8] = ((random[bytes + 8] as number) & 0x3f) | 0x80;
    const uuid = index * (UUID_LENGTH + DIGITS);
    for (let byte = 0; byte < UUID_BYTES; byte += 1) {
      const hex = 2 * (random[bytes + byte] as number);
      const high = HEX[hex] as number;
      const low = HEX[hex + 1] as number;
      const place = uuid + (PLACES[byte] as number);
      const plain = uuid + UUID_LENGTH + 2 * byte;
      written[place] = high;
      written[place + 1] = low;
      written[plain] = high;
      written[plain + 1] = low;
    }
  }
  return written.toString('latin1');
}
