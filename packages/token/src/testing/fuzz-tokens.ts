import { createPublicKey } from 'node:crypto';
import fc from 'fast-check';
import { type Algorithm, generateKey, type PrivateJwk, type PublicJwk } from '../index.ts';
import { hmacSigner, type Signer, signerOf } from './forge.ts';
import {
  claimPlans,
  type Edit,
  edited,
  edits,
  headerPlans,
  type JsonPlan,
  seldom,
  writeJson,
} from './fuzz-json.ts';
import { AUDIENCE, ISSUER, NOW } from './issuer.ts';

/** The issuer with shared secrets; the other one, ISSUER, has key pairs. */
export const HMAC_ISSUER = 'https://hmac.example.com';
export const HMAC_SECRET = 'fuzzed and fuzzed, but never out of this file: 0123456789 ABCDEFGH';

const PAIRED = ['ES256', 'RS256', 'PS256', 'EdDSA', 'ML-DSA-44'] as const satisfies readonly Algorithm[];
const SHARED = ['HS256', 'HS512'] as const satisfies readonly Algorithm[];
type FuzzedAlgorithm = (typeof PAIRED)[number] | (typeof SHARED)[number];

export interface FuzzKeys {
  readonly publicJwks: readonly PublicJwk[];
  readonly signers: Readonly<Record<string, Signer>>;
}

/** One key pair for each algorithm, and signers right and wrong. */
export async function makeFuzzKeys(): Promise<FuzzKeys> {
  const signers: Record<string, Signer> = {};
  const publicJwks: PublicJwk[] = [];
  for (const alg of PAIRED) {
    const { privateJwk, publicJwk } = await generateKey(alg, { kid: `${alg}-key` });
    const stranger = await generateKey(alg, { kid: `${alg}-key` });
    publicJwks.push(publicJwk);
    signers[alg] = signerOf(privateJwk);
    signers[`${alg} of a stranger`] = signerOf(stranger.privateJwk);
    addConfused(signers, alg, privateJwk, publicJwk);
  }
  for (const alg of SHARED) {
    signers[alg] = hmacSigner(HMAC_SECRET, alg);
    signers[`${alg} of a stranger`] = hmacSigner(`${HMAC_SECRET}!`, alg);
  }
  return { publicJwks, signers };
}

/** Signatures that only a verifier takes which lets the token choose how its key is used. */
function addConfused(
  signers: Record<string, Signer>,
  alg: Algorithm,
  privateJwk: PrivateJwk,
  publicJwk: PublicJwk,
): void {
  signers[`HS256 under the public JWK of ${alg}`] = hmacSigner(JSON.stringify(publicJwk));
  if (alg !== 'ML-DSA-44') {
    const pem = createPublicKey({ key: { ...publicJwk }, format: 'jwk' }).export({
      type: 'spki',
      format: 'pem',
    });
    signers[`HS256 under the PEM of ${alg}`] = hmacSigner(pem.toString());
  }
  if (alg === 'RS256') signers['PS256 by the key of RS256'] = signerOf(privateJwk, 'PS256');
  if (alg === 'PS256') signers['RS256 by the key of PS256'] = signerOf(privateJwk, 'RS256');
}

/** Everything that makes one token; printed in full when it shows a difference. */
export interface TokenPlan {
  readonly alg: FuzzedAlgorithm;
  readonly header: JsonPlan;
  readonly claims: JsonPlan;
  /** Which signer, by name; undefined for the right one. */
  readonly signer: string | undefined;
  /** How each part is spelled in base64url, and whether the signature is over that spelling. */
  readonly spelling: readonly [Spelling, Spelling, Spelling];
  readonly signsSpelling: boolean;
  readonly bytes: { readonly part: number; readonly at: number; readonly flip: number } | undefined;
  readonly parts: Regrouping;
  readonly edits: readonly Edit[];
}

type Spelling =
  | 'canonical'
  | 'padded'
  | 'standard alphabet'
  | 'line break'
  | 'unused bits'
  | 'one more'
  | 'blank';
type Regrouping = 'three' | 'two' | 'four' | 'five' | 'no signature' | 'no payload' | 'swapped' | 'twice';

const spellings = seldom<Spelling>(
  'canonical',
  fc.constantFrom('padded', 'standard alphabet', 'line break', 'unused bits', 'one more', 'blank'),
  30,
);

