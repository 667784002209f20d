import type { Config } from '@portcullis/guard';
import { resourcesOf } from '../resources/resources.ts';
import type { RingPolicy } from './plan.ts';

/** How long others may keep our key set before they ask again: `max-age` of the JWKS response. Seconds. */
export const KEY_SET_MAX_AGE = 300;
/** How far clocks may differ where our tokens are checked. Seconds. */
const SKEW = 60;

/** What the configuration asks of the ring. */
export function ringPolicyOf(config: Config): RingPolicy {
  const { issuer } = config;
  const { rotateEvery = 0, overlap = 0, algorithm = 'ES256' } = issuer?.keys ?? {};
  const asymmetric = [...resourcesOf(config).values()].flatMap((resource) =>
    resource.secret === undefined ? [resource.algorithm] : [],
  );
  return {
    algorithms: new Set([algorithm, ...asymmetric]),
    rotateEvery: rotateEvery * 1000,
    overlap: Math.max(overlap, (issuer?.accessToken.lifetime ?? 0) + SKEW) * 1000,
    publishedFirst: KEY_SET_MAX_AGE * 1000,
  };
}
