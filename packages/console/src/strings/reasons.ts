import { CHECK_SUMMARIES, KEY_ERRORS, TOKEN_ERRORS } from '@portcullis/token';
import { KEY_TEXT_ERRORS, type KeyTextErrorCode } from '../errors.ts';

interface Reason {
  readonly summary: string;
  readonly cure: string;
}

const REASONS: ReadonlyMap<string, Reason> = new Map<string, Reason>([
  ...Object.entries(TOKEN_ERRORS),
  ...Object.entries(KEY_ERRORS),
]);

/** What a reason code of packages/token means, in the words of its registry. */
export function reasonText(code: string): Reason | undefined {
  return REASONS.get(code);
}

/** A key error as a sentence; the code itself where it is none. */
export function keyErrorText(code: string): string {
  const reason = REASONS.get(code);
  return reason === undefined ? code : reason.summary.charAt(0).toUpperCase() + reason.summary.slice(1);
}

/** What each check asks. */
export const CHECK_QUESTIONS: Readonly<Record<string, string>> = CHECK_SUMMARIES;

/** Why a text is no key, and what to do. */
export function keyTextError(code: KeyTextErrorCode, about: string): string {
  const { summary, cure } = KEY_TEXT_ERRORS[code];
  const what = summary.charAt(0).toUpperCase() + summary.slice(1);
  return `${what}${about === '' ? '' : ` (${about})`}. ${cure}`;
}
