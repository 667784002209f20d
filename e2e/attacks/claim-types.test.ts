import { describe, it, test } from 'node:test';
import { eachRefused, openAttacked, TOGETHER } from '../support/attacked.ts';
import { claims, forge } from '../support/forge.ts';
import { AUDIENCE } from '../support/tokens.ts';

const edge = await openAttacked();
const now = Math.floor(Date.now() / 1000);
const later = now + 300;

function each(status: number, reason: string, changes: Record<string, unknown>[]): void {
  eachRefused(
    edge,
    status,
    reason,
    changes.map((change) => [describeChange(change), { token: edge.token(change) }]),
  );
}

function describeChange(change: Record<string, unknown>): string {
  return Object.entries(change)
    .map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
    .join(', ');
}

/** A token with one claim written as raw JSON, such as a number that JavaScript would not write. */
function raw(name: string, text: string): string {
  const { [name]: _, ...rest } = claims();
  return forge(edge.header, `${JSON.stringify(rest).slice(0, -1)},"${name}":${text}}`, edge.sign);
}

describe('a time of the wrong type is refused', TOGETHER, () => {
  for (const name of ['exp', 'nbf', 'iat']) {
    const values: unknown[] = [
      String(later),
      '',
      'never',
      null,
      true,
      false,
      [],
      [later],
      {},
      { valueOf: later },
    ];
    each(
      401,
      'claim_malformed',
      values.map((value) => ({ [name]: value })),
    );
    eachRefused(edge, 401, 'payload_malformed', [
      [`${name}: 1e400`, { token: raw(name, '1e400') }],
      [`${name}: -1e400`, { token: raw(name, '-1e400') }],
      [`${name}: ${'9'.repeat(400)}`, { token: raw(name, '9'.repeat(400)) }],
      [`${name}: NaN`, { token: raw(name, 'NaN') }],
      [`${name}: Infinity`, { token: raw(name, 'Infinity') }],
      [`${name}: 0x7fffffff`, { token: raw(name, '0x7fffffff') }],
      [`${name}: +${later}`, { token: raw(name, `+${later}`) }],
      [`${name}: 0${later}`, { token: raw(name, `0${later}`) }],
    ]);
  }
});

describe('a token is refused outside its time', TOGETHER, () => {
  each(401, 'exp_missing', [{ exp: undefined }]);
  each(401, 'token_expired', [
    { exp: now - 60 },
    { exp: 0 },
    { exp: -1 },
    { exp: -later },
    { exp: 1 },
    { exp: now - 6.5 },
    { exp: -1e300 },
  ]);
  each(401, 'token_not_yet_valid', [{ nbf: now + 60 }, { nbf: 1e300 }, { nbf: now * 1000 }]);
  each(401, 'iat_in_future', [{ iat: now + 60 }, { iat: 1e300 }, { iat: now * 1000 }]);
  each(401, 'lifetime_too_long', [
    { exp: 1e300 },
    { exp: now * 1000 },
    { exp: Number.MAX_SAFE_INTEGER },
    { exp: 2 ** 53 },
    { iat: undefined, exp: 1e15 },
    { iat: 0 },
    { iat: -1e300 },
    { exp: now + 2 * 86_400 },
  ]);

  it('while fractions and a nbf that has passed are fine', async () => {
    await edge.admits({ token: edge.token({ exp: later + 0.5, iat: now - 0.5, nbf: now - 1 }) });
    await edge.admits({ token: edge.token({ nbf: -1, iat: undefined }) });
  });
});

describe('an audience that only resembles the API is refused', TOGETHER, () => {
  each(401, 'audience_mismatch', [
    { aud: `${AUDIENCE}/` },
    { aud: `${AUDIENCE}-admin` },
    { aud: AUDIENCE.slice(0, -1) },
    { aud: ` ${AUDIENCE}` },
    { aud: `${AUDIENCE} https://other.test` },
    { aud: `${AUDIENCE},https://other.test` },
    { aud: AUDIENCE.toUpperCase() },
    { aud: '' },
    { aud: '*' },
    { aud: '.*' },
    { aud: 'https://api.test' },
    { aud: [] },
    { aud: [''] },
    { aud: ['*'] },
    { aud: [`${AUDIENCE}x`, `x${AUDIENCE}`] },
    { aud: [`${AUDIENCE} `] },
  ]);
  each(401, 'claim_malformed', [
    { aud: [[AUDIENCE]] },
    { aud: [{ toString: AUDIENCE }] },
    { aud: { [AUDIENCE]: true } },
    { aud: { 0: AUDIENCE, length: 1 } },
    { aud: [AUDIENCE, 1] },
    { aud: [AUDIENCE, null] },
    { aud: 0 },
    { aud: 1 },
    { aud: true },
    { aud: null },
  ]);
  each(401, 'audience_missing', [{ aud: undefined }]);

  it('while a list that holds it is fine', async () => {
    await edge.admits({ token: edge.token({ aud: ['https://other.test', AUDIENCE] }) });
  });
});

describe('a text of the wrong type is refused', TOGETHER, () => {
  for (const name of ['sub', 'jti', 'client_id']) {
    each(
      401,
      'claim_malformed',
      [0, 1, true, null, ['alice'], {}].map((value) => ({ [name]: value })),
    );
  }
  each(401, 'claim_malformed', [
    { scope: 1 },
    { scope: { 'read:orders': true } },
    { scope: null },
    { scope: [1] },
  ]);
});

describe('scopes that only resemble what the route asks for are refused', TOGETHER, () => {
  const scopes: unknown[] = [
    [
      'read:order',
      'read:orders2',
      'xread:orders',
      'READ:ORDERS',
      'read:orders,write:orders',
      'read: orders',
      '',
      '*',
    ],
    ['read:*', 'read:orders\u00a0', 'read:orders\twrite:orders', undefined],
    [[], [''], ['read:orders write:orders'], ['READ:ORDERS'], ['read:orders2']],
  ].flat(1);
  each(
    403,
    'scope_missing',
    scopes.map((scope) => ({ scope })),
  );

  it('while a list is fine', async () => {
    await edge.admits({ token: edge.token({ scope: ['read:orders', 'write:orders'] }) });
    await edge.admits({ token: edge.token({ scope: undefined, scp: ['write:orders', 'read:orders'] }) });
  });
});

describe('a claim that would break the head of the request is refused', TOGETHER, () => {
  each(403, 'header_value_unsafe', [
    { sub: 'alice\r\nx-admin: true' },
    { sub: 'alice\n' },
    { sub: '\ralice' },
    { sub: 'a\u0000b' },
    { sub: 'a\tb' },
    { sub: 'a\u007f' },
    { sub: ' alice' },
    { sub: 'alice ' },
    { client_id: 'app\r\n\r\nGET /admin HTTP/1.1' },
    { scope: 'read:orders \u001b[0m' },
    { sub: '\u0085x\n' },
  ]);
});

test('nothing of this reaches the upstream or a log', () => edge.assertQuiet());
