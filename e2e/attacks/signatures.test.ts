import { generateKeyPairSync } from 'node:crypto';
import { describe, it, test } from 'node:test';
import { eachRefused, openAttacked, RSA_ISSUER, TOGETHER } from '../support/attacked.ts';
import { claims, forge, type Signer, segment, signer } from '../support/forge.ts';

const edge = await openAttacked();

/** The order of P-256, and its distance to a signature's s: (r, n - s) verifies where (r, s) does. */
const N = BigInt('0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551');

function scalar(value: bigint): Buffer {
  return Buffer.from(value.toString(16).padStart(64, '0'), 'hex');
}

function pair(r: bigint, s: bigint): Signer {
  return () => Buffer.concat([scalar(r), scalar(s)]);
}

function altered(change: (signature: Buffer) => Uint8Array): Signer {
  return (input) => change(Buffer.from(edge.sign(input)));
}

describe('an ECDSA signature', TOGETHER, () => {
  const attacks: [name: string, sign: Signer][] = [
    ['r = s = 0 (CVE-2022-21449)', pair(0n, 0n)],
    ['r = 0', pair(0n, 1n)],
    ['s = 0', pair(1n, 0n)],
    ['r = s = 1', pair(1n, 1n)],
    ['r = s = n', pair(N, N)],
    ['r = n, s = 1', pair(N, 1n)],
    ['r = s = n - 1', pair(N - 1n, N - 1n)],
    ['all bits set', () => Buffer.alloc(64, 0xff)],
    ['in DER', signer(edge.ec.privateJwk, 'der')],
    ['of r = s = 0 in DER', () => Buffer.from('3006020100020100', 'hex')],
    ['with r plus n, in 33 bytes', altered((bytes) => Buffer.concat([Buffer.from([1]), bytes]))],
    ['with a zero byte before it', altered((bytes) => Buffer.concat([Buffer.alloc(1), bytes]))],
    ['with a zero byte after it', altered((bytes) => Buffer.concat([bytes, Buffer.alloc(1)]))],
    ['cut by a byte', altered((bytes) => bytes.subarray(0, 63))],
    ['of r alone', altered((bytes) => bytes.subarray(0, 32))],
    ['with one bit turned over', altered((bytes) => bytes.fill((bytes[40] ?? 0) ^ 1, 40, 41))],
    ['with r and s swapped', altered((bytes) => Buffer.concat([bytes.subarray(32), bytes.subarray(0, 32)]))],
    ['twice', altered((bytes) => Buffer.concat([bytes, bytes]))],
    ['that is missing', () => new Uint8Array()],
    ['of one zero byte', () => new Uint8Array(1)],
    ['of 12 KB', () => Buffer.alloc(11_000, 1)],
    [
      'of another key of the same curve',
      signer(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey),
    ],
    ['of a key of another curve', signer(generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey)],
    ['of an RSA key', signer(edge.rsa.privateJwk)],
    ['over the payload alone', (input) => edge.sign(input.slice(input.indexOf('.') + 1))],
    [
      'over the decoded text',
      (input) =>
        edge.sign(
          input
            .split('.')
            .map((part) => Buffer.from(part, 'base64url'))
            .join('.'),
        ),
    ],
  ];
  eachRefused(
    edge,
    401,
    'signature_invalid',
    attacks.map(([name, sign]) => [name, { token: forge(edge.header, claims(), sign) }]),
  );
});

describe('an RSA signature', TOGETHER, () => {
  const { privateJwk } = edge.rsa;
  const size = 256;
  const modulus = Buffer.from(String(privateJwk['n']), 'base64url');
  const attacks: [name: string, sign: Signer][] = [
    ['0', () => Buffer.alloc(size)],
    ['1', () => Buffer.concat([Buffer.alloc(size - 1), Buffer.from([1])])],
    ['n', () => modulus],
    ['that is missing', () => new Uint8Array()],
    ['that is cut by a byte', (input) => signer(privateJwk)(input).subarray(1)],
    ['with a zero byte before it', (input) => Buffer.concat([Buffer.alloc(1), signer(privateJwk)(input)])],
    ['of an EC key', edge.sign],
  ];
  const header = { alg: 'RS256', kid: privateJwk.kid, typ: 'at+jwt' };
  eachRefused(
    edge,
    401,
    'signature_invalid',
    attacks.map(([name, sign]) => [name, { token: forge(header, claims({ iss: RSA_ISSUER }), sign) }]),
  );
});

describe('a token that was good', TOGETHER, () => {
  const [header, , signature] = edge.token().split('.');
  const rich = segment(claims({ sub: 'admin', scope: 'read:orders write:orders' }));
  eachRefused(edge, 401, 'signature_invalid', [
    ['with another payload', { token: `${header}.${rich}.${signature}` }],
    [
      'with another header',
      { token: edge.token().replace(/^[^.]+/, segment({ alg: 'ES256', typ: 'at+jwt' })) },
    ],
    ['with the signature of another token', { token: edge.token().replace(/[^.]+$/, signature ?? '') }],
  ]);

  it('is admitted, so that these tests prove something', async () => {
    await edge.admits({ token: edge.token() });
  });
});

test('nothing of this reaches the upstream or a log', () => edge.assertQuiet());
