import type { Facts, VerifiedToken } from '@portcullis/token';
import { CHECK_SUMMARIES } from '@portcullis/token';
import { CHECKS_AFTER_TOKEN, CHECKS_BEFORE_TOKEN } from '../decide/checks.ts';
import type { Forward } from '../decide/decision.ts';
import { REASONS, type ReasonCode } from '../errors.ts';
import type { DenialRecord } from './denial-record.ts';

/** One check of a request, in the order they are made. */
export interface Step {
  readonly check: string;
  /** What this check asks, in a line. */
  readonly title: string;
  readonly result: 'passed' | 'failed' | 'not reached';
  /** What it looked at, as far as the record tells. */
  readonly input: Facts;
  /** For the failed check: the rule of the configuration that decided. */
  readonly rule?: { readonly text: string; readonly line: number };
}

/** A denial told from the first check to the last. */
export interface Story {
  readonly reason: ReasonCode;
  readonly status: number;
  readonly summary: string;
  readonly cure: string;
  /** Was the token's signature verified? Only then is what the steps say of its claims true. */
  readonly verified: boolean;
  readonly api?: string;
  readonly route?: string;
  readonly steps: readonly Step[];
}

const TITLES: Readonly<Record<string, string>> = {
  ...CHECKS_BEFORE_TOKEN,
  ...CHECK_SUMMARIES,
  ...CHECKS_AFTER_TOKEN,
  internal: 'Nothing fails that no check foresees.',
};

/** What was read of the token that each check looks at. */
const INPUTS: Readonly<Record<string, readonly string[]>> = {
  header: ['alg', 'kid', 'typ'],
  algorithm: ['alg'],
  allowed_algorithm: ['alg'],
  type: ['typ'],
  key: ['alg', 'kid'],
  signature: ['alg', 'kid'],
  issuer: ['iss'],
  claims: ['sub', 'client_id', 'jti'],
  expiry: ['exp'],
  not_before: ['nbf'],
  issued_at: ['iat'],
  lifetime: ['iat', 'exp'],
  audience: ['aud'],
  revocation: ['jti', 'sub', 'client_id', 'kid', 'iat'],
  caller_limit: ['client_id', 'sub'],
};

/** Tells the whole story of a denial from its record: each check in order, what it looked at, and what decided. */
export function explain(record: DenialRecord): Story {
  const { reason, status, verified, api, route } = record;
  const { summary, cure } = REASONS[reason];
  return {
    reason,
    status,
    summary,
    cure,
    verified,
    ...(api !== undefined && { api }),
    ...(route !== undefined && { route }),
    steps: steps(record),
  };
}

/** Each check that a forwarded request passed; those of the token only when there was one. */
export function passedSteps({ match, token }: Pick<Forward, 'match' | 'token'>): Step[] {
  const seen = token === undefined ? {} : seenOf(token);
  const { api, route } = match;
  const record = { seen, api: api.name, ...(route && { route: route.name }) };
  return Object.entries(TITLES).flatMap(([check, title]): Step[] => {
    if (check === 'internal') return [];
    const concernsToken = Object.hasOwn(CHECK_SUMMARIES, check) || check === 'revocation';
    if (concernsToken && token === undefined) return [{ check, title, result: 'not reached', input: {} }];
    return [{ check, title, result: 'passed', input: inputOf(check, record) }];
  });
}

function seenOf({ header, claims }: VerifiedToken): Facts {
  const known: Record<string, unknown> = { ...claims, ...header };
  const names = new Set(Object.values(INPUTS).flat());
  return Object.fromEntries(
    [...names].flatMap((name): [string, Facts[string]][] => {
      const value = known[name];
      if (typeof value === 'string' || typeof value === 'number') return [[name, value]];
      return Array.isArray(value) ? [[name, value.map(String)]] : [];
    }),
  );
}

function steps(record: DenialRecord): Step[] {
  const checks = Object.keys(TITLES);
  const failedAt = checks.indexOf(record.check);
  return checks.flatMap((check, index) => {
    if (check === 'internal' && record.check !== 'internal') return [];
    return [step(check, record, index === failedAt ? 'failed' : index < failedAt ? 'passed' : 'not reached')];
  });
}

function step(check: string, record: DenialRecord, result: Step['result']): Step {
  const title = TITLES[check] ?? check;
  if (result === 'failed') {
    return { check, title, result, input: record.detail, ...(record.rule && { rule: record.rule }) };
  }
  if (result === 'passed' && !wasMade(check, record))
    return { check, title, result: 'not reached', input: {} };
  return { check, title, result, input: result === 'passed' ? inputOf(check, record) : {} };
}

/** Of the checks before the failed one, which were made: those of the token only when there was one, and none surely when the guard itself failed. */
function wasMade(check: string, { check: failed, seen }: DenialRecord): boolean {
  if (failed === 'internal') return false;
  const concernsToken = Object.hasOwn(CHECK_SUMMARIES, check) || check === 'revocation';
  return !concernsToken || Object.hasOwn(CHECK_SUMMARIES, failed) || Object.keys(seen).length > 0;
}

function inputOf(check: string, { seen, api, route }: Pick<DenialRecord, 'seen' | 'api' | 'route'>): Facts {
  if (check === 'api') return api === undefined ? {} : { api };
  if (check === 'route') return route === undefined ? {} : { route };
  const names = INPUTS[check] ?? [];
  return Object.fromEntries(names.flatMap((name) => (seen[name] === undefined ? [] : [[name, seen[name]]])));
}
