import type { CertificateFacts } from './certificate.ts';
import { readKeys } from './read-keys.ts';

/** Most certificates of a chain that are shown. */
const MOST = 10;

/** The certificates of an `x5c` header (RFC 7515 section 4.1.6) as they describe themselves. None of them is verified. */
export async function chainOf(x5c: unknown): Promise<readonly CertificateFacts[]> {
  if (!Array.isArray(x5c)) return [];
  const certificates: CertificateFacts[] = [];
  for (const one of x5c.slice(0, MOST)) {
    if (typeof one !== 'string') continue;
    const text = `-----BEGIN CERTIFICATE-----\n${one}\n-----END CERTIFICATE-----`;
    const material = await readKeys({ text, encoding: 'utf8' });
    const certificate = material.kind === 'keys' ? material.keys[0]?.certificate : undefined;
    if (certificate !== undefined) certificates.push(certificate);
  }
  return certificates;
}
