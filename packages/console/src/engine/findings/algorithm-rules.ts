import { isAlgorithm } from '@portcullis/token';
import { factsOf, isSymmetric } from '@portcullis/token/inspect';
import { cve, type Rule, rfc, type Subject, when } from './rule.ts';

/** Names that stand in the IANA registry and are out of use or on their way there, with what to use instead. */
const OLD: Readonly<Record<string, string>> = {
  EdDSA: 'Ed25519',
  RSA1_5: 'RSA-OAEP-256',
  'RSA-OAEP': 'RSA-OAEP-256',
  ES256K: 'ES256',
};

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
    ...rfc(8725, '3.2'),
    look: (subject) => {
      const name = alg(subject);
      const known = isAlgorithm(name) || name.toLowerCase() === 'none' || name === '' || name in OLD;
      return signed(subject) && !known ? { alg: name.slice(0, 40) } : undefined;
    },
  },
  {
    id: 'alg_old',
    severity: 'notice',
    reference: 'RFC 9864, RFC 8017, IANA registry of JOSE algorithms',
    url: 'https://www.iana.org/assignments/jose/jose.xhtml#web-signature-encryption-algorithms',
    look: (subject) => {
      const instead = OLD[alg(subject)];
      return instead === undefined ? undefined : { alg: alg(subject), instead };
    },
  },
  {
    id: 'alg_pkcs1',
    severity: 'notice',
    ...rfc(8017, '8.2'),
    look: (subject) => (/^RS\d/.test(alg(subject)) ? { alg: alg(subject) } : undefined),
  },
  {
    id: 'alg_shared_secret',
    severity: 'notice',
    ...rfc(8725, '3.5'),
    look: (subject) => {
      const name = alg(subject);
      return isAlgorithm(name) && isSymmetric(name) ? { alg: name } : undefined;
    },
  },
  {
    id: 'signature_empty',
    severity: 'danger',
    ...rfc(8725, '2.1'),
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
    look: (subject) => when(/^A{20,}$/.test(signatureText(subject))),
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
    reference: 'FIPS 186-5 section 5.1',
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
    id: 'pbes2_rounds',
    severity: 'warning',
    ...rfc(8725, '3.5'),
    look: ({ header }) => {
      const { p2c } = header;
      if (typeof p2c !== 'number' || (p2c >= 310_000 && p2c <= 1_000_000)) return undefined;
      return { p2c };
    },
  },
];
