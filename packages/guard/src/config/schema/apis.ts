import { ALGORITHMS } from '@portcullis/token';
import * as z from 'zod';
import { corsSchema } from './cors.ts';
import { limitSchema } from './limits.ts';
import { requireSchema, scope } from './require.ts';
import { upstreamTlsSchema } from './tls.ts';
import { claimPath, httpOrigin, lifetime, name, size, text, timeout } from './values.ts';

const routeSchema = z
  .strictObject({
    match: text().describe(
      'A method or *, and a pattern: GET /{id}, * /files/{rest*}. Static beats {param} beats {rest*}, which may be empty.',
    ),
    require: requireSchema
      .optional()
      .describe('What the token must carry. Left out: any valid token for this audience.'),
    public: z.boolean().default(false).describe('No token is asked for; one that is sent is not looked at.'),
    optional: z
      .boolean()
      .default(false)
      .describe('Requests without a token pass; a bad token is still refused.'),
    shadow: z
      .boolean()
      .optional()
      .describe(
        'Report what `require` would deny, but do not enforce it. Default: what the API says. Example: `{ match: "GET /{id}", require: { roles: [admin] }, shadow: true }`.',
      ),
  })
  .superRefine((route, context) => {
    if (route.public && route.optional) {
      context.addIssue({
        code: 'custom',
        path: ['optional'],
        message: 'a public route asks for no token at all',
      });
    }
    if (route.public && route.require !== undefined) {
      context.addIssue({
        code: 'custom',
        path: ['require'],
        message: 'a public route cannot require anything',
      });
    }
  });

const forwardSchema = z
  .strictObject({
    headers: z
      .record(
        text(),
        z.union(
          [
            claimPath(),
            z.strictObject({
              claim: claimPath().describe('The claim: a dotted path or a list of exact segments.'),
              array: z
                .enum(['comma', 'space', 'json'])
                .default('comma')
                .describe('How a list is written. Objects are only written as json.'),
            }),
          ],
          { error: 'expected a claim such as sub, or an object of claim and array' },
        ),
      )
      .default({})
      .describe('Headers set for the upstream, each from a claim. A copy sent by the client is removed.'),
    authorization: z
      .boolean()
      .default(false)
      .describe(
        'Forward the Authorization header to the upstream. On public routes it is dropped nevertheless, but where every route of the API is public: there the upstream checks credentials itself.',
      ),
    issuerCookies: z
      .boolean()
      .default(false)
      .describe(
        'Let the cookies of our own issuer pass, to the upstream and back: for the issuer itself behind the gateway, where every route is public. Any other upstream could act as whoever is signed in.',
      ),
  })
  .describe('What the upstream is told about the caller.');

const upstreamSchema = z
  .strictObject({
    url: httpOrigin().describe('The origin of a server: scheme, host and port.'),
    weight: z.int().min(1).max(1000).default(1).describe('Its share of the requests.'),
    tls: upstreamTlsSchema
      .optional()
      .describe(
        'TLS towards this server, whose url is https then. The files are read again when they change.',
      ),
  })
  .superRefine(({ url, tls }, context) => {
    if (tls === undefined || url.startsWith('https:')) return;
    context.addIssue({ code: 'custom', path: ['tls'], message: 'only for an https url' });
  });

const accessTokenSchema = z
  .strictObject({
    algorithm: z
      .enum(ALGORITHMS)
      .optional()
      .describe('The algorithm that tokens for this API are signed with. Default: that of the issuer.'),
    secret: text()
      .optional()
      .describe(
        'For HS256 and its kin: the secret that only this API shares. Example: `"${ORDERS_SECRET}"`.',
      ),
    lifetime: lifetime()
      .optional()
      .describe('How long tokens for this API live, at most as long as the issuer lets them.'),
  })
  .superRefine(({ algorithm, secret }, context) => {
    const symmetric = algorithm?.startsWith('HS') ?? false;
    if (symmetric === (secret !== undefined)) return;
    const message = symmetric ? 'needs a secret of its own' : 'only for HS256 and its kin';
    context.addIssue({ code: 'custom', path: ['secret'], message });
  })
  .describe('The tokens that our issuer makes for this API.');

export const apiSchema = z.strictObject({
  name: name().describe('What operators call this API.'),
  basePath: text().describe('The path under which it lives. The longest basePath that fits wins.'),
  audience: text()
    .optional()
    .describe(
      'The exact `aud` that tokens for this API carry. May be left out only when every route is public.',
    ),
  issuers: z
    .array(name())
    .min(1)
    .optional()
    .describe('The names of the issuers accepted. May be left out only when every route is public.'),
  scopes: z
    .array(scope())
    .default([])
    .describe('Scopes that clients may be given for this API, beside those that its routes require.'),
  roles: z
    .array(text())
    .default([])
    .describe('Roles that clients may be given for this API, beside those that its routes require.'),
  accessToken: accessTokenSchema.optional(),
  upstreams: z
    .array(upstreamSchema)
    .min(1)
    .max(100, { error: 'at most 100 upstreams' })
    .describe('The servers behind it.'),
  routes: z.array(routeSchema).min(1).describe('What may be called. Anything unmatched is denied.'),
  forward: forwardSchema.prefault({}),
  limits: z.array(limitSchema).default([]).describe('Rate limits, held by each worker.'),
  cors: corsSchema.optional(),
  rolesClaim: claimPath()
    .prefault('roles')
    .describe('Where roles are found: a dotted path or a list of exact segments.'),
  shadow: z
    .boolean()
    .default(false)
    .describe(
      'Report what `require` would deny on all routes, but do not enforce it. Token checks always hold. Example: `shadow: true` while new rules are tried; the access log and the metrics tell what they would deny.',
    ),
  maxBody: size().optional().describe('The largest request body. Default: what the gateway says.'),
  timeouts: z
    .strictObject({
      firstByte: timeout()
        .optional()
        .describe('The longest an upstream may take to begin its answer. Default: what the gateway says.'),
      idle: timeout()
        .optional()
        .describe('The longest pause within an upstream answer. Default: what the gateway says.'),
    })
    .prefault({})
    .describe('Timeouts of this API.'),
});

export const apisSchema = z
  .array(apiSchema)
  .default([])
  .describe('The APIs behind the gateway: at least one.');
