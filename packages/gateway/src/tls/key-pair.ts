import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import type { Configuration } from '@portcullis/guard';
import { fileBeside } from '../file-beside.ts';
import { readPemFile, TlsFileError } from './pem-file.ts';

/** Where a certificate and its private key are; full paths. */
export interface KeyPairFiles {
  readonly cert: string;
  readonly key: string;
  readonly passphrase?: string | undefined;
}

/** A certificate with its chain and the private key that belongs to it, as Node's TLS takes them. */
export interface KeyPair {
  readonly pem: { readonly cert: string; readonly key: string; readonly passphrase?: string };
  /** The first of the chain. */
  readonly certificate: X509Certificate;
}

/** Those of the listener, in the order of the configuration. */
export function listenerKeyPairs({ config, file }: Configuration): KeyPairFiles[] {
  return (config.gateway.tls?.certificates ?? []).map(({ cert, key, passphrase }) => ({
    cert: fileBeside(file, cert),
    key: fileBeside(file, key),
    passphrase,
  }));
}

/** @throws TlsFileError for what cannot be read, and for a key that does not belong to the certificate */
export async function readKeyPair({ cert, key, passphrase }: KeyPairFiles): Promise<KeyPair> {
  const certPem = await readPemFile('cert', cert);
  const keyPem = await readPemFile('key', key);
  const certificate = readCertificate(certPem, cert);
  if (!certificate.checkPrivateKey(readKey(keyPem, key, passphrase))) {
    throw new TlsFileError('key', key, `it is not the private key of the certificate in ${cert}`);
  }
  const pem = { cert: certPem, key: keyPem, ...(passphrase !== undefined && { passphrase }) };
  return { pem, certificate };
}

function readCertificate(pem: string, file: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch {
    throw new TlsFileError('cert', file, 'its first block is no certificate');
  }
}

function readKey(pem: string, file: string, passphrase: string | undefined): KeyObject {
  try {
    return createPrivateKey({ key: pem, ...(passphrase !== undefined && { passphrase }) });
  } catch {
    const encrypted = /ENCRYPTED/.test(pem);
    const why = encrypted ? 'it is encrypted, and passphrase does not open it' : 'it holds no private key';
    throw new TlsFileError('key', file, why);
  }
}
