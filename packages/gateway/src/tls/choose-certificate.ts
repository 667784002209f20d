import type { ServedCertificate } from './served-certificate.ts';

/**
 * The certificate for the name that a client asks for (RFC 6066 section 3): one that has this very name goes before one
 * with a wildcard, the earlier before the later; where none fits, the first.
 */
export function chooseCertificate(
  certificates: readonly Pick<ServedCertificate, 'nameFor'>[],
  host: string,
): number {
  let wildcard: number | undefined;
  for (const [index, certificate] of certificates.entries()) {
    const name = certificate.nameFor(host);
    if (name === undefined) continue;
    if (name.toLowerCase() === host.toLowerCase()) return index;
    wildcard ??= index;
  }
  return wildcard ?? 0;
}
