import { exportPKCS8, exportSPKI, importJWK } from 'jose';

/** A key as PEM: SPKI (RFC 5280) or PKCS #8 (RFC 5958); undefined where WebCrypto has no such export. */
export async function exportPem(
  jwk: Readonly<Record<string, unknown>>,
  alg: string,
  half: 'public' | 'private',
): Promise<string | undefined> {
  const { use: _use, key_ops: _operations, ...members } = jwk;
  try {
    const key = await importJWK(members, alg, { extractable: true });
    if (!(key instanceof CryptoKey)) return undefined;
    return `${(await (half === 'public' ? exportSPKI(key) : exportPKCS8(key))).trim()}\n`;
  } catch {
    return undefined;
  }
}
