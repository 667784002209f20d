import type { Config } from '@portcullis/guard';

const NONE: readonly string[] = [];

/** `Strict-Transport-Security` (RFC 6797 section 6.1) as name and value; empty where it is not said. */
export function hstsFields(tls: Config['gateway']['tls']): readonly string[] {
  if (tls === undefined || tls.hsts === 'off') return NONE;
  return ['strict-transport-security', `max-age=${Math.floor(tls.hsts)}`];
}
