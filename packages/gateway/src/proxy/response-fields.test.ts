import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Forward } from '@portcullis/guard';
import { responseFields } from './response-fields.ts';

/** The two members that `responseFields` reads of a decision. */
const forward = {
  responseHeaders: ['access-control-allow-origin', 'https://app.test'],
  stripsResponse: (name: string) => name.startsWith('access-control-'),
} as unknown as Forward;

const fields = (lines: readonly string[], keepTrailer = false, connection?: string): string[] =>
  responseFields(
    { status: 200, fields: lines, connection },
    forward,
    ['x-request-id', 'id-1', 'strict-transport-security', 'max-age=9'],
    keepTrailer,
  );

describe('responseFields', () => {
  it('keeps repeated fields apart', () => {
    const sent = fields(['set-cookie', 'a=1', 'set-cookie', 'b=2']);
    assert.deepEqual(
      sent.filter((_, i) => sent[i - 1] === 'set-cookie'),
      ['a=1', 'b=2'],
    );
  });

  it("lets no upstream set the issuer's cookies", () => {
    const theirs = ['a=1', '__Host-portcullis-session=evil; Path=/; Secure', '=portcullis-x=evil'];
    const sent = fields(theirs.flatMap((cookie) => ['set-cookie', cookie]));
    assert.deepEqual(
      sent.filter((_, i) => sent[i - 1] === 'set-cookie'),
      ['a=1'],
    );
    assert.equal(fields(['set-cookie', 'portcullis=evil']).includes('set-cookie'), false);
  });

  it("keeps the upstream's hop-by-hop fields, and those that its Connection names, to its hop", () => {
    const lines = ['connection', 'close, X-Hop', 'x-hop', '1', 'keep-alive', 'timeout=5', 'x-other', '2'];
    const sent = fields(lines, false, 'close, x-hop');
    assert.deepEqual(
      sent.filter((name) => ['connection', 'x-hop', 'keep-alive'].includes(name)),
      [],
    );
    assert.ok(sent.includes('x-other'));
  });

  it('says for how long the host shall be HTTPS only, whatever the upstream says', () => {
    const sent = fields(['strict-transport-security', 'max-age=0']);
    assert.deepEqual(
      sent.filter((_, i) => sent[i - 1] === 'strict-transport-security'),
      ['max-age=9'],
    );
  });

  it('says no length where there can be no content', () => {
    const head = { status: 204, fields: ['content-length', '5', 'x-other', '2'], connection: undefined };
    assert.deepEqual(responseFields(head, forward, [], false).slice(0, 2), ['x-other', '2']);
  });

  it('answers for CORS and the request id itself, whatever the upstream says', () => {
    const sent = fields(['access-control-allow-origin', '*', 'x-request-id', 'theirs']);
    assert.deepEqual(sent, [
      ...['x-request-id', 'id-1', 'strict-transport-security', 'max-age=9'],
      ...['access-control-allow-origin', 'https://app.test'],
    ]);
  });

  it('announces trailers only to a client that takes them', () => {
    assert.equal(fields(['trailer', 'checksum']).includes('trailer'), false);
    assert.equal(fields(['trailer', 'checksum'], true).includes('trailer'), true);
  });
});
