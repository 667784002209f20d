import {
  type Configuration,
  compile,
  createGuard,
  createLimiter,
  type Guard,
  type RevocationSet,
  type Snapshot,
} from '@portcullis/guard';
import { createVerifier, TokenError, type Verifier } from '@portcullis/token';
import { checkByOpenSsl } from '@portcullis/token/node';
import { messageOf } from '../errors.ts';
import { closeSources, type IssuerEvent, type OpenIssuers, openIssuers } from '../issuers/open-issuers.ts';
import type { TlsFileEvent } from '../tls/certificates.ts';
import { openAllUpstreamTls } from '../tls/upstream-tls.ts';
import { watchFiles } from '../tls/watch-files.ts';
import { type Balancers, type TlsByUpstream, Upstreams } from '../upstream/upstreams.ts';

/** A configuration whose routes are all public may trust no issuer at all. */
const NO_ISSUERS: Pick<Verifier, 'verifyNow'> = {
  verifyNow() {
    throw new TokenError('issuer_unknown');
  },
};

/** What a runtime tells while it runs. */
export interface RuntimeEvents {
  readonly onIssuer: (event: IssuerEvent) => void;
  readonly onTlsFile: (event: TlsFileEvent) => void;
}

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
  readonly #events: RuntimeEvents;
  readonly #revocations: RevocationSet;
  #current: Generation | undefined;
  #tls: TlsByUpstream = new Map();
  #unwatchTls = (): void => {};

  private constructor(upstreams: Upstreams, revocations: RevocationSet, events: RuntimeEvents) {
    this.#upstreams = upstreams;
    this.#events = events;
    this.#revocations = revocations;
  }

  /**
   * Compiles the first revision and gives its key sets one chance to load.
   *
   * @throws ConfigError, KeyError, TlsFileError
   */
  static async open(
    configuration: Configuration,
    revision: number,
    revocations: RevocationSet,
    events: RuntimeEvents,
  ): Promise<Runtime> {
    const { connections, timeouts } = configuration.config.gateway;
    const upstreams = new Upstreams({ connections, connectTimeout: timeouts.connect * 1000 });
    const runtime = new Runtime(upstreams, revocations, events);
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
    const tls = await openAllUpstreamTls(configuration);
    const issuers = await openIssuers(configuration, this.#events.onIssuer, old?.issuers);
    await Promise.all([...issuers.sources.values()].map(({ keys }) => keys.ready()));
    const verifier =
      issuers.policies.length === 0
        ? NO_ISSUERS
        : createVerifier({ issuers: issuers.policies, checkSignature: checkByOpenSsl });
    const guard = createGuard({
      snapshot,
      verifier,
      limiter: this.#limiter,
      revocations: this.#revocations,
    });
    this.#current = { snapshot, guard, balancers: this.#upstreams.adopt(snapshot, tls.byUpstream), issuers };
    if (old !== undefined) closeSources(old.issuers, issuers);
    this.#unwatchTls();
    this.#tls = tls.byUpstream;
    this.#unwatchTls = watchFiles(tls.files, () => void this.#readTlsAgain(configuration));
    // What has changed since they were read and before they were watched nobody else would tell.
    if (tls.files.length > 0) void this.#readTlsAgain(configuration);
  }

  /** New connections to upstreams use the new certificates; requests under way keep theirs. */
  async #readTlsAgain(configuration: Configuration): Promise<void> {
    const { onTlsFile } = this.#events;
    try {
      const { byUpstream } = await openAllUpstreamTls(configuration);
      const { snapshot } = this.current;
      if (snapshot.config !== configuration.config) return; // a reload came first
      if ([...byUpstream].every(([upstream, { id }]) => this.#tls.get(upstream)?.id === id)) return;
      this.#tls = byUpstream;
      this.#current = { ...this.current, balancers: this.#upstreams.adopt(snapshot, byUpstream) };
      onTlsFile({ type: 'loaded', file: 'those of the upstreams' });
    } catch (error) {
      onTlsFile({ type: 'failed', file: 'those of the upstreams', error: messageOf(error) });
    }
  }

  close(): void {
    this.#unwatchTls();
    if (this.#current !== undefined) closeSources(this.#current.issuers);
    this.#upstreams.close();
  }
}
