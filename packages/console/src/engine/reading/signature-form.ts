import { type Algorithm, isAlgorithm } from '@portcullis/token';
import { encodeBase64url } from './base64url.ts';
import type { Fault } from './faults.ts';

/** The length of a signature in bytes, where the algorithm alone decides (RFC 7518 section 3, RFC 8032, FIPS 204). */
const LENGTHS: Readonly<Partial<Record<Algorithm, number>>> = {
  HS256: 32,
  HS384: 48,
  HS512: 64,
  ES256: 64,
  ES384: 96,
  ES512: 132,
  Ed25519: 64,
  'ML-DSA-44': 2420,
  'ML-DSA-65': 3309,
  'ML-DSA-87': 4627,
};

/** A signature that cannot be one of its algorithm, at the place of the signature. */
export function signatureFault(
  alg: unknown,
  bytes: Uint8Array,
  place: { readonly start: number; readonly end: number },
): Fault | undefined {
  if (!isAlgorithm(alg)) return undefined;
  const expected = LENGTHS[alg];
  if (expected === undefined || bytes.length === expected || bytes.length === 0) return undefined;
  const facts = { alg, bytes: bytes.length, expected };
  const raw = alg.startsWith('ES') ? rawOf(bytes, expected / 2) : undefined;
  if (raw === undefined) return { code: 'signature_length', pane: 'token', ...place, facts };
  return {
    code: 'signature_der',
    pane: 'token',
    ...place,
    facts,
    mend: { ...place, text: encodeBase64url(raw) },
  };
}

/**
 * The two numbers of an ECDSA signature side by side (RFC 7518 section 3.4), from the DER that OpenSSL and others make
 * (RFC 3279 section 2.2.3); undefined for anything else.
 */
function rawOf(der: Uint8Array, size: number): Uint8Array<ArrayBuffer> | undefined {
  const body = elementAt(der, 0, 0x30);
  if (body === undefined || body.end !== der.length) return undefined;
  const r = elementAt(der, body.start, 0x02);
  const s = r && elementAt(der, r.end, 0x02);
  if (r === undefined || s === undefined || s.end !== body.end) return undefined;
  const raw = new Uint8Array(size * 2);
  for (const [index, { start, end }] of [r, s].entries()) {
    const number = der.slice(start, end);
    const digits = number.slice(number.findIndex((byte) => byte !== 0));
    if (digits.length > size) return undefined;
    raw.set(digits, size * (index + 1) - digits.length);
  }
  return raw;
}

/** The content of a DER element of this tag, whose length takes one byte, or two from 128 on. */
function elementAt(der: Uint8Array, at: number, tag: number): { start: number; end: number } | undefined {
  const [found, length = 0, more = 0] = der.subarray(at, at + 3);
  if (found !== tag) return undefined;
  const [start, size] = length === 0x81 ? [at + 3, more] : [at + 2, length];
  return size < 0x100 && start + size <= der.length ? { start, end: start + size } : undefined;
}
