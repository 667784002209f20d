import assert from 'node:assert/strict';
import { describe, it, test } from 'node:test';
import { eachRefused, openAttacked, TOGETHER } from '../support/attacked.ts';
import type { Received } from '../support/upstream.ts';

const edge = await openAttacked();
const token = edge.token();

/** All values that an upstream could take for this header, whatever it makes of case and punctuation. */
function valuesOf({ rawHeaders }: Received, name: string): string[] {
  const plain = (text: string) => text.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
  return rawHeaders.filter((_, at) => at % 2 === 1 && plain(rawHeaders[at - 1] ?? '') === plain(name));
}

const SPOOFS: [name: string, lines: string[]][] = [
  ['as it is written', ['X-User-Id: mallory']],
  ['in lower case', ['x-user-id: mallory']],
  ['in odd case', ['x-uSER-iD: mallory']],
  ['with underscores', ['X_User_Id: mallory']],
  ['with one underscore', ['X-User_Id: mallory']],
  ['with dots', ['X.User.Id: mallory']],
  [
    'with other punctuation',
    ['X!User~Id: mallory', "X'User`Id: mallory", 'X*User|Id: mallory', 'X^User+Id: mallory'],
  ],
  ['twice', ['X-User-Id: mallory', 'X-User-Id: mallory']],
  ['with nothing in it', ['X-User-Id:']],
  ['named in Connection', ['Connection: close, X-User-Id', 'X-User-Id: mallory']],
  ['of the gateway named in Connection', ['Connection: close, x-user-id, x-client-id, x-scopes']],
  ['named in a second Connection', ['Connection: close', 'Connection: X-User-Id', 'X-User-Id: mallory']],
  ['named in Connection by its alias', ['Connection: close, X_User_Id', 'X_User_Id: mallory']],
  [
    'among a hundred others',
    [...Array.from({ length: 100 }, (_, at) => `X-Filler-${at}: x`), 'X-User-Id: mallory'],
  ],
];

describe('an identity header that the client sends', TOGETHER, () => {
  for (const [name, lines] of SPOOFS) {
    it(`is replaced by that of the token: ${name}`, async () => {
      const received = await edge.admits({ token, fields: lines });
      assert.deepEqual(valuesOf(received, 'x-user-id'), ['alice']);
      assert.deepEqual(valuesOf(received, 'x-client-id'), ['app']);
      assert.deepEqual(valuesOf(received, 'x-scopes'), ['read:orders']);
    });

    for (const target of ['/orders/health', '/orders/news']) {
      it(`does not come through without a token at ${target}: ${name}`, async () => {
        assert.deepEqual(valuesOf(await edge.admits({ target, fields: lines }), 'x-user-id'), []);
      });
    }
  }

  it('does not come through where the token lacks the claim', async () => {
    const bare = edge.token({ sub: undefined, client_id: undefined });
    const received = await edge.admits({ token: bare, fields: ['X-User-Id: mallory', 'X_Client_Id: evil'] });
    assert.deepEqual(valuesOf(received, 'x-user-id'), []);
    assert.deepEqual(valuesOf(received, 'x-client-id'), []);
  });

  it('does not come through as a trailer', async () => {
    const received = await edge.admits({
      token,
      method: 'PUT',
      target: '/orders/files/a',
      fields: ['Transfer-Encoding: chunked', 'TE: trailers', 'Trailer: X-User-Id'],
      body: '1\r\na\r\n0\r\nX-User-Id: mallory\r\n\r\n',
    });
    assert.equal(received.body, 'a');
    assert.deepEqual(valuesOf(received, 'x-user-id'), ['alice']);
  });
});

