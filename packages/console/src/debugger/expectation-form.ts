import { type Algorithm, isAlgorithm } from '@portcullis/token';
import { DEFAULT_EXPECTATIONS, type Expectations } from '../engine/verdict/settings.ts';
import { readMoment } from '../time/times.ts';

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

/** Seconds: longer than any token lives. */
const NO_LIMIT = 1e12;

/** Reads the fields. One that cannot be read is named, and its default is taken. */
export function readForm(form: ExpectationForm): { expectations: Expectations; wrong: readonly FormField[] } {
  const asOf = readMoment(form.asOf);
  const clockSkew = readNumber(form.clockSkew, 0, 60);
  const maxLifetime = form.maxLifetime.trim() === '' ? NO_LIMIT : readNumber(form.maxLifetime, 1, NO_LIMIT);
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

function readNumber(text: string, least: number, most: number): number | undefined {
  const value = Number(text);
  return text.trim() !== '' && value >= least && value <= most ? value : undefined;
}
