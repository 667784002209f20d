/**
 * The y coordinates (as 32 bytes, little endian, sign bit cleared) of the points of small order on edwards25519,
 * also in their spellings beyond the field prime (RFC 8032 section 5.1.3 forbids those, but libraries differ).
 * Under such a "public key" one signature fits nearly any message.
 */
const SMALL_ORDER: ReadonlySet<string> = new Set([
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
]);

/** True when this Ed25519 public key is a point of small order. */
export function isSmallOrder(point: Uint8Array): boolean {
  const hex = Array.from(point, (byte, at) => (at === 31 ? byte & 0x7f : byte).toString(16).padStart(2, '0'));
  return SMALL_ORDER.has(hex.join(''));
}
