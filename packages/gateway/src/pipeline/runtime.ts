import {
  type Configuration,
  compile,
  createGuard,
  createLimiter,
  type Guard,
  type Snapshot,
} from '@portcullis/guard';
import { createVerifier, TokenError, type Verifier } from '@portcullis/token';
import { closeSources, type IssuerEvent, type OpenIssuers, openIssuers } from '../issuers/open-issuers.ts';
import { type Balancers, Upstreams } from '../upstream/upstreams.ts';

/** A configuration whose routes are all public may trust no issuer at all. */
const NO_ISSUERS: Verifier = {
  verify: () => Promise.reject(new TokenError('issuer_unknown')),
  recall: () => undefined,
};

/** Everything that one revision decides and forwards with. A request ends under the one it began with. */
export interface Generation {
  readonly snapshot: Snapshot;
  readonly guard: Guard;
  readonly balancers: Balancers;
  readonly issuers: OpenIssuers;
}

/** The generation in force, and what outlives it: connections, key sets, and the counts of the limits. */
export class Runtime {
  readonly #upstreams: Upstreams;
  readonly #limiter = createLimiter();
  readonly #onIssuerEvent: (event: IssuerEvent) => void;
  #current: Generation | undefined;

  private constructor(upstreams: Upstreams, onIssuerEvent: (event: IssuerEvent) => void) {
    this.#upstreams = upstreams;
    this.#onIssuerEvent = onIssuerEvent;
  }

  /**
   * Compiles the first revision and gives its key sets one chance to load.
   *
   * @throws ConfigError, KeyError
   */
  static async open(
    configuration: Configuration,
    revision: number,
    onIssuerEvent: (event: IssuerEvent) => void,
  ): Promise<Runtime> {
    const { connections, timeouts } = configuration.config.gateway;
    const upstreams = new Upstreams({ connections, connectTimeout: timeouts.connect * 1000 });
    const runtime = new Runtime(upstreams, onIssuerEvent);
    await runtime.apply(configuration, revision);
    return runtime;
  }

  get current(): Generation {
    if (this.#current === undefined) throw new Error('a runtime is given out only once it has a revision');
    return this.#current;
  }

  /** Prepares a revision aside, then swaps to it at once. When it throws, nothing has changed. */
  async apply(configuration: Configuration, revision: number): Promise<void> {
    const snapshot = compile(configuration, revision);
    const old = this.#current;
    const issuers = await openIssuers(configuration, this.#onIssuerEvent, old?.issuers);
    await Promise.all([...issuers.sources.values()].map(({ keys }) => keys.ready()));
    const verifier =
      issuers.policies.length === 0 ? NO_ISSUERS : createVerifier({ issuers: issuers.policies });
    const guard = createGuard({ snapshot, verifier, limiter: this.#limiter });
    this.#current = { snapshot, guard, balancers: this.#upstreams.adopt(snapshot), issuers };
    if (old !== undefined) closeSources(old.issuers, issuers);
  }

  close(): void {
    if (this.#current !== undefined) closeSources(this.#current.issuers);
    this.#upstreams.close();
  }
}
