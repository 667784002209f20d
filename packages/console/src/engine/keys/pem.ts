import { ObjectIdentifier } from 'asn1js';
import { KeyTextError } from '../../errors.ts';
import { encodeBase64url } from '../reading/base64url.ts';
import { type CertificateFacts, readCertificate } from './certificate.ts';
import { childrenOf, der, type Element, oidOf, readDer } from './der.ts';

/** One block of a PEM text (RFC 7468). */
export interface PemBlock {
  readonly label: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** A key out of PEM, exported as a JWK by WebCrypto. */
export interface PemKey {
  readonly label: string;
  readonly jwk: JsonWebKey;
  readonly certificate: CertificateFacts | undefined;
}

const LABELS = new Set([
  'PUBLIC KEY',
  'RSA PUBLIC KEY',
  'CERTIFICATE',
  'PRIVATE KEY',
  'RSA PRIVATE KEY',
  'EC PRIVATE KEY',
]);

/** The blocks of a PEM text. Throws {@link KeyTextError}. */
export function readPem(text: string): readonly PemBlock[] {
  // Keys come out of JSON and .env files with their line breaks written out.
  const unescaped = text.replaceAll('\\r', '').replaceAll('\\n', '\n');
  const [, ...pieces] = unescaped.split('-----BEGIN ');
  const blocks = pieces.map(readBlock);
  // Older tools write the parameters of a curve before the key that has them too.
  const keys = blocks.filter(({ label }) => label !== 'EC PARAMETERS');
  if (keys.length === 0) throw new KeyTextError('pem_cut_off');
  return keys;
}

/** @param piece from behind `-----BEGIN ` to the next block */
function readBlock(piece: string): PemBlock {
  const mark = piece.indexOf('-----');
  const label = piece.slice(0, Math.max(0, mark));
  const end = piece.indexOf(`-----END ${label}-----`);
  if (mark < 0 || end < 0) throw new KeyTextError('pem_cut_off');
  const body = piece.slice(mark + 5, end);
  if (label === 'ENCRYPTED PRIVATE KEY' || (body.includes('Proc-Type:') && body.includes('ENCRYPTED'))) {
    throw new KeyTextError('pem_encrypted');
  }
  if (label.startsWith('OPENSSH')) throw new KeyTextError('pem_openssh');
  if (!LABELS.has(label) && label !== 'EC PARAMETERS') {
    throw new KeyTextError('pem_unknown_label', label.slice(0, 60));
  }
  try {
    return { label, bytes: Uint8Array.fromBase64(body.replaceAll(/\s/g, '')) };
  } catch {
    throw new KeyTextError('pem_unreadable', label);
  }
}

/** Imports one block, whatever of these it is: SPKI, PKCS #1, PKCS #8, SEC 1 or X.509. Throws {@link KeyTextError}. */
export async function pemKey({ label, bytes }: PemBlock): Promise<PemKey> {
  try {
    if (label !== 'CERTIFICATE') return { label, jwk: await jwkOf(label, bytes), certificate: undefined };
    const { facts, spki } = readCertificate(bytes);
    return {
      label,
      jwk: await exported('spki', spki),
      certificate: { ...facts, fingerprint: await fingerprint(bytes) },
    };
  } catch (error) {
    throw error instanceof KeyTextError ? error : new KeyTextError('unsupported_key', label);
  }
}

async function fingerprint(certificate: Uint8Array<ArrayBuffer>): Promise<string> {
  return encodeBase64url(new Uint8Array(await crypto.subtle.digest('SHA-256', certificate)));
}

function jwkOf(label: string, bytes: Uint8Array<ArrayBuffer>): Promise<JsonWebKey> {
  switch (label) {
    case 'RSA PUBLIC KEY':
      return exported('spki', der.encode(der.sequence(rsaAlgorithm(), der.bits(bytes))));
    case 'RSA PRIVATE KEY':
      return exported('pkcs8', der.encode(der.sequence(der.zero(), rsaAlgorithm(), der.octets(bytes))));
    case 'EC PRIVATE KEY':
      return exported('pkcs8', pkcs8OfEc(bytes));
    case 'PRIVATE KEY':
      return exported('pkcs8', bytes);
    default:
      return exported('spki', bytes);
  }
}

const RSA = '1.2.840.113549.1.1.1';
const RSA_PSS = '1.2.840.113549.1.1.10';
const EC = '1.2.840.10045.2.1';
const CURVES: Readonly<Record<string, string>> = {
  '1.2.840.10045.3.1.7': 'P-256',
  '1.3.132.0.34': 'P-384',
  '1.3.132.0.35': 'P-521',
};

/** How WebCrypto is asked for a key of this type (RFC 3279, RFC 5480, RFC 8410, RFC 9881). */
const NAMES: Readonly<Record<string, { readonly name: string; readonly use: 'sign' | 'derive' }>> = {
  [RSA]: { name: 'RSASSA-PKCS1-v1_5', use: 'sign' },
  [EC]: { name: 'ECDSA', use: 'sign' },
  '1.3.101.112': { name: 'Ed25519', use: 'sign' },
  '1.3.101.110': { name: 'X25519', use: 'derive' },
  '2.16.840.1.101.3.4.3.17': { name: 'ML-DSA-44', use: 'sign' },
  '2.16.840.1.101.3.4.3.18': { name: 'ML-DSA-65', use: 'sign' },
  '2.16.840.1.101.3.4.3.19': { name: 'ML-DSA-87', use: 'sign' },
};

/** RFC 8017 appendix A.1: the parameters are NULL. */
function rsaAlgorithm() {
  return der.sequence(der.oid(RSA), der.nothing());
}

/** RFC 5915 in RFC 5958: the curve stands in the key, and must stand around it. */
function pkcs8OfEc(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const parameters = childrenOf(readDer(bytes)).find(
    ({ idBlock }) => idBlock.tagClass === 3 && idBlock.tagNumber === 0,
  );
  const [curve] = childrenOf(parameters);
  curveOf(curve);
  return der.encode(
    der.sequence(der.zero(), der.sequence(der.oid(EC), der.oid(oidOf(curve))), der.octets(bytes)),
  );
}

async function exported(format: 'spki' | 'pkcs8', bytes: Uint8Array<ArrayBuffer>): Promise<JsonWebKey> {
  const [first, second, third] = childrenOf(readDer(bytes));
  const [type, parameters] = childrenOf(format === 'spki' ? first : second);
  const oid = oidOf(type);
  // RFC 4055: a key for PSS only. WebCrypto knows RSA keys of the general kind; the numbers are the same.
  if (oid === RSA_PSS) return exported(format, asGeneralRsa(format, format === 'spki' ? second : third));
  const asked = NAMES[oid];
  if (asked === undefined) throw new KeyTextError('unsupported_key', oid);
  const namedCurve = oid === EC ? curveOf(parameters) : undefined;
  const algorithm = { name: asked.name, hash: 'SHA-256', ...(namedCurve !== undefined && { namedCurve }) };
  const half = format === 'spki' ? 'public' : 'private';
  const usages = {
    sign: { public: ['verify'], private: ['sign'] },
    derive: { public: [], private: ['deriveBits'] },
  } as const;
  const key = await crypto.subtle.importKey(format, bytes, algorithm, true, [...usages[asked.use][half]]);
  return crypto.subtle.exportKey('jwk', key);
}

/** A curve by its name; RFC 5480 allows no spelled-out parameters, and no algorithm for tokens has another curve. */
function curveOf(parameters: Element | undefined): string {
  if (!(parameters instanceof ObjectIdentifier))
    throw new KeyTextError('unsupported_key', 'a curve without a name');
  const oid = oidOf(parameters);
  const curve = CURVES[oid];
  if (curve === undefined) throw new KeyTextError('unsupported_key', oid);
  return curve;
}

function asGeneralRsa(format: 'spki' | 'pkcs8', key: Element | undefined): Uint8Array<ArrayBuffer> {
  if (key === undefined) throw new KeyTextError('pem_unreadable');
  const parts = format === 'spki' ? [rsaAlgorithm(), key] : [der.zero(), rsaAlgorithm(), key];
  return der.encode(der.sequence(...parts));
}
