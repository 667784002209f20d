import { checkPrimeSync, randomBytes } from 'node:crypto';

const GENERATOR = 65_537n;

/**
 * The modulus of an RSA key as a chip with the ROCA flaw makes it (CVE-2017-15361): each prime is k * M + 65537^a mod M
 * for a primorial M, so that few values of a are left to try. The key is as weak as its model and made for tests only.
 */
export function rocaModulus(bits = 2048): Buffer {
  const modulus = rocaPrime(bits / 2) * rocaPrime(bits / 2);
  const text = modulus.toString(16);
  return text.length === bits / 4 ? Buffer.from(text, 'hex') : rocaModulus(bits);
}

function rocaPrime(bits: number): bigint {
  // 126 primes for 1024 bits: their product has 971.
  const m = firstPrimes(126).reduce((product, prime) => product * prime, 1n);
  const a = BigInt(`0x${randomBytes(16).toString('hex')}`);
  const rest = power(GENERATOR, a, m);
  const least = (3n << BigInt(bits - 2)) / m + 1n;
  for (let k = least + BigInt(randomBytes(4).readUInt32BE()); ; k += 1n) {
    const candidate = k * m + rest;
    if (checkPrimeSync(candidate)) return candidate;
  }
}

function firstPrimes(count: number): bigint[] {
  const found: bigint[] = [];
  for (let value = 2n; found.length < count; value += 1n) {
    if (found.every((prime) => value % prime !== 0n)) found.push(value);
  }
  return found;
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let [result, square] = [1n, base % modulus];
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}
