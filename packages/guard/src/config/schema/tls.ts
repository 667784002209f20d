import * as z from 'zod';
import { positiveDuration, text } from './values.ts';

const passphrase = () =>
  text().optional().describe('What the private key is encrypted with. Example: `"${KEY_PASSPHRASE}"`.');

/** A file is read again when it changes; a bad one changes nothing. */
const certificateSchema = z.strictObject({
  cert: text().describe(
    'A PEM file: the certificate, then those that lead to its authority. Its names say for whom it is shown.',
  ),
  key: text().describe('A PEM file with its private key.'),
  passphrase: passphrase(),
});

export const tlsSchema = z.strictObject({
  certificates: z
    .array(certificateSchema)
    .min(1, { error: 'name at least one certificate' })
    .max(1000)
    .describe(
      'Certificates, chosen by the name that the client asks for (SNI); the first is also for clients that name none, or an unknown one. The files are read again when they change.',
    ),
  minVersion: z.enum(['TLSv1.2', 'TLSv1.3']).default('TLSv1.2').describe('The oldest TLS version spoken.'),
  hsts: z
    .union([z.literal('off'), positiveDuration()], { error: 'expected off or a duration such as 365d' })
    .prefault('365d')
    .describe('How long browsers shall use nothing but HTTPS for this host (RFC 6797), or off.'),
});

/** Towards an upstream. There is no way to leave its certificate unchecked. */
export const upstreamTlsSchema = z
  .strictObject({
    ca: text()
      .optional()
      .describe(
        'A PEM file of the only authorities whose certificates the upstream may show. Default: those of Node.',
      ),
    cert: text()
      .optional()
      .describe('A PEM file with the certificate that we show to the upstream (mutual TLS).'),
    key: text().optional().describe('A PEM file with its private key.'),
    passphrase: passphrase(),
    serverName: text()
      .optional()
      .describe(
        'The name that its certificate must have, and that we ask for (SNI). Default: the host of url.',
      ),
  })
  .superRefine(({ cert, key }, context) => {
    if ((cert === undefined) === (key === undefined)) return;
    context.addIssue({ code: 'custom', message: 'cert and key go together' });
  });
