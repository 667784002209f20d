import { FieldNames } from '../http/field-names.ts';

/** Fields that belong to one connection and never cross the gateway (RFC 9110 section 7.6.1). */
const HOP_BY_HOP = new FieldNames([
  'connection',
  'http2-settings',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

export function isHopByHop(lowerCaseName: string): boolean {
  return HOP_BY_HOP.has(lowerCaseName);
}

/** The fields that `Connection` names besides its own options: they too are for this hop only. Lower case. */
export function connectionNamed(value: string): readonly string[] {
  const lower = value.toLowerCase();
  if (lower === 'keep-alive' || lower === 'close') return [];
  return lower
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== 'keep-alive' && name !== 'close');
}
