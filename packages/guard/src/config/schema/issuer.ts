import { ALGORITHMS, isSecureUrl } from '@portcullis/token';
import * as z from 'zod';
import { addressBlock, duration, httpUrl, lifetime, name, positiveDuration, rate, text } from './values.ts';

const signing = ALGORITHMS.filter((algorithm) => !algorithm.startsWith('HS'));
/** Beyond it, revocation is what stands between a stolen token and its use: somebody should have said why. Seconds. */
const LONG = 3600;

const keysSchema = z
  .strictObject({
    algorithm: z
      .enum(signing)
      .default('ES256')
      .describe('The algorithm that new tokens are signed with. Example: `ML-DSA-65`.'),
    rotateEvery: positiveDuration()
      .prefault('90d')
      .describe('How long a key signs. The next one is published long before.'),
    overlap: duration()
      .prefault('7d')
      .describe('How long a key that signs no more stays published; never shorter than a token lives.'),
  })
  .describe('The signing keys.');

const accessTokenSchema = z
  .strictObject({
    lifetime: lifetime().prefault('10m').describe('How long an access token lives; 5m to 15m is the advice.'),
    longLifetimeReason: text()
      .optional()
      .describe('Why tokens may live for more than an hour; without it they may not.'),
  })
  .superRefine(({ lifetime: seconds, longLifetimeReason }, context) => {
    if (seconds <= LONG || longLifetimeReason !== undefined) return;
    const message = 'more than 1h needs a reason: say it in longLifetimeReason';
    context.addIssue({ code: 'custom', path: ['lifetime'], message });
  })
  .describe('Access tokens.');

const refreshTokenSchema = z
  .strictObject({
    lifetime: positiveDuration()
      .prefault('14d')
      .describe(
        'How long an application may go on without its user signing in again. Renewing does not prolong it.',
      ),
  })
  .describe('Refresh tokens. Each is good for one use, and no longer than the session that it came of.');

const sessionSchema = z
  .strictObject({
    lifetime: positiveDuration()
      .prefault('14d')
      .describe('How long somebody stays signed in in a browser, from when they signed in.'),
  })
  .describe('The sessions of people in their browsers.');

const mailSchema = z
  .strictObject({
    from: text()
      .refine((from) => /^[^<>]*<[^\s<>@]+@[^\s<>@]+>$|^[^\s<>@]+@[^\s<>@]+$/.test(from), {
        error: 'expected an address, or "Name <address>"',
      })
      .describe('The sender. Example: `"Example <no-reply@example.com>"`.'),
    smtp: text()
      .refine(
        (url) => url === 'log' || (/^smtps?:\/\/(?:[^@/\s]+@)?[^@/\s]+\/?$/.test(url) && URL.canParse(url)),
        {
          error: 'expected smtp://user:password@host:port, smtps://…, or log',
        },
      )
      .describe(
        'The server that takes mail: `smtp://…` (with STARTTLS beyond loopback) or `smtps://…`. `log` writes mails, with the links in them, to the process log: for a demo only. Example: `"smtp://portcullis:${SMTP_PASSWORD}@mail.example.com:587"`.',
      ),
  })
  .describe('How mail is sent. Without it nobody can register, or reset a password, by themselves.');

const registrationSchema = z
  .enum(['closed', 'open'])
  .default('closed')
  .describe(
    'Whether strangers may register. If `open`, an account is made once its email address is confirmed.',
  );

const identityProviderSchema = z
  .strictObject({
    name: name().describe(
      'Names it in the address that it sends people back to: `<issuer url>/providers/<name>/callback`.',
    ),
    title: text().optional().describe('What people read on the button. Default: the name.'),
    issuer: httpUrl().describe(
      'Its issuer identifier; everything else is discovered. https, or http on loopback.',
    ),
    clientId: text().describe('Our client_id there.'),
    clientSecret: text().describe('Our secret there. Example: `"${GOOGLE_SECRET}"`.'),
    scopes: z
      .array(text())
      .default(['openid', 'email', 'profile'])
      .describe('What is asked for; `openid` and `email` are needed.'),
  })
  .superRefine(({ issuer, scopes }, context) => {
    if (!isSecureUrl(new URL(issuer))) {
      context.addIssue({
        code: 'custom',
        path: ['issuer'],
        message: 'plain http is for loopback only: use https',
      });
    }
    if (!scopes.includes('openid')) {
      context.addIssue({ code: 'custom', path: ['scopes'], message: 'openid is needed' });
    }
  });

const limitsSchema = z
  .strictObject({
    perAddress: rate()
      .prefault('50/s')
      .describe('Requests of one address to the token, revocation and introspection endpoints.'),
    perClient: rate()
      .prefault('200/s')
      .describe('Requests of one client for tokens, and for introspections of tokens that are good.'),
  })
  .describe('Rate limits of the endpoints that take a credential. A burst of four seconds may come at once.');

export const issuerSchema = z
  .strictObject({
    url: httpUrl()
      .refine((url) => isSecureUrl(new URL(url)), {
        error: 'plain http is for loopback only: use https',
      })
      .describe(
        'The issuer identifier, exactly as it stands in `iss`: https, or http on loopback. Use a name, not an IP address: passkeys need one.',
      ),
    keys: keysSchema.prefault({}),
    accessToken: accessTokenSchema.prefault({}),
    refreshToken: refreshTokenSchema.prefault({}),
    session: sessionSchema.prefault({}),
    registration: registrationSchema,
    mail: mailSchema.optional(),
    identityProviders: z
      .array(identityProviderSchema)
      .max(20, { error: 'at most 20' })
      .default([])
      .describe('Other OpenID Connect providers by which people may sign in.'),
    limits: limitsSchema.prefault({}),
    trustedProxies: z
      .array(addressBlock())
      .default([])
      .describe('Addresses or blocks of proxies in front of the issuer whose X-Forwarded-For is believed.'),
    developmentKeys: text()
      .optional()
      .describe(
        'A file of keys for `portcullis token mint`, published beside the real ones: for development, since whoever reads it can make tokens. Without a `store`, the only keys; then the default is `./data/development-keys.json`.',
      ),
  })
  .superRefine(({ registration, mail, identityProviders }, context) => {
    const names = identityProviders.map(({ name: one }) => one);
    const twice = names.findIndex((one, index) => names.indexOf(one) !== index);
    if (twice !== -1) {
      const path = ['identityProviders', twice, 'name'];
      context.addIssue({ code: 'custom', path, message: 'this name stands there already' });
    }
    if (registration === 'closed' || mail !== undefined) return;
    const message = 'needs issuer.mail: an address is confirmed by a mail to it';
    context.addIssue({ code: 'custom', path: ['registration'], message });
  })
  .describe('Our own issuer.');
