import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { read } from './read.ts';

const encode = (text: string): string => Buffer.from(text).toString('base64url');
const HEADER = encode('{"alg":"ES256","typ":"at+jwt"}');
const CLAIMS = encode('{"sub":"someone","aud":"api"}');
const TOKEN = `${HEADER}.${CLAIMS}.${Buffer.alloc(64, 7).toString('base64url')}`;

const pieces = fc.constantFrom(
  ...[
    TOKEN,
    HEADER,
    CLAIMS,
    '.',
    ' ',
    '\n',
    '"',
    '{',
    '}',
    '[',
    ':',
    ',',
    '=',
    '+',
    '/',
    '%2E',
    '\u200B',
    '…',
    'ey',
    'é',
  ],
  ...[
    'Bearer ',
    '{"payload":"',
    '"signature":"x"',
    '{"a":1,"a":2}',
    encode('{"a":[1,{'),
    encode("{'a':1}"),
    encode('\uFEFF{}'),
  ],
);
const texts = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.array(pieces, { maxLength: 12 }).map((all) => all.join('')),
);

test('reads any text without an error, and every fault has a place in what it is about', () => {
  fc.assert(
    fc.property(texts, (text) => {
      const reading = read(text);
      const panes = {
        token: text,
        header: reading.header?.text ?? '',
        payload: reading.payload && 'text' in reading.payload ? reading.payload.text : '',
      };
      for (const { pane, start, end, mend } of reading.faults) {
        assert.ok(
          start >= 0 && end >= start && end <= Math.max(1, panes[pane].length),
          `${pane} ${start} ${end}`,
        );
        if (mend) assert.ok(mend.start >= 0 && mend.end >= mend.start && mend.end <= panes[pane].length);
      }
      for (const { start, end } of reading.parts) assert.ok(start >= 0 && end >= start && end <= text.length);
    }),
    { numRuns: 2000 },
  );
});

test('finds the same token behind whatever came into it on its way, and mends it', () => {
  const strays = fc.constantFrom(' ', '\n', '\r\n    ', '\t', '\u200B', '\uFEFF');
  const places = fc.array(fc.tuple(fc.integer({ min: 1, max: TOKEN.length - 1 }), strays), {
    minLength: 1,
    maxLength: 6,
  });
  fc.assert(
    fc.property(places, (inserted) => {
      const at = inserted.toSorted(([a], [b]) => b - a);
      const damaged = at.reduce(
        (text, [index, stray]) => text.slice(0, index) + stray + text.slice(index),
        TOKEN,
      );
      // Blanks that leave short pieces look like words.
      fc.pre(!damaged.split('\n').some(hasShortPiece));
      const { token, faults } = read(damaged);
      assert.equal(token, TOKEN);
      assert.ok(faults.length > 0);
      assert.equal(mendedWhole(damaged), TOKEN);
    }),
  );
});

function hasShortPiece(line: string): boolean {
  const pieces = line.split(/\s/).filter((piece) => piece !== '');
  return pieces.length > 1 && pieces.some((piece) => piece.replaceAll(/[\u200B\uFEFF]/g, '').length < 16);
}

/** With each mend that is offered, one after the other. */
function mendedWhole(text: string): string {
  const mend = read(text).faults.find((fault) => fault.mend)?.mend;
  if (mend === undefined) return text;
  return mendedWhole(text.slice(0, mend.start) + mend.text + text.slice(mend.end));
}

test('a mend never changes what a token says', () => {
  const claims = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 4 });
  fc.assert(
    fc.property(claims, fc.uint8Array({ minLength: 64, maxLength: 64 }), (value, signature) => {
      const token = `${HEADER}.${encode(JSON.stringify(value))}.${Buffer.from(signature).toString('base64url')}`;
      const padded = token.split('.').map((part) => `${part}${'='.repeat((4 - (part.length % 4)) % 4)}`);
      const standard = padded.join('.').replaceAll('-', '+').replaceAll('_', '/');
      assert.equal(mendedWhole(standard), token);
    }),
  );
});

test('of several tokens the chosen one is read, and a choice beyond them is the last', () => {
  const other = `${HEADER}.${encode('{"sub":"another"}')}.AAAA`;
  const text = JSON.stringify({ access_token: TOKEN, id_token: other });
  assert.equal(read(text, 0).token, TOKEN);
  assert.equal(read(text, 1).token, other);
  assert.equal(read(text, 7).token, other);
});

test('JSON serialisation: what cannot be made compact offers no mend', () => {
  const unprotected = { payload: CLAIMS, header: { alg: 'ES256' }, signature: 'AAAA' };
  const [fault] = read(JSON.stringify(unprotected)).faults;
  assert.equal(fault?.code, 'json_serialisation');
  assert.equal(fault?.mend, undefined);
  const flattened = { payload: CLAIMS, protected: HEADER, signature: 'AAAA' };
  assert.equal(read(JSON.stringify(flattened)).faults[0]?.mend?.text, `${HEADER}.${CLAIMS}.AAAA`);
  const parts = ['ciphertext', 'iv', 'tag', 'encrypted_key'];
  const encrypted = {
    protected: encode('{"alg":"dir","enc":"A256GCM"}'),
    ...Object.fromEntries(parts.map((name) => [name, 'AAAA'])),
  };
  assert.equal(read(JSON.stringify(encrypted)).form, 'encrypted_json');
  assert.equal(read(JSON.stringify(encrypted)).faults[0]?.mend?.text.split('.').length, 5);
  const withAad = { ...encrypted, aad: 'AAAA' };
  assert.equal(read(JSON.stringify(withAad)).faults[0]?.mend, undefined);
});

test('a DER signature is turned into its two numbers, whatever their lengths', () => {
  const integer = (bytes: Buffer): Buffer => {
    const digits = bytes.subarray(bytes.findIndex((byte) => byte !== 0));
    const positive = (digits[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.from([0]), digits]) : digits;
    return Buffer.concat([Buffer.from([2, positive.length]), positive]);
  };
  const sequence = (body: Buffer): Buffer =>
    Buffer.concat([Buffer.from(body.length < 0x80 ? [0x30, body.length] : [0x30, 0x81, body.length]), body]);
  const cases = fc.constantFrom(['ES256', 32] as const, ['ES384', 48] as const, ['ES512', 66] as const);
  fc.assert(
    fc.property(cases, fc.uint8Array({ minLength: 132, maxLength: 132 }), ([alg, size], random) => {
      const [r, s] = [Buffer.from(random.subarray(0, size)), Buffer.from(random.subarray(66, 66 + size))];
      r[size - 1] = (r[size - 1] ?? 0) | 1;
      s[size - 1] = (s[size - 1] ?? 0) | 1;
      const der = sequence(Buffer.concat([integer(r), integer(s)]));
      fc.pre(der.length !== size * 2);
      const token = `${encode(JSON.stringify({ alg }))}.${CLAIMS}.${der.toString('base64url')}`;
      const [fault] = read(token).faults;
      assert.equal(fault?.code, 'signature_der');
      assert.equal(fault?.mend?.text, Buffer.concat([r, s]).toString('base64url'));
    }),
  );
});

test('the disclosures of an SD-JWT are pointed at, and not taken for a part', () => {
  const { token, faults } = read(`${TOKEN}~WyJh~WyJi~`);
  assert.equal(token, TOKEN);
  assert.deepEqual(
    faults.map(({ code, start, end }) => [code, start, end]),
    [['disclosures', TOKEN.length, TOKEN.length + 11]],
  );
});
