import type { KeyErrorCode } from '@portcullis/token';
import type { Reading } from '../reading/read.ts';
import { ALGORITHM_RULES } from './algorithm-rules.ts';
import { CLAIM_RULES } from './claim-rules.ts';
import { CONTENT_RULES } from './content-rules.ts';
import { HEADER_RULES } from './header-rules.ts';
import type { Finding, Rule, Severity } from './rule.ts';
import { kindOf } from './token-kind.ts';

/** Every rule, by RFC 8725 (JSON Web Token Best Current Practices) and the attacks it was written after. */
export const RULES: readonly Rule[] = [...ALGORITHM_RULES, ...HEADER_RULES, ...CLAIM_RULES, ...CONTENT_RULES];

const ORDER: readonly Severity[] = ['danger', 'warning', 'notice'];

/** Looks at a token with every rule; the worst comes first. */
export function findingsIn(
  reading: Reading,
  refusedKeys: readonly KeyErrorCode[],
  now: number,
): readonly Finding[] {
  if (reading.form === 'none') return [];
  const header = reading.header?.object ?? {};
  const claims = reading.payload?.kind === 'json' ? (reading.payload.object ?? {}) : {};
  const subject = { reading, header, claims, kind: kindOf(header, claims), now, refusedKeys };
  return RULES.flatMap(({ id, severity, reference, url, look }): Finding[] => {
    const facts = look(subject);
    return facts === undefined ? [] : [{ id, severity, reference, url, facts }];
  }).toSorted((a, b) => ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity));
}