/** @param signers the names of all signers */
export function tokenPlans(signers: readonly string[]): fc.Arbitrary<TokenPlan> {
  return fc.record({
    alg: fc.constantFrom<FuzzedAlgorithm>(
      'ES256',
      'ES256',
      'EdDSA',
      'HS256',
      'HS256',
      'HS512',
      'RS256',
      'PS256',
      'ML-DSA-44',
    ),
    header: headerPlans,
    claims: claimPlans,
    signer: seldom<string | undefined>(undefined, fc.constantFrom(...signers), 8),
    spelling: fc.tuple(spellings, spellings, spellings),
    signsSpelling: fc.boolean(),
    bytes: seldom<TokenPlan['bytes']>(
      undefined,
      fc.record({ part: fc.nat({ max: 2 }), at: fc.nat(), flip: fc.integer({ min: 1, max: 255 }) }),
      10,
    ),
    parts: seldom<Regrouping>(
      'three',
      fc.constantFrom('two', 'four', 'five', 'no signature', 'no payload', 'swapped', 'twice'),
      30,
    ),
    edits: seldom<readonly Edit[]>([], edits, 12),
  });
}

/** Makes the token of a plan. */
export function tokenOfPlan(plan: TokenPlan, signers: FuzzKeys['signers']): string {
  const shared = SHARED.some((alg) => alg === plan.alg);
  const header = { alg: plan.alg, typ: shared ? 'JWT' : 'at+jwt', kid: `${plan.alg}-key` };
  const claims = {
    iss: shared ? HMAC_ISSUER : ISSUER,
    aud: AUDIENCE,
    iat: NOW,
    exp: NOW + 60,
    sub: 'user-1',
  };
  const plain = [writeJson(header, plan.header), writeJson(claims, plan.claims)].map((text) =>
    Buffer.from(text).toString('base64url'),
  );
  const spelled = plain.map((text, at) => spelledAs(text, plan.spelling[at]));
  const sign = signers[plan.signer ?? plan.alg];
  if (sign === undefined) throw new Error(`no signer ${plan.signer}`);
  const signature = Buffer.from(sign((plan.signsSpelling ? spelled : plain).join('.'))).toString('base64url');
  const parts = [...spelled, spelledAs(signature, plan.spelling[2])];
  return edited(regrouped(flipped(parts, plan.bytes), plan.parts), plan.edits);
}

function spelledAs(text: string, how: Spelling | undefined): string {
  const middle = text.length >> 1;
  switch (how) {
    case 'padded':
      return text.padEnd(Math.ceil(text.length / 4) * 4 + (text.length % 4 === 0 ? 1 : 0), '=');
    case 'standard alphabet':
      return text.replaceAll('-', '+').replaceAll('_', '/');
    case 'line break':
      return `${text.slice(0, middle)}\n${text.slice(middle)}`;
    case 'blank':
      return `${text} `;
    case 'one more':
      return `${text}A`;
    case 'unused bits': {
      const last = text.charAt(text.length - 1);
      // The next character of the alphabet has the same bits in front wherever the last ones are unused.
      const next = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'.indexOf(last) ^ 1;
      return (
        text.slice(0, -1) + 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'.charAt(next)
      );
    }
    default:
      return text;
  }
}

function flipped(parts: readonly string[], bytes: TokenPlan['bytes']): readonly string[] {
  if (bytes === undefined) return parts;
  const data = Buffer.from(parts[bytes.part] ?? '', 'base64url');
  if (data.length === 0) return parts;
  const at = bytes.at % data.length;
  data[at] = (data[at] ?? 0) ^ bytes.flip;
  return parts.with(bytes.part, data.toString('base64url'));
}

function regrouped([header = '', payload = '', signature = '']: readonly string[], how: Regrouping): string {
  switch (how) {
    case 'three':
      return `${header}.${payload}.${signature}`;
    case 'two':
      return `${header}.${payload}`;
    case 'four':
      return `${header}.${payload}.${signature}.`;
    case 'five':
      return `${header}.${payload}.${signature}.${header}.${payload}`;
    case 'no signature':
      return `${header}.${payload}.`;
    case 'no payload':
      return `${header}..${signature}`;
    case 'swapped':
      return `${payload}.${header}.${signature}`;
    case 'twice':
      return `${header}.${payload}.${signature},${header}.${payload}.${signature}`;
  }
}
