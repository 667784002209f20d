import type { KeyErrorCode } from '@portcullis/token';
import type { Reading } from '../reading/read.ts';
import type { TokenKind } from './token-kind.ts';

/** danger: forgeable or harmful as it is. warning: against the advice of RFC 8725 or the like. notice: good to know. */
export type Severity = 'danger' | 'warning' | 'notice';

/** What the rules look at. */
export interface Subject {
  readonly reading: Reading;
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
  readonly kind: TokenKind;
  /** Seconds since the epoch. */
  readonly now: number;
  /** Why a verifier takes none of the given keys. */
  readonly refusedKeys: readonly KeyErrorCode[];
}

/** One thing that may be wrong with a token. Its words stand in strings/findings.ts. */
export interface Rule {
  readonly id: string;
  readonly severity: Severity;
  /** Where the advice, or the attack, is written down. */
  readonly reference: string;
  readonly url: string;
  /** What was found, for the words; undefined when there is nothing to say. */
  readonly look: (subject: Subject) => Readonly<Record<string, string | number>> | undefined;
}

/** What a rule found in a token. */
export interface Finding {
  readonly id: string;
  readonly severity: Severity;
  readonly reference: string;
  readonly url: string;
  readonly facts: Readonly<Record<string, string | number>>;
}

/** A section of an RFC. */
export function rfc(number: number, section: string): { reference: string; url: string } {
  return {
    reference: `RFC ${number} section ${section}`,
    url: `https://www.rfc-editor.org/rfc/rfc${number}#section-${section}`,
  };
}

/** A vulnerability by its number. */
export function cve(id: string): { reference: string; url: string } {
  return { reference: id, url: `https://www.cve.org/CVERecord?id=${id}` };
}

/** Something to say without more facts, when it is so. */
export function when(is: boolean): Readonly<Record<string, string>> | undefined {
  return is ? {} : undefined;
}
