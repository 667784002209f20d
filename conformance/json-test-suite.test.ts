/** JSONTestSuite, held to the reader that every header and every claims set goes through. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isJsonObject, parseStrictObject, StrictJsonError } from '../packages/token/src/jws/strict-json.ts';
import { DECIDED_BY_US, type JsonDecision, REFUSED_THOUGH_VALID } from './json-decisions.ts';
import { type JsonCase, jsonCases } from './json-suite.ts';

const cases = jsonCases();
const MUST_REFUSE: JsonDecision = { refused: '', why: 'it is not JSON' };

/** What is right for this text; undefined when nobody decided it yet. */
function decisionOn({ name, verdict }: JsonCase): JsonDecision | undefined {
  if (verdict === 'n') return MUST_REFUSE;
  if (verdict === 'y') return REFUSED_THOUGH_VALID.get(name) ?? 'accepted';
  return DECIDED_BY_US.get(name);
}

/** The value, or the reason for which there is none. */
function read(bytes: Uint8Array<ArrayBuffer>): { readonly value: unknown } | { readonly refused: string } {
  try {
    return { value: parseStrictObject(bytes) };
  } catch (error) {
    assert.ok(error instanceof StrictJsonError, `threw something else: ${error}`);
    return { refused: error.reason };
  }
}

/** A token carries objects only, so a text of any kind is read as the value of a member. */
function asMember(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.concat([Buffer.from('{"v":'), bytes, Buffer.from('}')]));
}

function parsed(bytes: Uint8Array<ArrayBuffer>): unknown {
  return JSON.parse(new TextDecoder().decode(bytes));
}

test('the suite is there in full', () => {
  const count = (verdict: string) => cases.filter((item) => item.verdict === verdict).length;
  assert.deepEqual([count('y'), count('n'), count('i')], [95, 188, 35]);
});

for (const item of cases) {
  const decision = decisionOn(item);
  if (decision === 'accepted') {
    test(`${item.name} is read as JSON.parse reads it`, () => {
      const value = parsed(item.bytes);
      assert.deepEqual(read(asMember(item.bytes)), { value: { v: value } });
      const bare = isJsonObject(value) ? { value } : { refused: 'not a JSON object' };
      assert.deepEqual(read(item.bytes), bare);
    });
  } else {
    test(`${item.name} is refused, as a value and bare`, () => {
      assert.ok(decision !== undefined, 'no decision is recorded');
      const value = read(asMember(item.bytes));
      assert.ok('refused' in value, 'accepted');
      if (decision !== MUST_REFUSE) assert.equal(value.refused, decision.refused);
      assert.ok('refused' in read(item.bytes), 'accepted when bare');
    });
  }
}

test('every decision is about a text of the suite', () => {
  const names = new Set(cases.map(({ name }) => name));
  const stale = [...REFUSED_THOUGH_VALID.keys(), ...DECIDED_BY_US.keys()].filter((name) => !names.has(name));
  assert.deepEqual(stale, []);
});

/** Byte strings that are no UTF-8, one for each way to be none (RFC 3629); the npm package cannot hold them. */
const NOT_UTF8 = {
  'a continuation byte on its own': [0x80],
  'a sequence cut short': [0xe2, 0x82],
  'a first byte without its second': [0xc3, 0x28],
  'an overlong slash of two bytes': [0xc0, 0xaf],
  'an overlong slash of three bytes': [0xe0, 0x80, 0xaf],
  'an overlong slash of four bytes': [0xf0, 0x80, 0x80, 0xaf],
  'an overlong NUL': [0xc0, 0x80],
  'a surrogate': [0xed, 0xa0, 0x80],
  'a pair of surrogates (CESU-8)': [0xed, 0xa0, 0xb4, 0xed, 0xb4, 0x9e],
  'a code point above U+10FFFF': [0xf4, 0x90, 0x80, 0x80],
  'a sequence of five bytes': [0xf8, 0x88, 0x80, 0x80, 0x80],
  'a sequence of six bytes': [0xfc, 0x84, 0x80, 0x80, 0x80, 0x80],
  'a byte of no encoding': [0xff],
  'a letter in Latin-1': [0xe9],
} as const;

for (const [kind, bytes] of Object.entries(NOT_UTF8)) {
  test(`refuses ${kind}, in a name, in a value and between tokens`, () => {
    const [open, inName, inValue] = [Buffer.from('{"a'), Buffer.from('":"b'), Buffer.from('"}')];
    const broken = Buffer.from(bytes);
    for (const parts of [
      [open, broken, inName, inValue],
      [open, inName, broken, inValue],
      [open, inName, inValue, broken],
    ]) {
      assert.deepEqual(read(new Uint8Array(Buffer.concat(parts))), { refused: 'not valid UTF-8' });
    }
  });
}

test('refuses an object in UTF-16 of either order, with and without a byte order mark', () => {
  const little = Buffer.from('{"a":"é"}', 'utf16le');
  const big = Buffer.from(little).swap16();
  const marked = [
    Buffer.concat([Buffer.of(0xff, 0xfe), little]),
    Buffer.concat([Buffer.of(0xfe, 0xff), big]),
  ];
  for (const bytes of [little, big, ...marked]) assert.ok('refused' in read(new Uint8Array(bytes)));
});
