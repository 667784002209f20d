/**
 * RS256 signatures whose padding is wrong in one place, made with the private key: the class that Wycheproof calls
 * ModifiedPadding. Who checks less than every byte can be fooled without the key (Bleichenbacher 2006, BERserk 2014).
 * The right encoding is 00 01 FF … FF 00 DigestInfo (RFC 8017 section 9.2).
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { BYTES, rawSigner, sha256, wrongNumbers } from './testing/raw-rsa.ts';

const signer = await rawSigner('RS256');

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');
const HASH = sha256(signer.input);
const OID_SHA256 = '06 09 60 86 48 01 65 03 04 02 01';
const ALGORITHM = `30 0d ${OID_SHA256} 05 00`;
const DIGEST_INFO = Buffer.concat([hex(`30 31 ${ALGORITHM} 04 20`), HASH]);

interface Block {
  readonly start?: string;
  readonly fill?: number;
  /** How many bytes of padding; as many as there is room for unless it says otherwise. */
  readonly padding?: number;
  readonly separator?: string;
  readonly info?: Buffer;
  readonly after?: Buffer;
}

function block({
  start = '00 01',
  fill = 0xff,
  padding,
  separator = '00',
  info = DIGEST_INFO,
  after,
}: Block): Buffer {
  const [head, middle, tail = Buffer.alloc(0)] = [hex(start), hex(separator), after];
  const room = BYTES - head.length - middle.length - info.length - tail.length;
  const used = padding ?? room;
  const rest = Buffer.concat([tail, Buffer.alloc(room - used, 0x5a)]);
  return Buffer.concat([head, Buffer.alloc(used, fill), middle, info, rest]);
}

/** DigestInfo with another start, such as another way to write its lengths. */
const info = (start: string, hash: Buffer = HASH) => Buffer.concat([hex(start), hash]);
const sha1 = createHash('sha1').update(signer.input).digest();
const sha384 = createHash('sha384').update(signer.input).digest();

const WRONG_BLOCKS: readonly (readonly [name: string, block: Buffer])[] = [
  ['garbage after the hash and short padding (Bleichenbacher 2006)', block({ padding: 8 })],
  ['garbage after the hash, full length of padding but one', block({ after: Buffer.of(0) })],
  ['no padding at all', block({ padding: 0 })],
  ['padding of block type 2', block({ start: '00 02' })],
  ['padding of block type 0', block({ start: '00 00', fill: 0 })],
  ['a first byte that is not zero', block({ start: '01 01' })],
  ['padding with one byte that is not FF', block({}).fill(0x00, 100, 101)],
  ['padding of zeros', block({ fill: 0 })],
  ['no separator', block({ separator: '' })],
  ['a separator that is not zero', block({ separator: '01' })],
  ['the hash without DigestInfo', block({ info: HASH })],
  ['no NULL parameters', block({ info: info(`30 2f 30 0b ${OID_SHA256} 04 20`) })],
  ['parameters that are no NULL', block({ info: info(`30 31 30 0d ${OID_SHA256} 04 00 04 20`) })],
  ['NULL with content (BERserk)', block({ info: info(`30 32 30 0e ${OID_SHA256} 05 01 00 04 20`) })],
  ['a sequence length in long form', block({ info: info(`30 81 31 ${ALGORITHM} 04 20`) })],
  ['a sequence length with a leading zero', block({ info: info(`30 82 00 31 ${ALGORITHM} 04 20`) })],
  ['a sequence length too great', block({ info: info(`30 32 ${ALGORITHM} 04 20`) })],
  ['a sequence length too small', block({ info: info(`30 30 ${ALGORITHM} 04 20`) })],
  ['a sequence length of 2^32 + 49', block({ info: info(`30 85 01 00 00 00 31 ${ALGORITHM} 04 20`) })],
  [
    'a sequence length of 2^64 + 49',
    block({ info: info(`30 89 01 00 00 00 00 00 00 00 31 ${ALGORITHM} 04 20`) }),
  ],
  [
    'a sequence of indefinite length',
    block({ info: Buffer.concat([hex(`30 80 ${ALGORITHM} 04 20`), HASH, hex('00 00')]) }),
  ],
  ['a set in place of the sequence', block({ info: info(`31 31 ${ALGORITHM} 04 20`) })],
  [
    'bytes within the sequence after the hash',
    block({ info: Buffer.concat([info(`30 33 ${ALGORITHM} 04 20`), hex('05 00')]) }),
  ],
  ['bytes in front of the algorithm', block({ info: info(`30 33 05 00 ${ALGORITHM} 04 20`) })],
  [
    'an object identifier of another hash',
    block({ info: info('30 31 30 0d 06 09 60 86 48 01 65 03 04 02 02 05 00 04 20') }),
  ],
  [
    'an object identifier with a leading 80',
    block({ info: info('30 32 30 0e 06 0a 80 60 86 48 01 65 03 04 02 01 05 00 04 20') }),
  ],
  ['a hash length in long form', block({ info: info(`30 32 ${ALGORITHM} 04 81 20`) })],
  ['a bit string for the hash', block({ info: info(`30 31 ${ALGORITHM} 03 20`) })],
  ['a hash cut short', block({ info: info(`30 30 ${ALGORITHM} 04 1f`, HASH.subarray(0, 31)) })],
  ['no hash', block({ info: info(`30 11 ${ALGORITHM} 04 00`, Buffer.alloc(0)) })],
  ['SHA-1', block({ info: info('30 21 30 09 06 05 2b 0e 03 02 1a 05 00 04 14', sha1) })],
  ['SHA-384', block({ info: info('30 41 30 0d 06 09 60 86 48 01 65 03 04 02 02 05 00 04 30', sha384) })],
];

test('RS256: the right encoding passes, so that the wrong ones are refused for what is wrong in them', async () => {
  assert.equal(await signer.verdict(signer.sign(block({}))), 'accepted');
});

for (const [name, encoded] of WRONG_BLOCKS) {
  test(`RS256: refuses ${name}`, async () => {
    assert.equal(encoded.length, BYTES);
    assert.equal(await signer.verdict(signer.sign(encoded)), 'signature_invalid');
  });
}

test('RS256: refuses 0, 1, n - 1, n, a signature plus n, and zeros in front of it or after it', async () => {
  for (const wrong of wrongNumbers(signer.sign(block({})), signer.modulus)) {
    assert.equal(await signer.verdict(wrong), 'signature_invalid');
  }
});
