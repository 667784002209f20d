import type { ApiConfig } from '../config/schema/config.ts';
import { foldName, headerNameFault } from '../forward/forbidden-headers.ts';
import { createHeaderPlan, type HeaderPlan, type HeaderRule } from '../forward/header-plan.ts';
import type { KeyPath, Problems } from './problems.ts';

/** Compiles `forward` of one API. */
export function compileHeaders(api: ApiConfig, at: KeyPath, problems: Problems): HeaderPlan {
  const rules: HeaderRule[] = [];
  const names: [KeyPath, string][] = [];
  for (const [written, value] of Object.entries(api.forward.headers)) {
    const place = [...at, 'forward', 'headers', written];
    const name = written.toLowerCase();
    const fault = headerNameFault(name);
    if (fault !== undefined) {
      problems.report(place, fault);
      continue;
    }
    const { claim, array } = Array.isArray(value) ? { claim: value, array: 'comma' as const } : value;
    names.push([place, foldName(name)]);
    rules.push({
      name,
      claim,
      array,
      rule: { text: `${written}: ${claim.join('.')}`, line: problems.lineOf(place) },
    });
  }
  problems.reportTwice(names, 'this header, or one that upstreams read as it,');
  return createHeaderPlan(rules, { authorization: api.forward.authorization });
}
