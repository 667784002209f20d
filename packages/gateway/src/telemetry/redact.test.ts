import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { generateKey, sign } from '@portcullis/token';
import { withoutTokens } from './redact.ts';

describe('withoutTokens', () => {
  it('keeps a token in a path out of a log line', async () => {
    const { privateJwk } = await generateKey('ES256');
    const token = await sign({ iss: 'a', aud: 'b', exp: 4_000_000_000 }, { key: privateJwk });
    assert.equal(withoutTokens(`/things/${token}/more`), '/things/<token>/more');
    assert.equal(
      withoutTokens(JSON.stringify({ iss: token, path: `/a/${token}` })),
      '{"iss":"<token>","path":"/a/<token>"}',
    );
  });

  it('leaves everything else as it is', () => {
    for (const text of ['/orders/42', '/heyJude', '/eyJust.one', '']) assert.equal(withoutTokens(text), text);
  });
});
