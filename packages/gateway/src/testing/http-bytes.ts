/** HTTP/1.1 as fuzzers make it: mostly sound, now and then not. Each character is one byte. */
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import fc from 'fast-check';

/** Almost always the first. */
export const often = <T>(usual: T, ...others: readonly T[]) =>
  fc.oneof(
    { weight: 60, arbitrary: fc.constant(usual) },
    { weight: 1, arbitrary: fc.constantFrom(...others) },
  );

/** Among others in `oneof`: far more often than these. */
export const sound = <T>(arbitrary: fc.Arbitrary<T>) => ({ weight: 30, arbitrary });

export const lineEnd = often('\r\n', '\n', '\r', '\r\r\n', '', '\0\r\n');

const octet = fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code));
const body = fc.string({ unit: fc.constantFrom('a', '\r', '\n', '0', '\xe9'), maxLength: 12 });

/** Some of these values, and some that may not stand in a field. */
const fieldValue = (...values: readonly string[]) =>
  fc.oneof(
    sound(fc.constantFrom('', 'a', 'a, b', 'chunked', 'close', 'keep-alive', '\xe9', ' a\t', ...values)),
    fc.string({ unit: octet, maxLength: 4 }),
    fc.string({
      unit: fc.constantFrom('a', ' ', '\t', '\0', '\x7f', '\x01', '\xff', '"', ':', '\r', '\n'),
      maxLength: 4,
    }),
  );

/** Up to three field lines of these names and values, and of others that break the grammar. */
export function fieldLines(name: fc.Arbitrary<string>, ...values: readonly string[]): fc.Arbitrary<string> {
  const spelt = fc.oneof(
    sound(name),
    fc.string({ unit: 'binary-ascii', minLength: 1, maxLength: 3 }),
    fc.string({ unit: fc.constantFrom('a', '-', ' ', '(', '_', '\t', '\0', '\xe9'), maxLength: 3 }),
  );
  const field = fc
    .tuple(
      spelt,
      often(':', ' :', '', '::'),
      often(' ', '', '\t', '  ', '\r\n '),
      fieldValue(...values),
      lineEnd,
    )
    .map((parts) => parts.join(''));
  return fc.array(field, { maxLength: 3 }).map((lines) => lines.join(''));
}

const chunk = fc
  .tuple(
    body,
    often('', ';a', ';a=b', ';a="b c"', ';', ' ', ';a=\0', ';a;b=c', '\t', '; a', ';a="\\""'),
    lineEnd,
    lineEnd,
  )
  .map(([text, extension, sizeEnd, chunkEnd]) =>
    text === '' ? '' : `${text.length.toString(16)}${extension}${sizeEnd}${text}${chunkEnd}`,
  );

/** The end of a head with the fields that frame what follows, and a body in that framing. */
export function framedBody(trailers: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const chunked = fc
    .tuple(
      fc.array(chunk, { maxLength: 3 }),
      often('0', '00', '000000000000', '-0', '0x0', '', 'g'),
      lineEnd,
      fc.oneof({ weight: 3, arbitrary: fc.constant('') }, trailers),
      lineEnd,
    )
    .map(([chunks, last, lastEnd, fields, end]) => chunks.join('') + last + lastEnd + fields + end);
  return fc.oneof(
    { weight: 3, arbitrary: fc.constant('\r\n') },
    { weight: 3, arbitrary: body.map((text) => `Content-Length: ${text.length}\r\n\r\n${text}`) },
    { weight: 3, arbitrary: chunked.map((text) => `Transfer-Encoding: chunked\r\n\r\n${text}`) },
    fc
      .tuple(body, fc.constantFrom('5', '05', '+1', '1, 1', '', '-1', '0x1', '99999999999999999999', ' 2'))
      .map(([text, length]) => `Content-Length: ${length}\r\n\r\n${text}`),
    fc
      .tuple(
        chunked,
        fc.constantFrom('gzip, chunked', 'Chunked', 'chunked, chunked', 'identity', 'xchunked', ''),
      )
      .map(([text, coding]) => `Transfer-Encoding: ${coding}\r\n\r\n${text}`),
    chunked.map((text) => `Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n${text}`),
    body.map((text) => `\r\n${text}`),
  );
}

/** Where a stream of bytes is cut into reads, and whether it is cut short. */
export const cuts = fc.tuple(
  fc.array(fc.nat({ max: 400 }), { maxLength: 4 }),
  fc.option(fc.nat({ max: 400 }), { freq: 8 }),
);

export function partsOf(text: string, [places, short]: readonly [number[], number | null]): Buffer[] {
  const bytes = Buffer.from(text, 'latin1').subarray(0, short ?? undefined);
  const sorted = [0, ...places.filter((at) => at < bytes.length), bytes.length].sort((a, b) => a - b);
  return sorted.slice(1).flatMap((end, i) => {
    const part = bytes.subarray(sorted[i], end);
    return part.length === 0 ? [] : [part];
  });
}

/** Field lines as Node tells them, with their names as we do. */
export function lowerNames(fields: readonly string[]): string[] {
  return fields.map((text, at) => (at % 2 === 0 ? text.toLowerCase() : text));
}

const BATCH = 100;
/** More than this must be taken, and refused. */
const LEAST_OF_EACH = 50;
const MOST_IN_VAIN = 20_000;

/**
 * Compares our reading with Node's for as long as PORTCULLIS_FUZZ_SECONDS says (default 4), and on a busy machine for longer:
 * until enough was taken and refused. PORTCULLIS_FUZZ_SEED repeats a run.
 *
 * @param property given something that counts what the two made of an example: often enough 'both take' and 'both refuse'
 */
export async function compareWithNode<T>(
  t: TestContext,
  examples: fc.Arbitrary<T>,
  property: (example: T, count: (what: string, times?: number) => void) => Promise<void>,
): Promise<void> {
  const seconds = Number(process.env['PORTCULLIS_FUZZ_SECONDS'] ?? 4);
  const seed = Number(process.env['PORTCULLIS_FUZZ_SEED'] ?? Date.now() % 2 ** 31);
  t.diagnostic(`seed ${seed}, ${seconds} s (PORTCULLIS_FUZZ_SEED, PORTCULLIS_FUZZ_SECONDS)`);
  const tally = new Map<string, number>();
  const count = (what: string, times = 1): void => void tally.set(what, (tally.get(what) ?? 0) + times);
  const enough = (): boolean =>
    ['both take', 'both refuse'].every((what) => (tally.get(what) ?? 0) > LEAST_OF_EACH);
  const compared = fc.asyncProperty(examples, (example) => property(example, count));
  const end = Date.now() + seconds * 1000;
  for (let made = 0; Date.now() < end || (!enough() && made < MOST_IN_VAIN); made += BATCH)
    await fc.assert(compared, { seed: seed + made, numRuns: BATCH });
  for (const [what, times] of tally) t.diagnostic(`${times} ${what}`);
  assert.ok(enough(), 'hardly anything but one answer was compared');
}
