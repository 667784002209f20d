import { createPublicKey } from 'node:crypto';
import type { PrivateJwk } from '@portcullis/token';

/** Every way in which the public half of a key is written down, and so might be taken for an HMAC secret. */
export function publicKeySpellings(privateJwk: PrivateJwk): [name: string, bytes: string | Uint8Array][] {
  const key = createPublicKey({ key: { ...privateJwk }, format: 'jwk' });
  const pem = String(key.export({ type: 'spki', format: 'pem' }));
  const der = key.export({ type: 'spki', format: 'der' });
  const bare = key.export({ format: 'jwk' });
  const { kid, alg } = privateJwk;
  const full = { ...bare, kid, alg, use: 'sig' };
  const lines = pem.trimEnd().split('\n').slice(1, -1);
  const spellings: [string, string | Uint8Array][] = [
    ['PEM', pem],
    ['PEM without its last newline', pem.trimEnd()],
    ['PEM with two last newlines', `${pem}\n`],
    ['PEM with CRLF', pem.replaceAll('\n', '\r\n')],
    ['PEM with CRLF, without the last', pem.trimEnd().replaceAll('\n', '\r\n')],
    ['PEM on one line', pem.replaceAll('\n', '')],
    ['PEM with the newlines as \\n', pem.replaceAll('\n', '\\n')],
    ['PEM with a NUL after it', `${pem}\0`],
    ['PEM in base64', Buffer.from(pem).toString('base64')],
    ['body of the PEM', lines.join('')],
    ['body of the PEM in lines', lines.join('\n')],
    ['DER', der],
    ['DER in base64', der.toString('base64')],
    ['DER in base64url', der.toString('base64url')],
    ['DER in hex', der.toString('hex')],
    ['JWK as published', JSON.stringify(full)],
    ['JWK of the key members only', JSON.stringify(bare)],
    ['JWK indented', JSON.stringify(full, null, 2)],
    ['JWK in base64url', Buffer.from(JSON.stringify(full)).toString('base64url')],
    ['JWK Set', JSON.stringify({ keys: [full] })],
    ['kid', kid],
    ['nothing', ''],
  ];
  if (key.asymmetricKeyType === 'rsa') {
    const pkcs1 = String(key.export({ type: 'pkcs1', format: 'pem' }));
    spellings.push(['PKCS#1 PEM', pkcs1], ['PKCS#1 PEM without its last newline', pkcs1.trimEnd()]);
    spellings.push(['PKCS#1 DER', key.export({ type: 'pkcs1', format: 'der' })]);
  }
  for (const name of ['n', 'x', 'y'] as const) {
    const value = bare[name];
    if (value === undefined) continue;
    spellings.push([`member ${name}`, value], [`bytes of ${name}`, Buffer.from(value, 'base64url')]);
  }
  return spellings;
}
