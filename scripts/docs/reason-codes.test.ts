import assert from 'node:assert/strict';
import { it } from 'node:test';
import { loadRegistries, type Registry } from '../sources/registries.ts';
import { reasonCodesPage } from './reason-codes.ts';

const token: Registry = {
  package: 'token',
  name: 'TOKEN_ERRORS',
  codes: [{ code: 'token_expired', summary: 'the token has expired', cure: 'get a new one' }],
};
const combined: Registry = {
  package: 'guard',
  name: 'REASONS',
  codes: [{ code: 'token_expired', summary: 'the token has expired', status: 401 }],
};

it('tells the status that the decision core gives to a code of the token package', () => {
  const { text } = reasonCodesPage([token, combined]);
  assert.ok(
    text.includes(
      '| <a id="token_expired"></a>`token_expired` | 401 | The token has expired. | Get a new one. |',
    ),
  );
  assert.equal(text.match(/`token_expired`/g)?.length, 1, 'the combined registry is not told a second time');
});

it('has one anchor for each code', async () => {
  const registries = await loadRegistries();
  const { text } = reasonCodesPage(registries);
  const anchors = Array.from(text.matchAll(/<a id="([a-z0-9_]+)">/g), ([, id]) => id);
  assert.equal(new Set(anchors).size, anchors.length);
  for (const { code } of registries.flatMap(({ codes }) => codes)) assert.ok(anchors.includes(code), code);
});

it('gives a registry that nobody introduced a chapter of its own', () => {
  const added: Registry = {
    package: 'store',
    name: 'STORE_ERRORS',
    codes: [{ code: 'store_gone', summary: 'gone' }],
  };
  assert.ok(reasonCodesPage([added]).text.includes('## STORE_ERRORS\n\n| Code | What happened |'));
});
