import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { ALGORITHMS } from '@portcullis/token';
import { HEADER_LIMITS } from './header-limits.ts';
import { LIBRARIES } from './libraries.ts';
import { COMMON_CLAIMS, REGISTERED_CLAIMS, REGISTERED_HEADERS } from './registered-names.ts';

test('each name stands once, with what it means and where that is written', () => {
  for (const list of [REGISTERED_CLAIMS, REGISTERED_HEADERS, COMMON_CLAIMS]) {
    assert.equal(new Set(list.map(({ name }) => name)).size, list.length);
    for (const { name, meaning, reference } of list)
      assert.ok(meaning.length > 5 && reference.length > 2, name);
  }
  for (const { name, url } of [...REGISTERED_CLAIMS, ...REGISTERED_HEADERS])
    assert.ok(url.startsWith('https://'), name);
});

test('each library stands once, with what was looked at, and names algorithms as they are written', () => {
  const known = new Set<string>([...ALGORITHMS, 'ES256K']);
  assert.equal(new Set(LIBRARIES.map(({ language, name }) => `${language} ${name}`)).size, LIBRARIES.length);
  for (const { name, source, algorithms, install } of LIBRARIES) {
    assert.ok(source.length > 5 && install.length > 3, name);
    for (const algorithm of algorithms) assert.ok(known.has(algorithm), `${name}: ${algorithm}`);
  }
});

test('each limit is a number of bytes', () => {
  for (const { software, bytes } of HEADER_LIMITS)
    assert.ok(Number.isInteger(bytes) && bytes >= 4096, software);
});

test('the list of weak secrets has each once, and none that is empty', () => {
  const lines = readFileSync(new URL('weak-secrets.txt', import.meta.url), 'utf8')
    .trimEnd()
    .split('\n');
  assert.ok(lines.length > 3000);
  assert.equal(new Set(lines).size, lines.length);
  assert.ok(lines.every((line) => line.trim() !== ''));
});
