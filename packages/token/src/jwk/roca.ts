/**
 * Tells an RSA modulus that was made by the flawed library of ROCA (CVE-2017-15361): its primes are powers of 65537 modulo
 * many small primes at once, which makes it possible to factor the key. Among other keys, one in about 2^28 looks so.
 *
 * Source: Nemec, Sys, Svenda, Klinec and Matyas, "The Return of Coppersmith's Attack", CCS 2017, section 3.
 */
export function isRocaModulus(modulus: bigint): boolean {
  return POWERS.every(([prime, powers]) => powers.has(Number(modulus % BigInt(prime))));
}

const GENERATOR = 65537;
const LARGEST_PRIME = 167;

/** For each small odd prime, the powers of the generator modulo it. */
const POWERS: readonly (readonly [prime: number, powers: ReadonlySet<number>])[] = oddPrimes(
  LARGEST_PRIME,
).map((prime) => {
  const powers = new Set<number>();
  for (let power = 1; !powers.has(power); power = (power * (GENERATOR % prime)) % prime) powers.add(power);
  return [prime, powers];
});

function oddPrimes(most: number): number[] {
  const primes: number[] = [];
  for (let candidate = 3; candidate <= most; candidate += 2) {
    if (primes.every((prime) => candidate % prime !== 0)) primes.push(candidate);
  }
  return primes;
}
