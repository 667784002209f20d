import type { ApiConfig } from '../config/schema/config.ts';
import type { LimitRule } from '../limit/limit-rule.ts';
import type { KeyPath, Problems } from './problems.ts';

/** Compiles the rate limits of one API. */
export function compileLimits(api: ApiConfig, at: KeyPath, problems: Problems): LimitRule[] {
  const anonymous = api.routes.every((route) => route.public);
  return api.limits.map((limit, index) => {
    const place = [...at, 'limits', index];
    if (anonymous && limit.per !== 'address') {
      problems.report(
        [...place, 'per'],
        `there is no ${limit.per} to count: every route of this API is public`,
      );
    }
    const burst = limit.burst ?? Math.max(1, Math.ceil(limit.rate));
    const text = `per ${limit.per}: ${limit.rate} requests a second, at most ${burst} at once`;
    return {
      id: `${api.name}\n${limit.per}\n${limit.rate}\n${burst}`,
      per: limit.per,
      rate: limit.rate,
      burst,
      rule: { text, line: problems.lineOf(place) },
    };
  });
}
