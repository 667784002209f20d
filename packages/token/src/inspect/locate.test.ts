import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type LocatedToken, locateTokens } from './locate.ts';

const HEADER = Buffer.from('{"alg":"ES256","typ":"at+jwt"}').toString('base64url');
const CLAIMS = Buffer.from('{"sub":"someone"}').toString('base64url');
const TOKEN = `${HEADER}.${CLAIMS}.c2lnbmF0dXJl`;

function found(text: string): string[] {
  return locateTokens(text).map(({ start, end }) => text.slice(start, end));
}

function only(text: string): LocatedToken {
  const [one, ...more] = locateTokens(text);
  assert.ok(one);
  assert.deepEqual(more, []);
  assert.equal(text.slice(one.start, one.end), TOKEN);
  return one;
}

test('finds a token in each way that people paste one', () => {
  assert.equal(only(TOKEN).surroundings, 'bare');
  assert.equal(only(`  "${TOKEN}",\n`).surroundings, 'bare');
  assert.equal(only(`Authorization: Bearer ${TOKEN}`).surroundings, 'authorization');
  assert.equal(only(`DPoP ${TOKEN}`).surroundings, 'authorization');
  assert.equal(
    only(`curl -s 'https://api.example.com/orders' -H 'Authorization: Bearer ${TOKEN}' --compressed`)
      .surroundings,
    'authorization',
  );
  assert.deepEqual(pick(only(`Cookie: theme=dark; __Host-session=${TOKEN}; lang=en`)), [
    'parameter',
    '__Host-session',
  ]);
  assert.deepEqual(pick(only(`https://app.example.com/cb#state=x&id_token=${TOKEN}&expires_in=3600`)), [
    'parameter',
    'id_token',
  ]);
  assert.deepEqual(pick(only(`{"token_type": "Bearer", "access_token" : "${TOKEN}", "expires_in": 600}`)), [
    'json',
    'access_token',
  ]);
  assert.equal(only(`2026-11-26 WARN refused ${TOKEN} for GET /orders`).surroundings, 'text');
});

function pick({ surroundings, name }: LocatedToken): unknown[] {
  return [surroundings, name];
}

test('finds each of several tokens, and no more than twenty', () => {
  const response = JSON.stringify({ access_token: TOKEN, id_token: `${TOKEN}x`, scope: 'openid' });
  assert.deepEqual(found(response), [TOKEN, `${TOKEN}x`]);
  assert.deepEqual(found(`${TOKEN}\n${TOKEN}x\n`), [TOKEN, `${TOKEN}x`]);
  assert.equal(found(`${TOKEN}\n`.repeat(30)).length, 20);
});

test('points at the whole of a token that was broken on its way, not at a piece of it', () => {
  const wrapped = `${TOKEN.slice(0, 30)}\n${TOKEN.slice(30)}`;
  for (const broken of [
    wrapped,
    `${TOKEN.slice(0, -6)}\n  ${TOKEN.slice(-6)}`,
    TOKEN.slice(0, -20),
    HEADER,
    `${HEADER}=.${CLAIMS}.a+b/`,
    `${TOKEN}…`,
    `${TOKEN}.extra.parts.and.more`,
  ]) {
    assert.deepEqual(found(broken), [broken]);
    assert.deepEqual(found(`Bearer ${broken}`), [broken]);
  }
});

test('finds nothing in text without a token', () => {
  for (const text of ['', ' ', 'hello world', '{"a":1}', 'https://example.com/path', '"', 'Bearer ']) {
    assert.deepEqual(found(text), [], text);
  }
});

test('points within the text and in its order, whatever the text', () => {
  const pieces = fc.constantFrom(
    TOKEN,
    HEADER,
    '.',
    ' ',
    '"',
    'Bearer ',
    'x=',
    '\n',
    'ey',
    'é',
    '=',
    '{',
    '…',
  );
  const texts = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.array(pieces, { maxLength: 30 }).map((all) => all.join('')),
  );
  fc.assert(
    fc.property(texts, (text) => {
      let at = 0;
      for (const { start, end } of locateTokens(text)) {
        assert.ok(start >= at && end > start && end <= text.length);
        at = end;
      }
    }),
  );
});

test('a token among other text is found as it is, whatever surrounds it', () => {
  const other = fc.string({
    unit: fc.constantFrom(' ', 'é', '!', ':', '{', '}', '"', "'", '\n', '&', '?', ','),
  });
  fc.assert(
    fc.property(other, other, (before, after) => {
      assert.deepEqual(found(`${before} ${TOKEN} ${after}`), [TOKEN]);
    }),
  );
});

test('finds a token behind an escape: in a URL within a URL, in a string of a log', () => {
  const escaped = `https://app.example.com/?next=${encodeURIComponent(`https://b.example/#id_token=${TOKEN}`)}`;
  assert.deepEqual(pick(only(escaped)), ['parameter', 'id_token']);
  assert.deepEqual(found(`{"message":"refused\\n${TOKEN}\\n"}`), [TOKEN]);
  assert.deepEqual(found(`Bearer%20${TOKEN}`), [TOKEN]);
});

test('points at the whole of a token with a few characters in it that do not belong', () => {
  for (const stray of ['*', '\u200E', '$', '\u00E9']) {
    const broken = `${TOKEN.slice(0, 50)}${stray}${TOKEN.slice(50)}`;
    assert.deepEqual(found(broken), [broken]);
  }
});

test('takes no longer for blanks, quotes or brackets without end', () => {
  // Each of these took minutes while the work grew with the square of the length.
  for (const filler of [' ', '\n', '\t\n', '"', ')', ' x', '\u200B', '.', '%3D']) {
    const length = 2_000_000 / filler.length;
    locateTokens(`${HEADER}.${filler.repeat(length)}x.y`);
    locateTokens(`${filler.repeat(length)}x`);
  }
});
