import { isAlgorithm } from '@portcullis/token';
import { factsOf, isSymmetric } from '@portcullis/token/inspect';
import { cve, type Rule, rfc, type Subject, when } from './rule.ts';

/** OWASP Password Storage Cheat Sheet (2023): fewest rounds of PBKDF2 by the hash that the alg names. */
const FEWEST_ROUNDS = new Map([
  ['HS256', 600_000],
  ['HS384', 210_000],
  ['HS512', 210_000],
]);

function alg({ header }: Subject): string {
  return typeof header['alg'] === 'string' ? header['alg'] : '';
}

function signed({ reading }: Subject): boolean {
  return reading.form === 'signed' || reading.form === 'signed_json';
}

/** The signature as it stands in the token. */
function signatureText({ reading }: Subject): string {
  return reading.form === 'signed' ? (reading.token.split('.')[2] ?? '') : '';
}

/** About the algorithm, the signature and the key. */
export const ALGORITHM_RULES: readonly Rule[] = [
  {
    id: 'alg_none',
    severity: 'danger',
    ...rfc(8725, '2.1'),
    look: (subject) => when(alg(subject).toLowerCase() === 'none'),
  },
  {
    id: 'alg_missing',
    severity: 'danger',
    ...rfc(7515, '4.1.1'),
    look: (subject) =>
      when(signed(subject) && alg(subject) === '' && subject.reading.header?.object !== undefined),
  },
  {
    id: 'alg_unknown',
    severity: 'warning',
    ...rfc(8725, '3.1'),
    look: (subject) => {
      const name = alg(subject);
      const known = isAlgorithm(name) || name.toLowerCase() === 'none' || name === '';
      return signed(subject) && !known ? { alg: name.slice(0, 40) } : undefined;
    },
  },
  {
    id: 'alg_eddsa',
    severity: 'notice',
    ...rfc(9864, '2.2'),
    look: (subject) => when(alg(subject) === 'EdDSA'),
  },
  {
    id: 'alg_rsa1_5',
    severity: 'warning',
    ...rfc(8725, '3.2'),
    look: (subject) => when(alg(subject) === 'RSA1_5'),
  },
  {
    id: 'alg_pkcs1',
    severity: 'notice',
    ...rfc(8017, '8'),
    look: (subject) => (/^RS\d/.test(alg(subject)) ? { alg: alg(subject) } : undefined),
  },
  {
    id: 'alg_shared_secret',
    severity: 'notice',
    ...rfc(7515, '10.5'),
    look: (subject) => {
      const name = alg(subject);
      return isAlgorithm(name) && isSymmetric(name) ? { alg: name } : undefined;
    },
  },
  {
    id: 'signature_empty',
    severity: 'danger',
    ...rfc(8725, '3.3'),
    look: (subject) =>
      when(
        subject.reading.form === 'signed' &&
          signatureText(subject) === '' &&
          alg(subject).toLowerCase() !== 'none',
      ),
  },
  {
    id: 'signature_zero',
    severity: 'danger',
    ...cve('CVE-2022-21449'),
    look: (subject) => when(/^ES\d/.test(alg(subject)) && /^A{20,}$/.test(signatureText(subject))),
  },
  {
    id: 'secret_short',
    severity: 'danger',
    ...rfc(7518, '3.2'),
    look: (subject) => {
      const name = alg(subject);
      if (!isAlgorithm(name) || !subject.refusedKeys.includes('secret_too_short')) return undefined;
      return { alg: name, bytes: factsOf(name).minimumSecretBytes ?? 0 };
    },
  },
  {
    id: 'secret_known',
    severity: 'danger',
    ...rfc(8725, '3.5'),
    look: ({ refusedKeys }) => when(refusedKeys.includes('secret_known')),
  },
  {
    id: 'secret_weak',
    severity: 'danger',
    ...rfc(8725, '3.5'),
    look: ({ refusedKeys }) => when(refusedKeys.includes('secret_weak')),
  },
  {
    id: 'secret_is_public_key',
    severity: 'danger',
    ...rfc(8725, '2.1'),
    look: ({ refusedKeys }) => when(refusedKeys.includes('secret_is_public_key')),
  },
  {
    id: 'key_too_short',
    severity: 'danger',
    ...rfc(7518, '3.3'),
    look: ({ refusedKeys }) => when(refusedKeys.includes('key_too_short')),
  },
  {
    id: 'key_exponent',
    severity: 'warning',
    reference: 'FIPS 186-5 appendix A.1.1',
    url: 'https://csrc.nist.gov/pubs/fips/186-5/final',
    look: ({ refusedKeys }) => when(refusedKeys.includes('key_exponent')),
  },
  {
    id: 'key_roca',
    severity: 'danger',
    ...cve('CVE-2017-15361'),
    look: ({ refusedKeys }) => when(refusedKeys.includes('key_roca')),
  },
  {
    id: 'pbes2_few_rounds',
    severity: 'warning',
    ...rfc(7518, '4.8.1.2'),
    look: (subject) => {
      const { p2c } = subject.header;
      const [, hash = ''] = /^PBES2-(HS\d{3})/.exec(alg(subject)) ?? [];
      const fewest = FEWEST_ROUNDS.get(hash);
      return typeof p2c === 'number' && fewest !== undefined && p2c < fewest ? { p2c, fewest } : undefined;
    },
  },
  {
    id: 'pbes2_many_rounds',
    severity: 'warning',
    ...rfc(7518, '8.8'),
    look: ({ header: { p2c } }) => (typeof p2c === 'number' && p2c > 1_000_000 ? { p2c } : undefined),
  },
];
