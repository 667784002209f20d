import type { Facts } from '@portcullis/token';
import type { Denial } from '../decide/decision.ts';
import type { ReasonCode } from '../errors.ts';

/** What the access log keeps of a denial: plain JSON, no token. */
export interface DenialRecord {
  readonly reason: ReasonCode;
  readonly status: number;
  readonly check: string;
  readonly detail: Facts;
  readonly seen: Facts;
  readonly verified: boolean;
  readonly rule?: { readonly text: string; readonly line: number };
  readonly allow?: readonly string[];
  readonly retryAfter?: number;
  readonly api?: string;
  readonly route?: string;
}

export function denialRecord(denial: Denial): DenialRecord {
  const { reason, status, check, detail, seen, verified, rule, allow, retryAfter, api, route } = denial;
  return {
    reason,
    status,
    check,
    detail,
    seen,
    verified,
    ...(rule && { rule: { text: rule.text, line: rule.line } }),
    ...(allow && { allow }),
    ...(retryAfter !== undefined && { retryAfter }),
    ...(api && { api: api.name }),
    ...(route && { route: route.name }),
  };
}
