import { reasonNamed } from '@portcullis/gateway';
import { type DenialRecord, explain, type Story } from '@portcullis/guard';
import { asDenial } from './denial-in-record.ts';
import type { LogRecord } from './find-record.ts';
import { upstreamHint } from './upstream-hint.ts';

/** What became of a request, and why. `explain --json` prints it. */
export interface Telling {
  /**
   * passed: forwarded, and the upstream's answer went back; denied: refused by a check; failed: allowed, but the
   * gateway or the upstream could not bring it to its end.
   */
  readonly outcome: 'passed' | 'denied' | 'failed';
  readonly request: LogRecord;
  /** The story of the denial, check by check. */
  readonly story?: Story;
  /** What the token said of itself; true only when the story says that its signature was verified. */
  readonly seen?: DenialRecord['seen'];
  /** For a reason without a story. */
  readonly reason?: { readonly code: string; readonly summary: string; readonly cure: string };
  /** What `upstreamError` means. */
  readonly hint?: string;
  /** A rule in shadow mode that would have denied it. */
  readonly shadow?: Story;
}

export function tell(record: LogRecord): Telling {
  const { denial: deniedBy, shadow: shadowedBy, ...request } = record;
  const denial = asDenial(deniedBy);
  const shadow = asDenial(shadowedBy);
  if (denial !== undefined) {
    return { outcome: 'denied', request, story: explain(denial), seen: denial.seen };
  }
  const code = record['reason'];
  if (typeof code === 'string') {
    const hint = upstreamHint(record['upstreamError']);
    return {
      outcome: outcomeOf(record),
      request,
      reason: reasonTold(code),
      ...(hint !== undefined && { hint }),
    };
  }
  return { outcome: 'passed', request, ...(shadow && { shadow: explain(shadow) }) };
}

/** A denial of the data plane itself has a 4xx status; with a 5xx something broke on the way. */
function outcomeOf({ status }: LogRecord): 'denied' | 'failed' {
  return typeof status === 'number' && status < 499 ? 'denied' : 'failed';
}

function reasonTold(code: string): { code: string; summary: string; cure: string } {
  const { summary, cure } = reasonNamed(code) ?? {
    summary: 'This version does not know the reason.',
    cure: 'Ask the version of portcullis that wrote the log.',
  };
  return { code, summary, cure };
}
