import { PolicyError } from '../errors.ts';
import { type Algorithm, isAlgorithm, isSymmetric } from '../jwa/algorithms.ts';

/**
 * Reads a list of algorithms out of a policy. HMAC and public keys never share a list: what makes key confusion
 * possible is one key that could be used both ways. Throws {@link PolicyError}.
 */
export function readAlgorithms(value: unknown, about: string): readonly Algorithm[] {
  if (!Array.isArray(value) || value.length === 0) throw new PolicyError('algorithms_missing', about);
  const algorithms: Algorithm[] = [];
  for (const name of value) {
    if (!isAlgorithm(name))
      throw new PolicyError('algorithm_unknown', `${about}: ${String(name).slice(0, 40)}`);
    if (!algorithms.includes(name)) algorithms.push(name);
  }
  if (algorithms.some(isSymmetric) && !algorithms.every(isSymmetric))
    throw new PolicyError('algorithms_mixed', about);
  return Object.freeze(algorithms);
}

export function readPublicKeyAlgorithms(value: unknown, about: string): readonly Algorithm[] {
  const algorithms = readAlgorithms(value, about);
  if (algorithms.some(isSymmetric)) throw new PolicyError('algorithms_unfit', `${about}: HMAC needs secrets`);
  return algorithms;
}

export function readSecretAlgorithms(value: unknown, about: string): readonly Algorithm[] {
  const algorithms = readAlgorithms(value, about);
  if (!algorithms.every(isSymmetric))
    throw new PolicyError('algorithms_unfit', `${about}: secrets are for HMAC only`);
  return algorithms;
}
