import { type DenialRecord, isReasonCode } from '@portcullis/guard';

type Facts = DenialRecord['detail'];

/** The denial that a record carries. Undefined when there is none, or one that this version cannot read. */
export function asDenial(value: unknown): DenialRecord | undefined {
  return isDenial(value) ? value : undefined;
}

function isDenial(value: unknown): value is DenialRecord {
  if (!isObject(value)) return false;
  const { reason, status, check, detail, seen, verified, rule } = value;
  const named = typeof reason === 'string' && isReasonCode(reason) && typeof check === 'string';
  const told =
    typeof status === 'number' && typeof verified === 'boolean' && isFacts(detail) && isFacts(seen);
  return named && told && (rule === undefined || isRule(rule));
}

function isRule(value: unknown): boolean {
  return isObject(value) && typeof value['text'] === 'string' && typeof value['line'] === 'number';
}

function isFacts(value: unknown): value is Facts {
  return isObject(value) && Object.values(value).every(isFact);
}

function isFact(value: unknown): boolean {
  const plain = value === null || ['string', 'number', 'boolean'].includes(typeof value);
  return plain || (Array.isArray(value) && value.every((item) => typeof item === 'string'));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
