import assert from 'node:assert/strict';
import { it } from 'node:test';
import { code, sentence, table } from './page.ts';

it('makes a sentence of a summary, once', () => {
  assert.equal(sentence('the token has expired'), 'The token has expired.');
  assert.equal(sentence('The token is encrypted (five parts)'), 'The token is encrypted (five parts).');
  assert.equal(sentence('Nothing to do. (It is logged.)'), 'Nothing to do. (It is logged.)');
});

it('keeps stars and angle brackets of a text from being Markdown or HTML, but not those in code', () => {
  assert.equal(sentence('A method or *, and {rest*}.'), 'A method or \\*, and {rest\\*}.');
  assert.equal(sentence('Send Bearer <token>.'), 'Send Bearer \\<token>.');
  assert.equal(sentence('Send `Bearer <token>` or *.'), 'Send `Bearer <token>` or \\*.');
});

it('keeps a text from breaking out of its cell', () => {
  assert.equal(table(['A'], [['x | y\n z']]), '| A |\n| --- |\n| x \\| y z |');
  assert.equal(code('a`b'), '`` a`b ``');
});
