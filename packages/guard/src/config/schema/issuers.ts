import { ALGORITHMS, CONTENT_ENCRYPTIONS, isSecureUrl, KEY_MANAGEMENT_ALGORITHMS } from '@portcullis/token';
import * as z from 'zod';
import { duration, httpUrl, name, positiveDuration, text } from './values.ts';

const KEY_SOURCES = ['jwksUri', 'jwksFile', 'pem', 'secrets'] as const;
/** Seconds; the verifier allows no more. */
const MAX_SKEW = 60;

const decryptionSchema = z
  .strictObject({
    algorithms: z
      .array(z.enum(KEY_MANAGEMENT_ALGORITHMS))
      .min(1, { error: 'name at least one algorithm' })
      .describe('The only values of `alg` accepted in the header of an encrypted token.'),
    encryptions: z
      .array(z.enum(CONTENT_ENCRYPTIONS))
      .min(1, { error: 'name at least one content encryption' })
      .describe('The only values of `enc` accepted in the header of an encrypted token.'),
    jwksFile: text()
      .optional()
      .describe(
        'A file with private keys of ours as a JSON Web Key Set, at most 4, for this purpose only; read at start and at each reload.',
      ),
    secrets: z
      .array(text())
      .min(1)
      .max(4, { error: 'at most 4 secrets' })
      .optional()
      .describe(
        'Keys shared with the issuer, for `dir` and `A*KW`: UTF-8 text or `base64url:…`, each exactly as long as its algorithm needs. Example: `["base64url:${SHARED_KEY}"]`.',
      ),
    required: z.boolean().default(false).describe('Refuse tokens of this issuer that are not encrypted.'),
  })
  .superRefine(({ jwksFile, secrets }, context) => {
    if ((jwksFile === undefined) !== (secrets === undefined)) return;
    context.addIssue({ code: 'custom', message: 'needs exactly one of jwksFile and secrets' });
  });

export const trustedIssuerSchema = z
  .strictObject({
    name: name().describe('What operators call this issuer; APIs refer to it by this name.'),
    issuer: text().describe('The exact `iss` of its tokens.'),
    algorithms: z
      .array(z.enum(ALGORITHMS))
      .min(1, { error: 'name at least one algorithm' })
      .describe('The only signature algorithms accepted from this issuer.'),
    jwksUri: httpUrl().optional().describe('The URL of its JSON Web Key Set: https, or http on loopback.'),
    jwksFile: text()
      .optional()
      .describe(
        'A file that holds its JSON Web Key Set; read again when it changes. While it is bad, the last good keys stay.',
      ),
    pem: text()
      .optional()
      .describe(
        'A file of public keys or certificates in PEM; read again when it changes. While it is bad, the last good keys stay.',
      ),
    secrets: z
      .array(text())
      .min(1)
      .optional()
      .describe(
        'HMAC secrets, as UTF-8 text or `base64url:…`. All listed ones verify, so that they can be rotated. Example: `["${SECRET_NEW}", "${SECRET_OLD}"]`.',
      ),
    decryption: decryptionSchema
      .optional()
      .describe(
        'How this issuer encrypts its tokens (JWE around a signed JWT). Left out, encrypted tokens of this issuer are refused.',
      ),
    types: z
      .array(text())
      .min(1)
      .default(['at+jwt'])
      .describe('The values of `typ` accepted; `none` stands for a token without one.'),
    audienceOptional: z
      .boolean()
      .default(false)
      .describe('Accept tokens without `aud`. An `aud` that is there is still checked.'),
    requiredClaims: z
      .array(text())
      .default([])
      .describe('Claims that every token of this issuer must carry.'),
    maxLifetime: positiveDuration()
      .prefault('24h')
      .describe('The longest lifetime a token may have, from `iat` to `exp`.'),
    clockSkew: duration()
      .refine((seconds) => seconds <= MAX_SKEW, { error: `at most ${MAX_SKEW}s` })
      .prefault('5s')
      .describe('How far clocks may differ; at most 60s.'),
    maxStale: positiveDuration()
      .prefault('24h')
      .describe('How long the last good key set is used when no newer one can be fetched.'),
    allowPrivateAddresses: z
      .boolean()
      .default(false)
      .describe(
        'Fetch its keys also where its name leads to a private, shared or link-local address, as for an issuer inside your own network. Otherwise such a fetch is refused.',
      ),
  })
  .superRefine((issuer, context) => {
    const given = KEY_SOURCES.filter((source) => issuer[source] !== undefined);
    if (issuer.allowPrivateAddresses && given.some((source) => source !== 'jwksUri')) {
      const message = 'only for keys that are fetched: by jwksUri, or discovered';
      context.addIssue({ code: 'custom', message, path: ['allowPrivateAddresses'] });
    }
    if (given.length === 1) return;
    if (given.length > 1) {
      const message = `needs at most one of ${KEY_SOURCES.join(', ')}, but has ${given.join(' and ')}`;
      context.addIssue({ code: 'custom', message });
    } else if (!isDiscoverable(issuer.issuer)) {
      const message = `needs one of ${KEY_SOURCES.join(', ')}: without one, keys are discovered, for which issuer must be an https URL (http on loopback) without query and fragment`;
      context.addIssue({ code: 'custom', message });
    }
  })
  .describe(
    'Its keys come from one of `jwksUri`, `jwksFile`, `pem` and `secrets`. Without any of them they are discovered: by `<issuer>/.well-known/openid-configuration` (OpenID Connect Discovery), or else by `/.well-known/oauth-authorization-server` (RFC 8414).',
  );

function isDiscoverable(issuer: string): boolean {
  if (!URL.canParse(issuer) || /[?#]/.test(issuer)) return false;
  return isSecureUrl(new URL(issuer));
}

export const issuersSchema = z
  .array(trustedIssuerSchema)
  .default([])
  .describe('The issuers whose tokens the gateway accepts.');
