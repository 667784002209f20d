import type { KeyChange, MasterKey, SigningKeys, StoredKey } from '@portcullis/store';
import { type Algorithm, generateKey, type PrivateJwk, type PublicJwk } from '@portcullis/token';
import { planRevocation, planRotation, planUpkeep, type RingPolicy, type RingStep } from './plan.ts';

/** What a ring holds at a moment. */
export interface RingKeys {
  /** The private key that signs, by algorithm. */
  readonly signing: ReadonlyMap<Algorithm, PrivateJwk>;
  /** What the key set shows: keys that sign, will sign, or signed tokens that are still good. */
  readonly published: readonly PublicJwk[];
  /** Changes whenever anything of this does. */
  readonly version: string;
}

/** One change of a ring, for the audit stream. */
export interface RingEvent {
  readonly type: 'key.made' | 'key.current' | 'key.previous' | 'key.retired';
  readonly kid: string;
  readonly alg: string;
}

export interface KeyRingOptions {
  readonly keys: SigningKeys;
  /** Asked for whenever something is sealed or opened: it may have been rotated. */
  readonly masterKey: () => Promise<MasterKey>;
  readonly ring: string;
}

/** The signing keys of one environment and purpose. Each change is one transaction; who looks sees all of it or nothing. */
export class KeyRing {
  readonly #options: KeyRingOptions;

  constructor(options: KeyRingOptions) {
    this.#options = options;
  }

  /** What the store holds now; undefined when that is what `known` is the version of. Nothing is opened then. */
  async readUnless(known: string | undefined): Promise<RingKeys | undefined> {
    const stored = await this.#options.keys.list(this.#options.ring);
    return versionOf(stored) === known ? undefined : this.#opened(stored);
  }

  /** Does what time asks for. Of several processes that try at once, one does it. */
  async keepUp(policy: RingPolicy, now: number): Promise<{ keys: RingKeys; events: readonly RingEvent[] }> {
    return this.#change((keys) => planUpkeep(keys, policy, now), now);
  }

  /**
   * Lets the next key sign.
   *
   * @returns when the next key may sign at the earliest, where that is yet to come; milliseconds since the epoch
   */
  async rotate(
    alg: Algorithm,
    policy: RingPolicy,
    now: number,
  ): Promise<{ events: readonly RingEvent[] } | { notBefore: number }> {
    let notBefore: number | undefined;
    const { events } = await this.#change((keys) => {
      const plan = planRotation(keys, alg, policy, now);
      if ('steps' in plan) return plan.steps;
      notBefore = plan.notBefore;
      return [];
    }, now);
    return notBefore === undefined ? { events } : { notBefore };
  }

  /** Takes a key out of use and out of sight; undefined when the ring has no such key. */
  async revoke(kid: string, now: number): Promise<readonly RingEvent[] | undefined> {
    let found = false;
    const { events } = await this.#change((keys) => {
      const key = keys.find((one) => one.kid === kid);
      found = key !== undefined;
      return key === undefined ? [] : planRevocation(key, keys);
    }, now);
    return found ? events : undefined;
  }

  async #change(
    plan: (keys: readonly StoredKey[]) => readonly RingStep[],
    now: number,
  ): Promise<{ keys: RingKeys; events: RingEvent[] }> {
    const { keys: stored, ring } = this.#options;
    let events: RingEvent[] = [];
    const after = await stored.change(ring, async (keys) => {
      const steps = plan(keys);
      const changes = await Promise.all(steps.map((step) => this.#changeOf(step, now)));
      events = changes.map((change) => eventOf(change, keys));
      return changes;
    });
    return { keys: await this.#opened(after), events };
  }

  async #changeOf(step: RingStep, now: number): Promise<KeyChange> {
    if (step.type === 'move') return { ...step, at: now };
    const { alg, state } = step;
    const { privateJwk, publicJwk } = await generateKey(alg);
    const { kid } = publicJwk;
    const sealed = await (await this.#options.masterKey()).seal(privateJwk, kid);
    const { ring } = this.#options;
    return { type: 'add', key: { kid, ring, alg, state, publicJwk, sealed, createdAt: now, changedAt: now } };
  }

  async #opened(stored: readonly StoredKey[]): Promise<RingKeys> {
    const masterKey = await this.#options.masterKey();
    const current = stored.filter(({ state }) => state === 'current');
    const opened = await Promise.all(
      // What was sealed is what `generateKey` made, and what it was published as.
      current.map(async ({ alg, kid, sealed }) => {
        const key = (await masterKey.open(sealed, kid)) as PrivateJwk;
        return [alg as Algorithm, key] as const;
      }),
    );
    const shown = stored.filter(({ state }) => state !== 'retired');
    return {
      signing: new Map(opened),
      published: shown.map(({ publicJwk }) => publicJwk as PublicJwk),
      version: versionOf(stored),
    };
  }
}

function versionOf(stored: readonly StoredKey[]): string {
  return stored.map(({ kid, state }) => `${kid}:${state}`).join(' ');
}

function eventOf(change: KeyChange, before: readonly StoredKey[]): RingEvent {
  if (change.type === 'add') return { type: 'key.made', kid: change.key.kid, alg: change.key.alg };
  const { kid, to } = change;
  const type = to === 'current' ? 'key.current' : to === 'previous' ? 'key.previous' : 'key.retired';
  return { type, kid, alg: before.find((key) => key.kid === kid)?.alg ?? '' };
}

/** The name of the ring whose keys sign the access tokens of an environment. */
export function accessTokenRing(environment: string): string {
  return `${environment}/access-token`;
}
