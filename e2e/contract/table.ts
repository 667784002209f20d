import { AUDIENCE, createIssuer, ISSUER } from '../support/tokens.ts';
import type { Attempt } from '../support/wire.ts';

export const issuer = await createIssuer();
const reader = await issuer.token();
const writer = await issuer.token({ scope: 'write:orders', client_id: 'writer' });
const expired = await issuer.token({ iat: 1, exp: 2 });
const elsewhere = await issuer.token({ aud: 'https://other.test' });
const forged = await (await createIssuer()).token();
const forgedWithKid = await (await createIssuer()).token({ sub: 'eve' });
const limited = await issuer.token({ client_id: 'eager', aud: `${AUDIENCE}/limited` });

/** The configuration that all engines are given. */
export const configuration = (upstream: string) => `gateway: { workers: 1 }
issuers: [{ name: test, issuer: "${ISSUER}", algorithms: [ES256], jwksFile: ./jwks.json }]
apis:
  - name: orders
    basePath: /orders
    audience: ${AUDIENCE}
    issuers: [test]
    upstreams: [{ url: "${upstream}" }]
    routes:
      - { match: "GET /{id}", require: { scopes: ["read:orders"] } }
      - { match: "POST /", require: { scopes: ["write:orders"] } }
      - { match: "GET /by-user/{user}", require: { claims: { sub: { equals: "{user}" } } } }
      - { match: "GET /health", public: true }
      - { match: "GET /news", optional: true }
      - { match: "GET /trial", shadow: true, require: { scopes: [beta] } }
    forward: { headers: { x-user-id: sub } }
    cors: { origins: ["https://app.test"], credentials: true }
  - name: limited
    basePath: /limited
    audience: ${AUDIENCE}/limited
    issuers: [test]
    upstreams: [{ url: "${upstream}" }]
    routes: [{ match: "GET /" }]
    forward: { headers: { x-user-id: sub } }
    limits: [{ per: client, rate: 1/h, burst: 1 }]
`;

const ORIGIN = 'Origin: https://app.test';
const asPreflight = (origin: string) => [`Origin: ${origin}`, 'Access-Control-Request-Method: GET'];
const large = 'x'.repeat(1024 * 1024);

type Row = readonly [name: string, attempt: Attempt, status: number, reason: string | null];

