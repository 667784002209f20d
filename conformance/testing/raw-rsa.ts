/** RSA signatures of any number and any encoding, made without the padding of a library. */
import { constants, createHash, createPrivateKey, privateEncrypt } from 'node:crypto';
import { type Algorithm, generateKey } from '@portcullis/token';
import { jwsVerdict } from './jws-verdict.ts';

/** The length of the modulus of the keys. */
export const BYTES = 256;

/** A key pair that signs whatever it is given as one text. */
export interface RawSigner {
  /** The bytes that are signed: header and payload, joined by a dot. */
  readonly input: Buffer;
  readonly modulus: bigint;
  /** m^d mod n of an encoded message. */
  sign(encoded: Buffer): Buffer;
  /** What our packages say to the text with this signature: `accepted`, or the code of the refusal. */
  verdict(signature: Buffer): Promise<string>;
}

export async function rawSigner(alg: Algorithm): Promise<RawSigner> {
  const { privateJwk, publicJwk } = await generateKey(alg);
  const key = createPrivateKey({ key: { ...privateJwk }, format: 'jwk' });
  const input = [JSON.stringify({ alg }), '{}']
    .map((part) => Buffer.from(part).toString('base64url'))
    .join('.');
  return {
    input: Buffer.from(input),
    modulus: numberOf(Buffer.from(publicJwk.n ?? '', 'base64url')),
    sign: (encoded) => privateEncrypt({ key, padding: constants.RSA_NO_PADDING }, encoded),
    async verdict(signature) {
      const answer = await jwsVerdict([publicJwk], `${input}.${signature.toString('base64url')}`);
      return 'content' in answer ? 'accepted' : answer.refused;
    },
  };
}

export function sha256(...parts: readonly Uint8Array[]): Buffer {
  return createHash('sha256').update(Buffer.concat(parts)).digest();
}

/** Numbers that are no signature of anything, and others that stand for this one under another name. */
export function wrongNumbers(signature: Buffer, n: bigint): Buffer[] {
  const good = numberOf(signature);
  const numbers = [0n, 1n, n - 1n, n, n - good, good + n].map(bytesOf);
  return [
    ...numbers,
    Buffer.concat([Buffer.alloc(1), signature]),
    Buffer.concat([signature, Buffer.alloc(2)]),
  ];
}

function numberOf(bytes: Buffer): bigint {
  return BigInt(`0x${bytes.toString('hex')}`);
}

function bytesOf(value: bigint): Buffer {
  const digits = value.toString(16).padStart(BYTES * 2, '0');
  return Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex');
}
