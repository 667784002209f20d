import type { KeyState, StoredKey } from '@portcullis/store';
import type { Algorithm } from '@portcullis/token';

/** How a ring is kept. Milliseconds. */
export interface RingPolicy {
  readonly algorithms: ReadonlySet<Algorithm>;
  readonly rotateEvery: number;
  /** How long a key that signs no more stays published: at least as long as the tokens it signed live. */
  readonly overlap: number;
  /** How long a key is published before it may sign, so that whoever keeps key sets has it by then. */
  readonly publishedFirst: number;
}

/** One thing to do to a ring; in the order in which it is to be done. */
export type RingStep =
  | { readonly type: 'move'; readonly kid: string; readonly to: KeyState }
  | { readonly type: 'make'; readonly alg: Algorithm; readonly state: 'next' | 'current' };

/**
 * What time asks of a ring: a key that signs and one that is about to for each algorithm, a change of keys when it is due,
 * and the end of those whose tokens have all expired. Pure.
 */
export function planUpkeep(keys: readonly StoredKey[], policy: RingPolicy, now: number): RingStep[] {
  const algorithms = new Set([...policy.algorithms, ...keys.map(({ alg }) => alg as Algorithm)]);
  return [...algorithms].flatMap((alg) => {
    const own = keys.filter((key) => key.alg === alg);
    const wanted = policy.algorithms.has(alg);
    return [...retirements(own, policy, now), ...(wanted ? upkeepOf(own, alg, policy, now) : discharge(own))];
  });
}

/**
 * A change of keys that somebody asks for.
 *
 * @returns the steps, or the time at which the next key has been published for long enough
 */
export function planRotation(
  keys: readonly StoredKey[],
  alg: Algorithm,
  policy: RingPolicy,
  now: number,
): { readonly steps: RingStep[] } | { readonly notBefore: number } {
  const own = keys.filter((key) => key.alg === alg);
  const next = own.find(({ state }) => state === 'next');
  if (next !== undefined && next.changedAt + policy.publishedFirst > now) {
    return { notBefore: next.changedAt + policy.publishedFirst };
  }
  return { steps: succession(own, alg) };
}

/** The end of a key that nobody may trust any more. Where it signed, the next one takes its place at once. */
export function planRevocation(key: StoredKey, keys: readonly StoredKey[]): RingStep[] {
  const alg = key.alg as Algorithm;
  const gone: RingStep = { type: 'move', kid: key.kid, to: 'retired' };
  const others = keys.filter((one) => one.alg === alg && one.kid !== key.kid);
  if (key.state === 'current') return [gone, ...succession(others, alg)];
  if (key.state === 'next') return [gone, { type: 'make', alg, state: 'next' }];
  return [gone];
}

function upkeepOf(own: readonly StoredKey[], alg: Algorithm, policy: RingPolicy, now: number): RingStep[] {
  const current = own.find(({ state }) => state === 'current');
  const next = own.find(({ state }) => state === 'next');
  if (current === undefined) return succession(own, alg);
  if (next === undefined) return [{ type: 'make', alg, state: 'next' }];
  const due = current.changedAt + policy.rotateEvery <= now;
  return due && next.changedAt + policy.publishedFirst <= now ? succession(own, alg) : [];
}

/** The next key signs, the one that did steps back, and there is a next one again. */
function succession(own: readonly StoredKey[], alg: Algorithm): RingStep[] {
  const current = own.find(({ state }) => state === 'current');
  const next = own.find(({ state }) => state === 'next');
  return [
    ...(current === undefined ? [] : [{ type: 'move', kid: current.kid, to: 'previous' } as const]),
    next === undefined
      ? { type: 'make', alg, state: 'current' }
      : { type: 'move', kid: next.kid, to: 'current' },
    { type: 'make', alg, state: 'next' },
  ];
}

function retirements(own: readonly StoredKey[], { overlap }: RingPolicy, now: number): RingStep[] {
  return own
    .filter(({ state, changedAt }) => state === 'previous' && changedAt + overlap <= now)
    .map(({ kid }) => ({ type: 'move', kid, to: 'retired' }));
}

/** Nobody asks for this algorithm any more. */
function discharge(own: readonly StoredKey[]): RingStep[] {
  return own.flatMap(({ kid, state }): RingStep[] => {
    if (state === 'current') return [{ type: 'move', kid, to: 'previous' }];
    return state === 'next' ? [{ type: 'move', kid, to: 'retired' }] : [];
  });
}