/** What every engine must answer, and why. In order: limits remember. */
export const TABLE: readonly Row[] = [
  ['a good token', { token: reader }, 200, null],
  ['a good token and a query', { token: reader, target: '/orders/42?a=b&c=%20' }, 200, null],
  ['a good token, again', { token: reader }, 200, null],
  ['HEAD with a good token', { token: reader, method: 'HEAD' }, 200, null],
  ['the scheme in another case', { fields: [`authorization: bEARER ${reader}`] }, 200, null],
  ['a public route', { target: '/orders/health' }, 200, null],
  ['a public route and a bad token', { target: '/orders/health', token: expired }, 200, null],
  ['an optional route without a token', { target: '/orders/news' }, 200, null],
  ['an optional route with one', { target: '/orders/news', token: reader }, 200, null],
  ['an optional route with a bad one', { target: '/orders/news', token: expired }, 401, 'token_expired'],
  ['a rule in shadow mode', { target: '/orders/trial', token: reader }, 200, null],
  ['no token', {}, 401, 'credential_missing'],
  ['HEAD without a token', { method: 'HEAD' }, 401, 'credential_missing'],
  ['no token, from a page', { fields: [ORIGIN] }, 401, 'credential_missing'],
  ['another scheme', { fields: ['Authorization: Basic YTpi'] }, 401, 'credential_scheme'],
  ['a scheme alone', { fields: ['Authorization: Bearer'] }, 401, 'credential_malformed'],
  ['a token in quotes', { fields: [`Authorization: Bearer "${reader}"`] }, 401, 'credential_malformed'],
  [
    'two Authorization fields',
    { fields: [`Authorization: Bearer ${reader}`, `Authorization: Bearer ${reader}`] },
    400,
    'credential_ambiguous',
  ],
  [
    'two fields, the second of another kind',
    { token: reader, fields: ['AUTHORIZATION: Basic YTpi'] },
    400,
    'credential_ambiguous',
  ],
  [
    'two fields, the first empty',
    { fields: ['Authorization:', `Authorization: Bearer ${reader}`] },
    400,
    'credential_ambiguous',
  ],
  [
    'two tokens in one field',
    { fields: [`Authorization: Bearer ${reader}, Bearer ${reader}`] },
    400,
    'credential_ambiguous',
  ],
  ['a token in the query', { target: `/orders/42?access_token=${reader}` }, 400, 'credential_ambiguous'],
  ['an opaque token', { token: 'opaque' }, 401, 'token_malformed'],
  ['an expired token', { token: expired }, 401, 'token_expired'],
  ['a token for another audience', { token: elsewhere }, 401, 'audience_mismatch'],
  ['a token of a stranger', { token: forged }, 401, 'kid_unknown'],
  ['another token of a stranger', { token: forgedWithKid }, 401, 'kid_unknown'],
  ['a token without the scope', { token: writer }, 403, 'scope_missing'],
  ['a token without the scope, from a page', { token: writer, fields: [ORIGIN] }, 403, 'scope_missing'],
  ['the orders of another', { token: reader, target: '/orders/by-user/bob' }, 403, 'claim_rule_failed'],
  ['the orders of one’s own', { token: reader, target: '/orders/by-user/alice' }, 200, null],
  [
    'a claim to be another',
    { fields: ['X-User-Id: root', 'X-Original-URL: /orders/health'] },
    401,
    'credential_missing',
  ],
  [
    'a method by another name',
    {
      token: reader,
      method: 'POST',
      target: '/orders/',
      fields: ['Content-Length: 0', 'X-HTTP-Method-Override: GET'],
    },
    403,
    'scope_missing',
  ],
  ['no route, without a token', { target: '/orders/a/b/c' }, 401, 'credential_missing'],
  ['no route, with one', { target: '/orders/a/b/c', token: reader }, 404, 'route_not_found'],
  ['no method, without a token', { method: 'DELETE' }, 401, 'credential_missing'],
  ['no method, with one', { method: 'DELETE', token: reader }, 405, 'method_not_allowed'],
  ['no API', { target: '/elsewhere', token: reader }, 404, 'api_not_found'],
  ['no API, and nothing else', { target: '/' }, 404, 'api_not_found'],
  ['an empty segment', { target: '/orders//health', token: reader }, 400, 'path_ambiguous'],
  ['an encoded slash', { target: '/orders/a%2Fb', token: reader }, 400, 'path_ambiguous'],
  ['a path parameter', { target: '/orders/42;x=y', token: reader }, 400, 'path_ambiguous'],
  ['another case', { target: '/Orders/health' }, 404, 'api_not_found'],
  ['a slash too many', { target: '/orders/health/' }, 401, 'credential_missing'],
  [
    'a body',
    {
      method: 'POST',
      target: '/orders/',
      token: writer,
      fields: ['Content-Length: 5', 'Content-Type: text/plain'],
      body: 'hello',
    },
    200,
    null,
  ],
  [
    'a body without a token',
    { method: 'POST', target: '/orders/', fields: ['Content-Length: 5'], body: 'hello' },
    401,
    'credential_missing',
  ],
  [
    'a large body without a token',
    {
      method: 'POST',
      target: '/orders/',
      fields: [`Content-Length: ${large.length}`, 'Content-Type: application/json'],
      body: large,
    },
    401,
    'credential_missing',
  ],
  [
    'a chunked body without a token',
    {
      method: 'POST',
      target: '/orders/',
      fields: ['Transfer-Encoding: chunked'],
      body: '5\r\nhello\r\n0\r\n\r\n',
    },
    401,
    'credential_missing',
  ],
  ['a preflight', { method: 'OPTIONS', fields: asPreflight('https://app.test') }, 204, null],
  [
    'a preflight of a stranger',
    { method: 'OPTIONS', fields: asPreflight('https://evil.test') },
    403,
    'cors_origin_denied',
  ],
  ['within the limit', { target: '/limited/', token: limited }, 200, null],
  ['beyond the limit', { target: '/limited/', token: limited }, 429, 'rate_limited'],
];
