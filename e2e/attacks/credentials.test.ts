import assert from 'node:assert/strict';
import { describe, it, test } from 'node:test';
import { eachRefused, openAttacked, TOGETHER } from '../support/attacked.ts';

const edge = await openAttacked();
const good = edge.token();
const bad = edge.token({ sub: 'mallory' }).replace(/[^.]+$/, 'A'.repeat(86));
const fields = (...lines: string[]) => ({ fields: lines });

describe('more than one credential is refused', TOGETHER, () => {
  eachRefused(edge, 400, 'credential_ambiguous', [
    ['two Authorization lines', fields(`Authorization: Bearer ${good}`, `Authorization: Bearer ${bad}`)],
    ['the good one last', fields(`Authorization: Bearer ${bad}`, `Authorization: Bearer ${good}`)],
    ['the same one twice', fields(`Authorization: Bearer ${good}`, `authorization: Bearer ${good}`)],
    ['Basic and Bearer', fields('Authorization: Basic dTpw', `Authorization: Bearer ${good}`)],
    ['an empty one and a good one', fields('Authorization:', `Authorization: Bearer ${good}`)],
    ['two in one line', fields(`Authorization: Bearer ${good}, Bearer ${bad}`)],
    ['two tokens in one line', fields(`Authorization: Bearer ${good},${bad}`)],
    ['one in the query as well', { token: good, target: `/orders/42?access_token=${bad}` }],
    ['the same one in the query as well', { token: good, target: `/orders/42?a=1&access_token=${good}` }],
    ['one in the query alone', { target: `/orders/42?access_token=${good}` }],
    ['one in the query, its name encoded', { target: `/orders/42?%61ccess%5ftoken=${good}` }],
    ['one in the query behind a semicolon', { target: `/orders/42?a=1;access_token=${good}` }],
    ['one in the query of an optional route', { target: `/orders/news?access_token=${good}` }],
  ]);
});

describe('what is no Bearer credential is refused', TOGETHER, () => {
  eachRefused(edge, 401, 'credential_scheme', [
    ['Basic', fields('Authorization: Basic dXNlcjpwYXNz')],
    ['Digest', fields('Authorization: Digest username="a"')],
    ['DPoP', fields(`Authorization: DPoP ${good}`)],
    ['Token', fields(`Authorization: Token ${good}`)],
    ['JWT', fields(`Authorization: JWT ${good}`)],
    ['the token alone', fields(`Authorization: ${good}`)],
    ['a tab for the blank', fields(`Authorization: Bearer\t${good}`)],
    ['a colon for the blank', fields(`Authorization: Bearer:${good}`)],
    ['an equals sign for the blank', fields(`Authorization: Bearer=${good}`)],
    ['no blank', fields(`Authorization: Bearer${good}`)],
    ['quotes', fields(`Authorization: "Bearer" ${good}`)],
    ['nothing', fields('Authorization:')],
    ['the scheme in Cyrillic', fields(`Authorization: \u00d0\u0092earer ${good}`)],
  ]);
  eachRefused(edge, 401, 'credential_malformed', [
    ['the scheme alone', fields('Authorization: Bearer')],
    ['the scheme twice', fields(`Authorization: Bearer Bearer ${good}`)],
    ['two tokens with a blank', fields(`Authorization: Bearer ${good} ${good}`)],
    ['a parameter', fields(`Authorization: Bearer token="${good}"`)],
    ['bytes beyond ASCII', fields(`Authorization: Bearer ${good}\u00e9`)],
  ]);
  eachRefused(edge, 400, 'head_malformed', [
    ['a blank before the colon', fields(`Authorization : Bearer ${good}`)],
    ['a NUL in the token', fields(`Authorization: Bearer ${good}\0`)],
    ['a bare CR in the token', fields(`Authorization: Bearer ${good}\rX: y`)],
  ]);
});

describe('a token anywhere else counts for nothing', TOGETHER, () => {
  eachRefused(edge, 401, 'credential_missing', [
    ['in a cookie', fields(`Cookie: access_token=${good}; Authorization=Bearer ${good}`)],
    ['in X-Authorization', fields(`X-Authorization: Bearer ${good}`)],
    ['in Proxy-Authorization', fields(`Proxy-Authorization: Bearer ${good}`)],
    ['in X-Access-Token', fields(`X-Access-Token: ${good}`)],
    ['in an alias with an underscore', fields(`Authorization_: Bearer ${good}`)],
    ['in X-Forwarded-Authorization', fields(`X-Forwarded-Authorization: Bearer ${good}`)],
    ['in a WebSocket subprotocol', fields(`Sec-WebSocket-Protocol: bearer.${good}`)],
    [
      'in a form',
      {
        method: 'POST',
        target: '/orders/',
        fields: ['Content-Type: application/x-www-form-urlencoded', `Content-Length: ${13 + good.length}`],
        body: `access_token=${good}`,
      },
    ],
    [
      'in a trailer',
      {
        method: 'POST',
        target: '/orders/',
        fields: ['Transfer-Encoding: chunked', 'Trailer: Authorization'],
        body: `0\r\nAuthorization: Bearer ${good}\r\n\r\n`,
      },
    ],
  ]);
});

describe('the one Bearer credential passes', TOGETHER, () => {
  for (const line of [
    `Authorization: bearer ${good}`,
    `AUTHORIZATION: BEARER ${good}`,
    `aUtHoRiZaTiOn: bEaReR ${good}`,
    `Authorization:Bearer ${good}`,
    `Authorization:   Bearer ${good}   `,
    `Authorization: Bearer  ${good}`,
  ]) {
    it(`as ${JSON.stringify(line.replace(good, '…'))}, and is not handed on`, async () => {
      const { headers, rawHeaders } = await edge.admits({ fields: [line] });
      assert.equal(headers['x-user-id'], 'alice');
      assert.ok(!rawHeaders.some((text) => text.includes(good)));
    });
  }
});

describe('a credential counts for its own request only', TOGETHER, () => {
  const second = (line: string) =>
    `GET /orders/42 HTTP/1.1\r\nHost: api.test\r\n${line}Connection: close\r\n\r\n`;

  for (const [name, line] of [
    ['none', ''],
    ['a bad one', `Authorization: Bearer ${bad}\r\n`],
  ] as const) {
    it(`and not for the next on the same connection, which has ${name}`, async () => {
      const { answer } = await edge.admits({
        token: good,
        fields: ['Connection: keep-alive'],
        body: second(line),
      });
      // The second answer follows the body of the first without a line break.
      assert.deepEqual(answer.body.match(/HTTP\/1\.1 \d{3}/g), ['HTTP/1.1 401']);
    });
  }
});

describe('where no token is asked for', TOGETHER, () => {
  it('a bad one is refused when tokens are optional', async () => {
    await edge.refuses({ target: '/orders/news', token: bad }, 401, 'signature_invalid');
    await edge.refuses(
      { target: '/orders/news', fields: ['Authorization: Basic dTpw'] },
      401,
      'credential_scheme',
    );
    await edge.admits({ target: '/orders/news' });
  });

  it('a bad one is neither looked at nor handed on when the route is public', async () => {
    const { headers } = await edge.admits({ target: '/orders/health', token: bad });
    assert.equal(headers.authorization, undefined);
    assert.equal(headers['x-user-id'], undefined);
  });
});

test('nothing of this reaches the upstream or a log', () => edge.assertQuiet());
