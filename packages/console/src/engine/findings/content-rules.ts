import { type Rule, rfc, when } from './rule.ts';

/** Claims that say who somebody is (OpenID Connect Core 1.0 section 5.1, and what else is found in tokens). */
const PERSONAL_CLAIMS = new Set([
  'name',
  'given_name',
  'family_name',
  'middle_name',
  'nickname',
  'email',
  'phone_number',
  'birthdate',
  'address',
  'gender',
  'picture',
  'ssn',
  'social_security_number',
  'passport',
  'iban',
  'credit_card',
  'date_of_birth',
  'dob',
  'phone',
  'mobile',
]);
const SECRET_CLAIM = /passw(?:or)?d|passwd|secret|api[_-]?key|private[_-]?key|credential|pin$|cvv/i;

/** Members of a tree, at most so many: what a stranger wrote bounds nothing. */
const MOST_MEMBERS = 2000;

interface Member {
  readonly name: string;
  readonly value: unknown;
}

function membersOf(claims: Readonly<Record<string, unknown>>): Member[] {
  const found: Member[] = [];
  const open: unknown[] = [claims];
  for (let value = open.pop(); value !== undefined && found.length < MOST_MEMBERS; value = open.pop()) {
    if (typeof value !== 'object' || value === null) continue;
    for (const [name, inner] of Object.entries(value)) {
      found.push({ name, value: inner });
      if (typeof inner === 'object' && inner !== null) open.push(inner);
    }
  }
  return found;
}

function named(members: readonly Member[]): Readonly<Record<string, string>> | undefined {
  const names = [...new Set(members.map(({ name }) => name.slice(0, 40)))];
  return names.length === 0 ? undefined : { names: names.slice(0, 8).join(', ') };
}

/** ISO/IEC 7812: digits of the length of a card number whose check digit is right (Luhn). */
function isCardNumber(value: unknown): boolean {
  const digits = typeof value === 'string' ? value.replaceAll(/[ -]/g, '') : '';
  if (!/^(?:[3-6]|2[2-7])\d{12,17}$/.test(digits)) return false;
  const sum = [...digits].toReversed().reduce((total, digit, index) => {
    const double = Number(digit) * (index % 2 === 0 ? 1 : 2);
    return total + (double > 9 ? double - 9 : double);
  }, 0);
  return sum % 10 === 0;
}

/** About what a token gives away to whoever sees it, and about its form. */
export const CONTENT_RULES: readonly Rule[] = [
  {
    id: 'personal_data',
    severity: 'warning',
    ...rfc(9068, '6'),
    look: ({ claims, kind }) => {
      if (kind === 'id_token') return undefined;
      const personal = membersOf(claims).filter(
        ({ name, value }) =>
          PERSONAL_CLAIMS.has(name.toLowerCase()) ||
          (typeof value === 'string' && /^[^\s@]+@[^\s@]+\.[a-z]{2,}$/i.test(value)),
      );
      return named(personal);
    },
  },
  {
    id: 'card_number',
    severity: 'danger',
    reference: 'PCI DSS 4.0.1 requirement 3',
    url: 'https://www.pcisecuritystandards.org/document_library/',
    look: ({ claims }) => named(membersOf(claims).filter(({ value }) => isCardNumber(value))),
  },
  {
    id: 'secret_in_payload',
    severity: 'danger',
    ...rfc(7519, '12'),
    look: ({ claims }) =>
      named(
        membersOf(claims).filter(({ name, value }) => SECRET_CLAIM.test(name) && typeof value === 'string'),
      ),
  },
  {
    id: 'duplicate_members',
    severity: 'danger',
    ...rfc(7519, '4'),
    look: ({ reading }) => {
      const names = reading.faults.flatMap(({ code, facts }) =>
        code === 'duplicate_member' ? [String(facts['name'])] : [],
      );
      return names.length === 0 ? undefined : { names: [...new Set(names)].join(', ') };
    },
  },
  {
    id: 'not_canonical',
    severity: 'warning',
    ...rfc(7515, '2'),
    look: ({ reading }) =>
      when(
        reading.faults.some(({ code }) =>
          ['padding', 'base64_alphabet', 'trailing_bits', 'white_space'].includes(code),
        ),
      ),
  },
  {
    id: 'large',
    severity: 'warning',
    ...rfc(9110, '5.4'),
    look: ({ reading }) => (reading.token.length > 4096 ? { bytes: reading.token.length } : undefined),
  },
  {
    id: 'live_token',
    severity: 'notice',
    ...rfc(6750, '5.3'),
    look: ({ claims, now }) => {
      const { exp } = claims;
      return when(typeof exp === 'number' && exp > now && exp < 1e11);
    },
  },
];
