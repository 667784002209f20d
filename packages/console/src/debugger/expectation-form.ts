import { type Algorithm, isAlgorithm } from '@portcullis/token';
import { DEFAULT_EXPECTATIONS, type Expectations } from '../engine/verdict/settings.ts';

/** What is expected of a token, as it stands in the fields. */
export interface ExpectationForm {
  readonly algorithms: readonly Algorithm[];
  readonly issuer: string;
  readonly audience: string;
  readonly asOf: string;
  readonly clockSkew: string;
  readonly maxLifetime: string;
  readonly required: string;
  readonly accessTokensOnly: boolean;
}

export const EMPTY_FORM: ExpectationForm = {
  algorithms: [],
  issuer: '',
  audience: '',
  asOf: '',
  clockSkew: String(DEFAULT_EXPECTATIONS.clockSkew),
  maxLifetime: String(DEFAULT_EXPECTATIONS.maxLifetime),
  required: '',
  accessTokensOnly: false,
};

export type FormField = 'asOf' | 'clockSkew' | 'maxLifetime';

/** Reads the fields. One that cannot be read is named, and its default is taken. */
export function readForm(form: ExpectationForm): { expectations: Expectations; wrong: readonly FormField[] } {
  const asOf = readMoment(form.asOf);
  const clockSkew = readNumber(form.clockSkew, 0, 60);
  const maxLifetime = readNumber(form.maxLifetime, 1, 1e12);
  const wrong: FormField[] = [];
  if (asOf === null) wrong.push('asOf');
  if (clockSkew === undefined) wrong.push('clockSkew');
  if (maxLifetime === undefined) wrong.push('maxLifetime');
  return {
    wrong,
    expectations: {
      algorithms: form.algorithms.filter(isAlgorithm),
      issuer: form.issuer.trim(),
      audience: form.audience.trim(),
      accessTokensOnly: form.accessTokensOnly,
      asOf: asOf ?? undefined,
      clockSkew: clockSkew ?? DEFAULT_EXPECTATIONS.clockSkew,
      maxLifetime: maxLifetime ?? DEFAULT_EXPECTATIONS.maxLifetime,
      requiredClaims: form.required.split(/[\s,]+/).filter((name) => name !== ''),
    },
  };
}

/** Seconds since 1970, or a date; undefined for nothing, null for anything else. */
export function readMoment(text: string): number | undefined | null {
  const bare = text.trim();
  if (bare === '') return undefined;
  if (/^\d{1,12}(?:\.\d+)?$/.test(bare)) return Number(bare);
  const parsed = Date.parse(bare);
  return Number.isNaN(parsed) ? null : parsed / 1000;
}

function readNumber(text: string, least: number, most: number): number | undefined {
  const value = Number(text);
  return text.trim() !== '' && value >= least && value <= most ? value : undefined;
}
