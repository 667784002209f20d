import fc from 'fast-check';
import { CompactEncrypt, importJWK } from 'jose';
import {
  type ContentEncryption,
  type DecryptionKeys,
  decryptionKeys,
  type EncryptionJwk,
  generateEncryptionKey,
  type KeyManagementAlgorithm,
} from '../index.ts';
import { type Edit, edited, edits, seldom } from './fuzz-json.ts';

export const FUZZED_ALGORITHMS = [
  'ECDH-ES',
  'ECDH-ES+A256KW',
  'RSA-OAEP-256',
  'A256KW',
] as const satisfies readonly KeyManagementAlgorithm[];
export const FUZZED_ENCRYPTIONS = [
  'A256GCM',
  'A128CBC-HS256',
] as const satisfies readonly ContentEncryption[];

/** One key for each algorithm: ours, and a stranger's under the same name. */
export interface FuzzEncryptionKeys {
  readonly recipients: Readonly<Record<string, readonly [ours: EncryptionJwk, theirs: EncryptionJwk]>>;
  /** As our verifier takes them, and the same as JWKs. */
  readonly keys: DecryptionKeys;
  readonly privateJwks: readonly EncryptionJwk[];
}

export async function makeFuzzEncryptionKeys(): Promise<FuzzEncryptionKeys> {
  const recipients: Record<string, readonly [EncryptionJwk, EncryptionJwk]> = {};
  const privateJwks: EncryptionJwk[] = [];
  for (const alg of FUZZED_ALGORITHMS) {
    const kid = `${alg}-key`;
    const ours = await generateEncryptionKey(alg, 'A256GCM');
    const theirs = await generateEncryptionKey(alg, 'A256GCM');
    recipients[alg] = [
      { ...ours.publicJwk, kid },
      { ...theirs.publicJwk, kid },
    ];
    privateJwks.push({ ...ours.privateJwk, kid });
  }
  const options = { algorithms: FUZZED_ALGORITHMS, encryptions: FUZZED_ENCRYPTIONS };
  return { recipients, privateJwks, keys: await decryptionKeys({ keys: privateJwks }, options) };
}

/** How a token is encrypted, rightly or wrongly. */
export interface EncryptionPlan {
  readonly alg: (typeof FUZZED_ALGORITHMS)[number];
  readonly enc: ContentEncryption;
  readonly header: Readonly<Record<string, unknown>>;
  readonly stranger: boolean;
  readonly content: 'token' | 'encrypted token' | 'white space around it' | 'claims';
  readonly bytes: { readonly part: number; readonly at: number; readonly flip: number } | undefined;
  readonly cut: { readonly part: number; readonly bytes: number } | undefined;
  /** A member that is written over afterwards, in the header or in its ephemeral key; undefined takes it out. */
  readonly member:
    | { readonly place: 'header' | 'epk'; readonly name: string; readonly value: unknown }
    | undefined;
  readonly edits: readonly Edit[];
}

const part = fc.nat({ max: 4 });
const keyMembers = fc.constantFrom(
  'kty',
  'crv',
  'x',
  'y',
  'd',
  'k',
  'n',
  'alg',
  'use',
  'key_ops',
  'ext',
  'oth',
);
const headerMembers = fc.constantFrom(
  'epk',
  'apu',
  'apv',
  'iv',
  'tag',
  'p2s',
  'p2c',
  'enc',
  'cty',
  'zip',
  'crit',
);
const oddValues = fc.oneof(
  fc.constantFrom<unknown>(undefined, null, true, 0, -1, 1e300, '', 'é', [], {}, [[]], ['verify'], [null], {
    crv: 1,
  }),
  fc.constantFrom<unknown>(
    'P-256',
    'P-384',
    'X25519',
    'EC',
    'OKP',
    'oct',
    'A'.repeat(43),
    'A'.repeat(3000),
    'A B',
    'A=',
  ),
);

