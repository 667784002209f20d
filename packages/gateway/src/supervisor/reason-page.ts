import { isReasonCode, REASONS } from '@portcullis/guard';
import { GATEWAY_REASONS, type GatewayReason } from '../errors.ts';

/** What a reason code means and what to do about it, as plain text; undefined for a code that does not exist. */
export function reasonPage(code: string): string | undefined {
  const reason = isReasonCode(code)
    ? REASONS[code]
    : isGatewayReason(code)
      ? GATEWAY_REASONS[code]
      : undefined;
  if (reason === undefined) return undefined;
  const { status, summary, cure } = reason;
  return `${code}\n\nAnswered with: ${status}\nCause: ${summary}\nCure: ${cure}\n`;
}

function isGatewayReason(code: string): code is GatewayReason {
  return Object.hasOwn(GATEWAY_REASONS, code);
}