describe('a field line that two parsers could read differently is refused', TOGETHER, () => {
  const lines: [name: string, line: string][] = [
    ['a blank before the colon', 'X-User-Id : mallory'],
    ['a tab before the colon', 'X-User-Id\t: mallory'],
    ['a NUL before the colon', 'X-User-Id\0: mallory'],
    ['a NUL in the value', 'X-Note: a\0X-User-Id: mallory'],
    ['a line feed alone', 'X-Note: a\nX-User-Id: mallory'],
    ['a carriage return alone', 'X-Note: a\rX-User-Id: mallory'],
    ['a folded line', 'X-Note: a\r\n X-User-Id: mallory'],
    ['a folded line after the one that matters', 'X-User-Id: mal\r\n\tlory'],
    ['no colon', 'X-User-Id mallory'],
    ['no name', ': mallory'],
    ['a name in quotes', '"X-User-Id": mallory'],
    ['a name in parentheses', '(X-User-Id): mallory'],
    ['a name with an accent', 'X-User-\u00ccd: mallory'],
    ['a vertical tab in the name', 'X-User\u000b-Id: mallory'],
  ];
  eachRefused(
    edge,
    400,
    'head_malformed',
    lines.map(([name, line]) => [name, { token, fields: [line] }]),
  );
});

describe('what the gateway says of the client is its own word', TOGETHER, () => {
  it('even when the client says it first', async () => {
    const { headers } = await edge.admits({
      token,
      fields: [
        'Host: api.test',
        'X-Forwarded-For: 10.0.0.1',
        'X-Forwarded-Host: evil.test',
        'X-Forwarded-Proto: https',
        'X-Forwarded-Port: 443',
        'X-Forwarded-User: admin',
        'X-Forwarded-Client-Cert: Subject="CN=admin"',
        'X-Forwarded-Prefix: /admin',
        'X-Real-IP: 10.0.0.1',
        'Forwarded: for=10.0.0.1;host=evil.test',
        'X-Request-Id: forged',
        'Via: 1.1 trusted',
      ],
    });
    assert.equal(headers['x-forwarded-for'], '127.0.0.1');
    assert.equal(headers['x-forwarded-host'], 'api.test');
    assert.equal(headers['x-forwarded-proto'], 'http');
    for (const name of ['port', 'user', 'client-cert', 'prefix']) {
      assert.equal(headers[`x-forwarded-${name}`], undefined, name);
    }
    assert.equal(headers['x-real-ip'], undefined);
    assert.equal(headers['forwarded'], undefined);
    assert.notEqual(headers['x-request-id'], 'forged');
  });

  it('even when Connection asks to leave it out', async () => {
    const { headers } = await edge.admits({
      token,
      fields: ['Connection: close, x-forwarded-for, forwarded, x-request-id, via, host, content-length'],
    });
    for (const name of ['x-forwarded-for', 'x-request-id', 'via', 'host']) {
      assert.ok(headers[name], name);
    }
  });

  it('even under an alias', async () => {
    const received = await edge.admits({
      token,
      fields: [
        'X_Forwarded_For: 10.0.0.1',
        'X_Real_IP: 10.0.0.1',
        'X_Request_Id: forged',
        'X_Forwarded_Host: evil.test',
      ],
    });
    assert.deepEqual(valuesOf(received, 'x-forwarded-for'), ['127.0.0.1']);
    assert.deepEqual(valuesOf(received, 'x-forwarded-host'), ['api.test']);
    assert.deepEqual(valuesOf(received, 'x-real-ip'), []);
    assert.equal(valuesOf(received, 'x-request-id').length, 1);
  });

  it('and hop-by-hop fields stay here', async () => {
    const { headers } = await edge.admits({
      token,
      fields: [
        'Proxy-Authorization: Basic dTpw',
        'Keep-Alive: timeout=5',
        'TE: gzip',
        'Proxy-Connection: keep-alive',
      ],
    });
    for (const name of ['proxy-authorization', 'keep-alive', 'te', 'proxy-connection', 'authorization']) {
      assert.equal(headers[name], undefined, name);
    }
  });
});

test('nothing of this reaches the upstream or a log', () => edge.assertQuiet());
