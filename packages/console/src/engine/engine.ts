import type { Algorithm, ContentEncryption, KeyManagementAlgorithm } from '@portcullis/token';
import { FetchError, type FoundKeySet, lookUpIssuer, lookUpKeySet } from '@portcullis/token/inspect';
import type { GatewayAnswer, Question } from './asking/ask.ts';
import { findingsIn } from './findings/findings.ts';
import type { Finding } from './findings/rule.ts';
import { kindOf, type TokenKind } from './findings/token-kind.ts';
import { type Guess, guessSecret } from './guessing/guess.ts';
import type { CertificateFacts } from './keys/certificate.ts';
import { chainOf } from './keys/chain.ts';
import { fits } from './keys/choose.ts';
import { otherReadings, type SecretReading } from './keys/other-readings.ts';
import { type KeyText, readKeys } from './keys/read-keys.ts';
import { type KeySummary, summaryOf } from './keys/summary.ts';
import { applyEdit, type Edit, type Edited } from './making/edit.ts';
import { type DecodedParts, type Encoded, encode } from './making/encode.ts';
import { type GeneratedKey, generateKeyForEncryption, generateSigningKey } from './making/generate.ts';
import { type Template, type TemplateName, template } from './making/templates.ts';
import { type Opened, open, type Sealed, seal } from './opening/open.ts';
import { type Reading, read } from './reading/read.ts';
import { DEFAULT_EXPECTATIONS, type Expectations } from './verdict/settings.ts';
import { type Verdict, verdictOn } from './verdict/verdict.ts';

/** Everything that is asked of one token. */
export interface Inquiry {
  readonly text: string;
  /** Which of the tokens in the text, counted from 0. */
  readonly choose: number;
  readonly key: KeyText;
  readonly expectations: Expectations;
}

/** Everything that there is to say about it. */
export interface Inspection {
  readonly reading: Reading;
  readonly kind: TokenKind;
  readonly key: KeySummary;
  /** Absent when there is no token. */
  readonly verdict: Verdict | undefined;
  /** How else the secret would have to be read for the signature to verify, when it does not as it is. */
  readonly otherReading: SecretReading | undefined;
  readonly findings: readonly Finding[];
  /** Of x5c in the header, as it says; nothing of it is verified. */
  readonly chain: readonly CertificateFacts[];
  /** Seconds since the epoch. */
  readonly now: number;
}

export type LookUp =
  | ({ readonly kind: 'found' } & FoundKeySet)
  | { readonly kind: 'failed'; readonly reason: string };

/** All that is done with tokens and keys, off the thread that draws the page. Nothing in here touches the page. */
export const engine = {
  async inspect({ text, choose, key, expectations }: Inquiry): Promise<Inspection> {
    const now = expectations.asOf ?? Math.floor(Date.now() / 1000);
    const reading = read(text, choose);
    const material = await readKeys(key);
    const header = reading.header?.object ?? {};
    const claims = reading.payload?.kind === 'json' ? (reading.payload.object ?? {}) : {};
    const verdict =
      reading.form === 'none' ? undefined : await verdictOn(reading, material, expectations, now);
    return {
      reading,
      kind: kindOf(header, claims),
      key: summaryOf(material),
      verdict,
      otherReading: verdict?.signature === 'failed' ? await readingThatVerifies(reading, key) : undefined,
      findings: findingsIn(reading, verdict?.refusedKeys ?? [], now),
      chain: await chainOf(header['x5c']),
      now,
    };
  },

  /** What was changed on the decoded side, in the text that it is a part of. */
  async edit(edit: Edit, key: KeyText): Promise<Edited> {
    return applyEdit(edit, await readKeys(key));
  },

  /** A token of decoded parts, signed when the key can. */
  async encode(parts: DecodedParts, key: KeyText): Promise<Encoded> {
    return encode(parts, await readKeys(key));
  },

  /** A token of one kind as its standard has it, to be edited. */
  async template(name: TemplateName, key: KeyText, alg: Algorithm): Promise<Template> {
    const material = await readKeys(key);
    const own =
      material.kind === 'keys'
        ? material.keys.find(({ privateJwk, publicJwk }) => privateJwk && fits(publicJwk, alg))
        : undefined;
    const kid = own?.publicJwk['kid'];
    return template(name, {
      now: Math.floor(Date.now() / 1000),
      alg,
      kid: typeof kid === 'string' ? kid : own?.thumbprint,
      publicJwk: own?.publicJwk,
      id: crypto.randomUUID(),
    });
  },

  generateSigningKey: (alg: Algorithm): Promise<GeneratedKey> => generateSigningKey(alg),

  generateKeyForEncryption: (alg: KeyManagementAlgorithm, enc: ContentEncryption): Promise<GeneratedKey> =>
    generateKeyForEncryption(alg, enc),

  /** Tries the shipped list of secrets on the token in the text. */
  async guess(
    text: string,
    choose: number,
    onProgress: (tried: number, of: number) => boolean | Promise<boolean>,
  ): Promise<Guess> {
    const { token, header } = read(text, choose);
    const { WEAK_SECRETS } = await import('../knowledge/weak-secrets.ts');
    return guessSecret(token, header?.object?.['alg'], WEAK_SECRETS, onProgress);
  },

  async open(text: string, choose: number, key: KeyText): Promise<Opened> {
    return open(text, choose, await readKeys(key));
  },

  async seal(
    text: string,
    header: { readonly alg: string; readonly enc: ContentEncryption; readonly cty?: string },
    key: KeyText,
  ): Promise<Sealed> {
    return seal(text, header, await readKeys(key));
  },

  lookUpKeySet: (url: string): Promise<LookUp> => lookUp(() => lookUpKeySet(url)),

  lookUpIssuer: (issuer: string): Promise<LookUp> => lookUp(() => lookUpIssuer(issuer)),

  /** The decision core comes with the first question only. */
  async ask(question: Question): Promise<GatewayAnswer> {
    return (await import('./asking/ask.ts')).ask(question);
  },

  async issuersWithoutKeys(configuration: string, environment: Question['environment']): Promise<string[]> {
    return (await import('./asking/ask.ts')).issuersWithoutKeys(configuration, environment);
  },
};

export type Engine = typeof engine;

async function readingThatVerifies(
  reading: Reading,
  { text, encoding }: KeyText,
): Promise<SecretReading | undefined> {
  const material = await readKeys({ text, encoding });
  if (material.kind !== 'secret') return undefined;
  for (const other of otherReadings(text, encoding)) {
    const { signature } = await verdictOn(reading, await readKeys(other), DEFAULT_EXPECTATIONS, 0);
    if (signature === 'verified') return other;
  }
  return undefined;
}

async function lookUp(find: () => Promise<FoundKeySet>): Promise<LookUp> {
  try {
    return { kind: 'found', ...(await find()) };
  } catch (error) {
    if (error instanceof FetchError || (error instanceof Error && error.name === 'PolicyError')) {
      return { kind: 'failed', reason: error.message };
    }
    throw error;
  }
}
