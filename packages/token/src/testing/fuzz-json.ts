import fc from 'fast-check';
import { AUDIENCE, ISSUER, NOW } from './issuer.ts';

/** One member of an object as it will be written: its name, how that is spelled, and the JSON text of its value. */
interface Member {
  readonly name: string;
  readonly spelling: 'plain' | 'one escape' | 'all escapes';
  readonly json: string;
}

/** What may be done to an object before it is written. */
type Change =
  | { readonly kind: 'set' | 'repeat'; readonly member: Member }
  | { readonly kind: 'remove'; readonly name: string };

/** A JSON text as an attacker writes it: odd members and spellings, white space, and bytes out of place. */
export interface JsonPlan {
  readonly changes: readonly Change[];
  /** Put between all tokens of the text. */
  readonly space: string;
  readonly edits: readonly Edit[];
  readonly wrap: 'none' | 'list' | 'byte order mark' | 'trailing text';
}

/** Cuts characters out of a text, or puts some in. */
export interface Edit {
  readonly at: number;
  readonly cut: number;
  readonly put: string;
}

const later = NOW + 60;

/** Values in many spellings, some of which are no JSON. */
const values = fc.oneof(
  fc.constantFrom('null', 'true', 'false', '""', '"0"', '[]', '{}', '[[]]', '[null]', '{"a":1,"a":2}'),
  // The same moment in the ways that JSON has, and in ways that it does not have.
  fc.constantFrom(
    ...[
      `${later}`,
      `${later}.0`,
      `${later}e0`,
      `${later}E+0`,
      `${later}0e-1`,
      `${later / 1e9}e9`,
      `${later}.5`,
    ],
    ...['-0', '0', '-1', '1e300', '1e400', '-1e400', '01', '+1', '0x10', 'NaN', 'Infinity', '1.', '.5', '1e'],
    ...[`"${later}"`, `[${later}]`, `${later}n`, '9007199254740993', '1e-400'],
  ),
  fc.constantFrom(
    ...[ISSUER, AUDIENCE, `${ISSUER}/`, ISSUER.toUpperCase(), ` ${ISSUER}`, 'https://hmac.example.com'].map(
      (text) => JSON.stringify(text),
    ),
    ...[`["${AUDIENCE}"]`, `["${ISSUER}","${AUDIENCE}"]`, `{"0":"${AUDIENCE}"}`, `["${AUDIENCE}",1]`],
    ...[ISSUER, AUDIENCE].map((text) => `"${text.replaceAll('/', '\\/')}"`),
    ...[ISSUER, AUDIENCE].map((text) => spell(text, 'all escapes')),
  ),
  fc
    .constantFrom(
      ...[
        'ES256',
        'es256',
        'RS256',
        'PS256',
        'EdDSA',
        'HS256',
        'none',
        'None',
        'ES256 ',
        'ES256K',
        'ML-DSA-44',
      ],
      ...[
        'at+jwt',
        'AT+JWT',
        'application/at+jwt',
        'JWT',
        'dpop+jwt',
        'at+jwt;a=b',
        'ES256-key',
        'RS256-key',
        '../x',
      ],
    )
    .map((text) => JSON.stringify(text)),
  fc.constantFrom(
    '"\\ud800"',
    '"\\udc00\\ud800"',
    '"\\u0000"',
    '"\\x41"',
    "'a'",
    '"\n"',
    '"\u2028"',
    'undefined',
  ),
  fc.integer({ min: NOW - 20, max: NOW + 20 }).map(String),
  fc.integer({ min: 12, max: 20 }).map((depth) => '['.repeat(depth) + ']'.repeat(depth)),
  fc.constantFrom(2000, 5000, 13_000).map((length) => `"${'A'.repeat(length)}"`),
);

const spelling = fc.constantFrom<Member['spelling']>('plain', 'plain', 'one escape', 'all escapes');

function changesTo(names: readonly string[]): fc.Arbitrary<readonly Change[]> {
  const name = fc.constantFrom(...names);
  const member = fc.record({ name, spelling, json: values });
  const change: fc.Arbitrary<Change> = fc.oneof(
    { weight: 4, arbitrary: member.map((value): Change => ({ kind: 'set', member: value })) },
    { weight: 1, arbitrary: member.map((value): Change => ({ kind: 'repeat', member: value })) },
    { weight: 1, arbitrary: name.map((value): Change => ({ kind: 'remove', name: value })) },
  );
  return fc.array(change, { maxLength: 3 });
}

