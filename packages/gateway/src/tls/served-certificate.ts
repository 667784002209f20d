import { createSecureContext, type SecureContext, type SecureContextOptions } from 'node:tls';
import { type KeyPairFiles, readKeyPair } from './key-pair.ts';
import { TlsFileError } from './pem-file.ts';
import { CIPHERS, type TlsVersion } from './protocol.ts';

/** A certificate as the listener shows it. */
export interface ServedCertificate {
  readonly files: KeyPairFiles;
  readonly options: SecureContextOptions;
  readonly context: SecureContext;
  /** Seconds since the epoch. */
  readonly notAfter: number;
  /** The name in the certificate that stands for this host, which may be a wildcard; undefined when there is none. */
  nameFor(host: string): string | undefined;
}

/** @throws TlsFileError */
export async function openServedCertificate(
  files: KeyPairFiles,
  minVersion: TlsVersion,
): Promise<ServedCertificate> {
  const pair = await readKeyPair(files);
  const { certificate } = pair;
  const options: SecureContextOptions = { ...pair.pem, minVersion, ciphers: CIPHERS };
  return {
    files,
    options,
    context: contextOf(options, files),
    notAfter: Date.parse(certificate.validTo) / 1000,
    nameFor: (host) => certificate.checkHost(host, { subject: 'never' }),
  };
}

function contextOf(options: SecureContextOptions, { cert }: KeyPairFiles): SecureContext {
  try {
    return createSecureContext(options);
  } catch (error) {
    // OpenSSL's own refusals: a key too small, a digest too weak, a broken certificate further down.
    const why = error instanceof Error && 'reason' in error ? String(error.reason) : 'OpenSSL refuses it';
    throw new TlsFileError('cert', cert, why);
  }
}
