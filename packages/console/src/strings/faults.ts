import type { FaultCode } from '../engine/reading/faults.ts';

type Facts = Readonly<Record<string, string | number>>;

interface FaultWords {
  /** What is wrong, in plain words. */
  readonly tell: (facts: Facts) => string;
  /** The button that mends it. */
  readonly mend?: string;
}

const times = ({ count }: Facts): string => (count === 1 ? '' : ` (${count} places)`);

/** What is wrong with the form of a token. */
export const FAULTS: Readonly<Record<FaultCode, FaultWords>> = {
  white_space: {
    tell: (facts) =>
      `White space inside the token${times(facts)}. It was probably wrapped on its way; strict verifiers refuse it so.`,
    mend: 'Take it out',
  },
  invisible: {
    tell: (facts) =>
      `Invisible characters inside the token${times(facts)}, such as a zero-width space from a chat or a document.`,
    mend: 'Take them out',
  },
  ellipsis: {
    tell: () =>
      'An ellipsis stands where text was left out: a log or a screen shortened the token. Copy the whole one.',
  },
  percent_encoded: {
    tell: (facts) =>
      `Percent-encoded characters${times(facts)}: the token was taken from a URL as it stands there.`,
    mend: 'Decode them',
  },
  padding: {
    tell: (facts) => `Padding (=)${times(facts)}. base64url in a token has none (RFC 7515 section 2).`,
    mend: 'Take it out',
  },
  base64_alphabet: {
    tell: (facts) =>
      `Characters of standard base64, + or /${times(facts)}. A token is written in base64url, with - and _.`,
    mend: 'Spell them - and _',
  },
  illegal_character: {
    tell: (facts) =>
      `“${facts['character']}” cannot stand in a token${times(facts)}; what it stands in for is unknown.`,
  },
  one_part: {
    tell: () =>
      'Only one part: this is a header without payload and signature. A signed token has three parts.',
  },
  two_parts: {
    tell: () =>
      'Two parts: the signature is missing. Even an unsigned token ends with a dot; perhaps the end was not copied.',
  },
  four_parts: {
    tell: () =>
      'Four parts: a signed token has three, an encrypted one five. One part, or a dot, is missing or too many.',
  },
  too_many_parts: { tell: ({ count }) => `${count} parts: a signed token has three, an encrypted one five.` },
  empty_part: { tell: ({ role }) => `The ${words(role)} is empty.` },
  cut_off: {
    tell: ({ role }) =>
      `The ${words(role)} was cut off here: this many characters are no whole number of bytes. What could be read is shown.`,
  },
  trailing_bits: {
    tell: ({ role }) =>
      `The last character of the ${words(role)} has bits that belong to no byte. Another spelling of the same bytes; strict verifiers refuse it.`,
    mend: 'Spell it canonically',
  },
  not_utf8: { tell: () => 'Not valid UTF-8. What cannot be read is shown as �.' },
  byte_order_mark: {
    tell: () => 'A byte order mark stands before the JSON. It is allowed nowhere in a token.',
  },
  not_json: {
    tell: ({ line, column, found }) => `Not JSON from line ${line}, column ${column} on${near(found)}.`,
  },
  json_ends_early: {
    tell: ({ line, column }) =>
      `The JSON ends too early, at line ${line}, column ${column}: something is not closed, or was cut off.`,
  },
  json_trailing_comma: {
    tell: ({ line, column }) =>
      `A comma too many before line ${line}, column ${column}. JSON has none before a closing bracket.`,
    mend: 'Take the comma out',
  },
  json_quotes: {
    tell: ({ line, column }) =>
      `Quotes that are none in JSON, at line ${line}, column ${column}. Only " will do.`,
    mend: 'Make them straight double quotes',
  },
  not_an_object: {
    tell: ({ type }) => `This is JSON, but ${type === 'array' ? 'a list' : `a ${type}`} and no object.`,
  },
  duplicate_member: {
    tell: ({ name }) =>
      `“${name}” stands here for the second time. Parsers disagree which one counts, and attackers know it.`,
  },
  not_strict: { tell: ({ reason }) => `A strict reader refuses this JSON: ${reason}.` },
  signature_length: {
    tell: ({ alg, bytes, expected }) =>
      `The signature has ${bytes} bytes, and ${alg} always makes ${expected}: it was cut off, or made by something else.`,
  },
  signature_der: {
    tell: ({ alg }) =>
      `The signature is in DER form, as OpenSSL makes it. ${alg} in a token is the two numbers side by side (RFC 7518 section 3.4).`,
    mend: 'Turn it into the right form',
  },
  json_serialisation: {
    tell: ({ form, count }) =>
      form === 'signed_json'
        ? `JWS JSON serialisation with ${count === 1 ? 'one signature' : `${count} signatures`}. APIs take the compact one only.`
        : 'JWE JSON serialisation. APIs take the compact one only.',
    mend: 'Write it in compact form',
  },
  unprotected_conflict: {
    tell: ({ names }) =>
      `Outside the protected header, where they must not be or stand twice: ${names} (RFC 7515 section 7.2.1). Verifiers refuse it.`,
  },
  disclosures: {
    tell: () =>
      'Disclosures follow (~): this is an SD-JWT. The signed token in front of them is looked at, and they are not.',
  },
  too_large: {
    tell: ({ length, most }) => `${length} characters are too many to look at; the most is ${most}.`,
  },
};

function words(role: string | number | undefined): string {
  return String(role).replaceAll('_', ' ');
}

function near(found: string | number | undefined): string {
  return found === undefined || found === '' ? '' : `, at “${found}”`;
}