export const edits: fc.Arbitrary<readonly Edit[]> = fc.array(
  fc.record({
    at: fc.nat(),
    cut: fc.nat({ max: 2 }),
    put: fc.constantFrom(
      ...['', 'A', '=', '.', ' ', '\n', '\t', '\0', '-', '_', '+', '/', '%2e', 'é', '\u{feff}', '\u{1f600}'],
      ...['"', '{', '}', ',', ':', '\\', '\\u0061', '/**/', '9', 'e'],
    ),
  }),
  { minLength: 1, maxLength: 2 },
);

/** Most parts of a plan do nothing, so that many tokens stay good or nearly so. */
export function seldom<T>(nothing: T, something: fc.Arbitrary<T>, weight = 4): fc.Arbitrary<T> {
  return fc.oneof({ weight, arbitrary: fc.constant(nothing) }, { weight: 1, arbitrary: something });
}

function planFor(names: readonly string[]): fc.Arbitrary<JsonPlan> {
  return fc.record({
    changes: seldom<readonly Change[]>([], changesTo(names), 2),
    space: seldom('', fc.constantFrom(' ', '\n', '\r\n', '\t', '  ', '\u00a0', '\v', '\u{feff}'), 6),
    edits: seldom<readonly Edit[]>([], edits, 6),
    wrap: seldom<JsonPlan['wrap']>('none', fc.constantFrom('list', 'byte order mark', 'trailing text'), 20),
  });
}

export const headerPlans = planFor([
  ...[
    'alg',
    'alg',
    'kid',
    'typ',
    'cty',
    'crit',
    'b64',
    'zip',
    'enc',
    'jwk',
    'jku',
    'x5c',
    'x5u',
    'x5t',
    'iss',
    'exp',
  ],
  ...['__proto__', 'constructor', 'Alg', 'toString'],
]);

export const claimPlans = planFor([
  ...['iss', 'aud', 'exp', 'exp', 'nbf', 'iat', 'sub', 'jti', 'client_id', 'scope', 'cnf', 'nonce', 'azp'],
  ...['at_hash', 'events', 'token_use', 'typ', '__proto__', 'constructor', 'Exp', 'toString'],
]);

/** Writes the object as the plan says. */
export function writeJson(object: Readonly<Record<string, unknown>>, plan: JsonPlan): string {
  const { space } = plan;
  const members = applied(object, plan.changes).map(
    ({ name, spelling, json }) => `${space}${spell(name, spelling)}${space}:${space}${json}${space}`,
  );
  const text = edited(`${space}{${members.join(',')}}${space}`, plan.edits);
  switch (plan.wrap) {
    case 'none':
      return text;
    case 'list':
      return `[${text}]`;
    case 'byte order mark':
      return `\u{feff}${text}`;
    case 'trailing text':
      return `${text}{}`;
  }
}

function applied(object: Readonly<Record<string, unknown>>, changes: readonly Change[]): readonly Member[] {
  let members = Object.entries(object).map(
    ([name, value]): Member => ({ name, spelling: 'plain', json: JSON.stringify(value) }),
  );
  for (const change of changes) {
    const gone = change.kind === 'remove' ? change.name : change.member.name;
    if (change.kind !== 'repeat') members = members.filter(({ name }) => name !== gone);
    if (change.kind !== 'remove') members = [...members, change.member];
  }
  return members;
}

export function edited(text: string, changes: readonly Edit[]): string {
  return changes.reduce((result, { at, cut, put }) => {
    const place = at % (result.length + 1);
    return result.slice(0, place) + put + result.slice(place + cut);
  }, text);
}

function spell(text: string, how: Member['spelling']): string {
  if (how === 'plain') return JSON.stringify(text);
  const units = Array.from({ length: text.length }, (_, at) => {
    const escaped = `\\u${text.charCodeAt(at).toString(16).padStart(4, '0')}`;
    return how === 'all escapes' || at === 0 ? escaped : text.charAt(at);
  });
  return `"${units.join('')}"`;
}