export const encryptionPlans: fc.Arbitrary<EncryptionPlan> = fc.record({
  alg: fc.constantFrom(...FUZZED_ALGORITHMS),
  enc: seldom<ContentEncryption>(
    'A256GCM',
    fc.constantFrom<ContentEncryption>('A128CBC-HS256', 'A128GCM'),
    2,
  ),
  header: seldom<EncryptionPlan['header']>(
    {},
    fc.record(
      {
        cty: fc.constantFrom('jwt', 'application/jwt', 'JSON', '', 1, undefined),
        kid: fc.constantFrom('A256KW-key', 'RSA-OAEP-256-key', '', undefined),
        typ: fc.constantFrom('JWT', 'at+jwt'),
        iss: fc.constant('https://id.example.com'),
        b64: fc.boolean(),
        alg: fc.constantFrom('ECDH-ES', 'A256KW'),
      },
      { requiredKeys: [] },
    ),
    3,
  ),
  stranger: seldom(false, fc.constant(true), 12),
  content: seldom<EncryptionPlan['content']>(
    'token',
    fc.constantFrom('encrypted token', 'white space around it', 'claims'),
    12,
  ),
  bytes: seldom<EncryptionPlan['bytes']>(
    undefined,
    fc.record({ part, at: fc.nat(), flip: fc.integer({ min: 1, max: 255 }) }),
    6,
  ),
  cut: seldom<EncryptionPlan['cut']>(
    undefined,
    fc.record({ part, bytes: fc.integer({ min: -4, max: 16 }) }),
    10,
  ),
  member: seldom<EncryptionPlan['member']>(
    undefined,
    fc.oneof(
      fc.record({ place: fc.constant<'epk'>('epk'), name: keyMembers, value: oddValues }),
      fc.record({ place: fc.constant<'header'>('header'), name: headerMembers, value: oddValues }),
    ),
    5,
  ),
  edits: seldom<readonly Edit[]>([], edits, 8),
});

/** Encrypts a token as the plan says. */
export async function encryptedAs(
  token: string,
  plan: EncryptionPlan,
  keys: FuzzEncryptionKeys,
): Promise<string> {
  const content =
    plan.content === 'encrypted token'
      ? await encryptedOnce(token, { ...plan, header: {} }, keys)
      : plan.content === 'white space around it'
        ? ` ${token}\n`
        : plan.content === 'claims'
          ? Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()
          : token;
  const parts = writtenOver(await encryptedOnce(content, plan, keys), plan.member).split('.');
  return edited(parts.map((text, at) => altered(text, at, plan)).join('.'), plan.edits);
}

async function encryptedOnce(
  content: string,
  { alg, enc, header, stranger }: EncryptionPlan,
  { recipients }: FuzzEncryptionKeys,
): Promise<string> {
  const jwk = recipients[alg]?.[stranger ? 1 : 0];
  if (jwk === undefined) throw new Error(`no key for ${alg}`);
  const used = { alg, enc, cty: 'JWT', kid: jwk.kid, ...header };
  return new CompactEncrypt(Buffer.from(content))
    .setProtectedHeader({ ...JSON.parse(JSON.stringify(used)), alg })
    .encrypt(await importJWK({ ...jwk }, alg));
}

function writtenOver(token: string, member: EncryptionPlan['member']): string {
  if (member === undefined) return token;
  const [encoded = '', ...rest] = token.split('.');
  const header: { epk?: object } = JSON.parse(Buffer.from(encoded, 'base64url').toString());
  const { place, name, value } = member;
  const changed =
    place === 'header' ? { ...header, [name]: value } : { ...header, epk: { ...header.epk, [name]: value } };
  return [Buffer.from(JSON.stringify(changed)).toString('base64url'), ...rest].join('.');
}

function altered(text: string, at: number, { bytes, cut }: EncryptionPlan): string {
  const data = Buffer.from(text, 'base64url');
  if (bytes?.part === at && data.length > 0) {
    const place = bytes.at % data.length;
    data[place] = (data[place] ?? 0) ^ bytes.flip;
  }
  if (cut?.part !== at) return data.toString('base64url');
  const kept =
    cut.bytes < 0
      ? Buffer.concat([data, Buffer.alloc(-cut.bytes)])
      : data.subarray(0, data.length - cut.bytes);
  return kept.toString('base64url');
}
