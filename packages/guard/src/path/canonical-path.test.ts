import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { canonicalPath } from './canonical-path.ts';

function faultOf(path: string): string {
  const result = canonicalPath(path);
  return typeof result === 'string' ? `accepted as ${result}` : result.why;
}

describe('canonicalPath', () => {
  it('leaves a canonical path as it is', () => {
    for (const path of [
      '/',
      '/orders/42',
      '/a/',
      "/~a-b_c.d/!$&'()*+,=:@",
      '/...',
      '/.well-known/x',
      '/a%2Cb',
      '/%C3%A9',
    ]) {
      assert.equal(canonicalPath(path), path);
    }
  });

  it('decodes unreserved characters and puts hex digits in upper case', () => {
    assert.equal(canonicalPath('/%6frders/%34%32'), '/orders/42');
    assert.equal(canonicalPath('/a%2cb/caf%c3%a9'), '/a%2Cb/caf%C3%A9');
    assert.equal(canonicalPath('/%7Euser/x%2Ey'), '/~user/x.y');
    assert.equal(canonicalPath('/%f0%9f%98%80x'), '/%F0%9F%98%80x');
    assert.equal(canonicalPath('/100%25'), '/100%25');
  });

  const refused: [attack: string, path: string, why: string][] = [
    ['no leading slash', 'orders', 'does not start with a slash'],
    ['the empty path', '', 'does not start with a slash'],
    ['an encoded slash', '/public%2Fadmin', 'encoded slash'],
    ['an encoded slash in lower case', '/public%2fadmin', 'encoded slash'],
    ['a backslash', '/public\\admin', 'backslash'],
    ['an encoded backslash', '/public%5Cadmin', 'encoded backslash'],
    ['NUL', '/a\u0000b', 'control character'],
    ['encoded NUL', '/a%00', 'encoded control character'],
    ['encoded line breaks', '/a%0d%0aX:1', 'encoded control character'],
    ['encoded DEL', '/a%7f', 'encoded control character'],
    ['encoded C1 control', '/a%c2%85', 'encoded control character'],
    ['a dot segment', '/a/./b', 'dot segment'],
    ['a double-dot segment', '/a/../b', 'dot segment'],
    ['a double-dot segment at the end', '/a/..', 'dot segment'],
    ['an encoded double-dot segment', '/a/%2e%2E/b', 'dot segment'],
    ['a half-encoded double-dot segment', '/a/.%2e', 'dot segment'],
    ['an empty segment', '/a//b', 'empty segment'],
    ['an empty first segment', '//evil.example/a', 'empty segment'],
    ['a path parameter', '/a;jsessionid=1/b', 'semicolon'],
    ['an encoded path parameter', '/a%3bjsessionid=1/b', 'encoded semicolon'],
    ['a fragment', '/a#b', 'fragment'],
    ['an overlong encoded slash', '/a%c0%afb', 'malformed UTF-8'],
    ['an overlong three-byte form', '/%e0%80%af', 'malformed UTF-8'],
    ['an overlong four-byte form', '/%f0%80%80%af', 'malformed UTF-8'],
    ['a surrogate', '/%ed%a0%80', 'malformed UTF-8'],
    ['beyond U+10FFFF', '/%f4%90%80%80', 'malformed UTF-8'],
    ['a lone continuation byte', '/%80', 'malformed UTF-8'],
    ['a sequence cut short', '/%c3', 'malformed UTF-8'],
    ['a sequence cut by a raw character', '/%c3a', 'malformed UTF-8'],
    ['an incomplete percent sign', '/a%2', 'malformed percent-encoding'],
    ['a percent sign at the end', '/a%', 'malformed percent-encoding'],
    ['no hex digits', '/a%zz', 'malformed percent-encoding'],
    ['double encoding', '/a%252fb', 'double encoding'],
    ['double encoding with encoded digits', '/a%25%32%66', 'double encoding'],
    ['double encoding with one encoded digit', '/a%252%66', 'double encoding'],
    ['a raw non-ASCII character', '/caf\u00e9', 'character outside ASCII'],
    ['a space', '/a b', 'character not allowed in a path'],
    ['a question mark', '/a?b', 'character not allowed in a path'],
    ['a bracket', '/a[0]', 'character not allowed in a path'],
  ];
  for (const [attack, path, why] of refused) {
    it(`refuses ${attack}`, () => assert.equal(faultOf(path), why));
  }

  it('tells where the fault is', () => {
    assert.deepEqual(canonicalPath('/ab\\c'), { why: 'backslash', at: 3 });
  });

  const hostile = fc.string({
    unit: fc.oneof(
      fc.constantFrom(
        '/',
        '.',
        '..',
        '%',
        '%2',
        '%2e',
        '%2F',
        '%25',
        '%5c',
        '%00',
        '%c3%a9',
        '%C3',
        '\\',
        ';',
        'a',
        'f',
        '2',
      ),
      fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
      fc.integer({ min: 0, max: 255 }).map((byte) => `%${byte.toString(16).padStart(2, '0')}`),
    ),
    maxLength: 12,
  });

  it('is idempotent', () => {
    fc.assert(
      fc.property(hostile, (tail) => {
        const once = canonicalPath(`/${tail}`);
        if (typeof once === 'string') assert.equal(canonicalPath(once), once);
      }),
      { numRuns: 3000 },
    );
  });

  it('never lets through what could be read in two ways', () => {
    fc.assert(
      fc.property(hostile, (tail) => {
        const path = canonicalPath(`/${tail}`);
        if (typeof path !== 'string') return;
        assert.match(path, /^\/[A-Za-z0-9\-._~!$&'()*+,=:@/%]*$/);
        assert.doesNotMatch(path, /%(?![0-9A-F]{2})|%2F|%5C|%[01][0-9A-F]|%7F|%25[0-9A-Fa-f]{2}|\/\//);
        // A reader that decodes once and then resolves dots ends up where a reader that does nothing does.
        assert.equal(new URL(`http://h${path}`).pathname, path);
        assert.ok(
          decodeURIComponent(path)
            .split('/')
            .every((segment) => segment !== '.' && segment !== '..'),
        );
      }),
      { numRuns: 3000 },
    );
  });

  it('keeps the meaning: it decodes to the same text as what was sent', () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 4 }), (segments) => {
        const sent = `/${segments.map(encodeURIComponent).join('/')}`;
        const path = canonicalPath(sent);
        if (typeof path === 'string') assert.equal(decodeURIComponent(path), decodeURIComponent(sent));
        else assert.match(path.why, /slash|semicolon|control|dot|double/);
      }),
    );
  });
});
