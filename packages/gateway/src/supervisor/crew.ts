import type { Address, Revocation } from '@portcullis/guard';
import { messageOf } from '../errors.ts';
import { counter, gauge, type MetricJson } from '../telemetry/metrics.ts';
import { EndedWorkers } from './ended-workers.ts';
import { Heartbeat } from './heartbeat.ts';
import type { Revision } from './messages.ts';
import type { PreparedWorkers } from './prepared-workers.ts';
import { ReplacementDelay } from './replacement-delay.ts';
import { RevocationRelay } from './revocation-relay.ts';
import { WorkerEnded, type WorkerProcess } from './worker-process.ts';

/** What the supervisor has to say: facts for a machine, and a message for a person. */
export interface SupervisorLog {
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}

/** What a configuration says of the workers. */
export interface CrewTerms {
  /** How many workers there should be. */
  readonly wanted: number;
  /** Where the lines of refused requests point to. */
  readonly help: string;
  /** Seconds that a worker may not respond before it is replaced. */
  readonly patience: number;
  /** Seconds that a worker which ends may take over the requests it has. */
  readonly drain: number;
}

export interface CrewOptions {
  readonly listen: Address;
  readonly prepared: PreparedWorkers;
  readonly logger: SupervisorLog;
}

/** The workers: kept at their number, and all at one revision. */
export class Crew {
  readonly #options: CrewOptions;
  readonly #workers = new Set<WorkerProcess>();
  readonly #ended = new EndedWorkers();
  readonly #replacementDelay = new ReplacementDelay();
  readonly #prepared: PreparedWorkers;
  readonly #revocations = new RevocationRelay<WorkerProcess>((worker) => this.#endStuck(worker));
  #revocationsKnown: Promise<unknown> = Promise.resolve();
  #revision: Revision;
  #terms: CrewTerms;
  #heartbeat: Heartbeat;
  #crashes = 0;
  #stuck = 0;
  /** Whether a worker that ends is replaced. */
  #steady = false;

  constructor(first: Revision, terms: CrewTerms, options: CrewOptions) {
    this.#revision = first;
    this.#terms = terms;
    this.#options = options;
    this.#prepared = options.prepared;
    this.#heartbeat = this.#watch();
  }

  get listening(): readonly WorkerProcess[] {
    return this.#active.filter((worker) => worker.listening);
  }

  get wanted(): number {
    return this.#terms.wanted;
  }

  get revision(): number {
    return this.#revision.revision;
  }

  /**
   * Starts all workers; rejects when one of them cannot.
   *
   * @param revocationsKnown fulfilled once all that are in force were given to {@link revoke}: before that no worker listens
   */
  async start(revocationsKnown: Promise<unknown>): Promise<void> {
    this.#revocationsKnown = revocationsKnown;
    revocationsKnown.catch(() => {}); // whoever waits for it hears of that
    await Promise.all(Array.from({ length: this.wanted }, () => this.#spawnOneOfFirst()));
    this.#steady = true;
    while (this.#active.length < this.wanted) await this.#spawn();
  }

  /**
   * New workers take the places of those that there are, one after the other, under a new revision and new terms. When the
   * first cannot start, nothing has changed, and this rejects.
   */
  async roll(next: Revision, terms: CrewTerms): Promise<void> {
    const [revision, old] = [this.#revision, this.listening];
    const { drain } = this.#terms;
    await this.#startFirst(next, revision, terms);
    for (const [place, worker] of old.entries()) {
      if (place > 0 && place < terms.wanted)
        await this.#spawn().catch((error: unknown) => this.#tellFailure(error));
      worker.retired = true;
      void worker.end(drain);
    }
    for (let place = this.#active.length; place < terms.wanted; place += 1) {
      await this.#spawn().catch((error: unknown) => this.#tellFailure(error));
    }
  }

  /** One worker goes first: when it cannot apply the revision, no other ever sees it, and this rejects. */
  async apply(next: Revision): Promise<void> {
    const before = this.#revision;
    this.#revision = next;
    try {
      await this.#applyToOne(next);
    } catch (error) {
      this.#revision = before;
      await this.#followAll(); // one that began meanwhile began with the revision that failed
      throw error;
    }
    await this.#followAll();
  }

  /**
   * A worker that ends meanwhile may have ended for any reason; so it is tried once more, on a worker that nobody depends
   * on yet. Never is a revision in force that no worker has proved.
   */
  async #applyToOne(next: Revision): Promise<void> {
    const [first] = this.listening;
    try {
      if (first === undefined) await this.#spawn({ retry: false });
      else await this.#applyTo(first, next);
    } catch (error) {
      if (first === undefined || !(error instanceof WorkerEnded)) throw error;
      await this.#spawn({ retry: false });
    }
  }

  /** Tells every worker; those yet to come are told before they listen. */
  revoke(revocations: readonly Revocation[]): void {
    this.#revocations.revoke(revocations, this.#workers);
  }

  /** The record of a refused request, wherever it was; undefined when no worker remembers it. */
  async find(requestId: string): Promise<string | undefined> {
    const asked = this.listening.map((worker) =>
      worker.ask<'find'>({ type: 'find', requestId }).catch(() => null),
    );
    return (await Promise.all(asked)).find((line) => line !== null) ?? undefined;
  }

  /** Lets every worker load the keys of an issuer now. */
  refreshKeys(issuer: string): void {
    for (const worker of this.#workers) worker.send({ type: 'refresh_keys', issuer });
  }

  /** Lets every worker open its access log anew. */
  reopenLogs(): void {
    for (const worker of this.#workers) worker.send({ type: 'reopen' });
  }

  /** What all workers count, those that have ended included, and how they fare. */
  async metrics(): Promise<(readonly MetricJson[])[]> {
    const own = [
      gauge('portcullis_workers', 'Workers that listen.', this.listening.length),
      counter('portcullis_worker_crashes_total', 'Workers that ended unasked.', this.#crashes),
      counter(
        'portcullis_workers_stuck_total',
        'Workers that did not respond any more and were ended.',
        this.#stuck,
      ),
    ];
    // Read before waiting: a worker that ends meanwhile must not be counted among both.
    const ended = this.#ended.counts();
    const workers = await Promise.all([...this.#workers].map((worker) => worker.collect()));
    return [...workers, ended, own];
  }

  async stop(): Promise<void> {
    this.#steady = false;
    this.#heartbeat.close();
    await Promise.all([...this.#workers].map((worker) => worker.end(this.#terms.drain)));
  }

  /** Those whose place no other has taken. */
  get #active(): readonly WorkerProcess[] {
    return [...this.#workers].filter((worker) => !worker.retired);
  }

  #watch(): Heartbeat {
    return new Heartbeat(
      this.#terms.patience,
      () => this.listening,
      (worker) => this.#endStuck(worker),
    );
  }

  async #startFirst(next: Revision, before: Revision, terms: CrewTerms): Promise<void> {
    const old = this.#terms;
    this.#revision = next;
    this.#terms = terms;
    try {
      await this.#spawn({ retry: false });
    } catch (error) {
      this.#revision = before;
      this.#terms = old;
      throw error;
    }
    this.#heartbeat.close();
    this.#heartbeat = this.#watch();
  }

  /** Revocations may take long to be read: that a worker ended while it waited says nothing of the next. */
  async #spawnOneOfFirst(): Promise<void> {
    try {
      await this.#spawn();
    } catch (error) {
      if (!(error instanceof WorkerEnded)) throw error;
      await this.#spawn();
    }
  }

  /** @param retry whether another is tried when it does not start */
  async #spawn({ retry } = { retry: true }): Promise<void> {
    const worker = this.#prepared.take();
    const bornAt = performance.now();
    this.#workers.add(worker);
    worker.onExit((code, signal) => this.#onExit(worker, bornAt, { code, signal }));
    this.#revocations.introduce(worker);
    const revision = this.#revision;
    try {
      await worker.ask<'open'>({ type: 'open', revision, help: this.#terms.help });
      await this.#revocationsKnown;
      await this.#revocations.isTold(worker);
      await worker.ask<'listen'>({ type: 'listen', listen: this.#options.listen });
      worker.revision = revision.revision;
    } catch (error) {
      worker.retired = !retry;
      worker.kill(); // its end brings the next attempt
      throw error;
    }
    worker.listening = true;
    this.#revocations.forget(worker);
    // Another revision may have come while this one was starting.
    await this.#follow(worker);
  }

  async #applyTo(worker: WorkerProcess, revision: Revision): Promise<void> {
    await worker.ask<'apply'>({ type: 'apply', revision });
    worker.revision = revision.revision;
  }

  async #followAll(): Promise<void> {
    await Promise.all(this.listening.map((worker) => this.#follow(worker)));
  }

  /** A worker that does not follow the others is replaced by one that begins with their revision. */
  async #follow(worker: WorkerProcess): Promise<void> {
    const revision = this.#revision;
    if (worker.revision === revision.revision) return;
    try {
      await this.#applyTo(worker, revision);
    } catch (error) {
      this.#options.logger.error(
        { worker: worker.pid, error: messageOf(error) },
        'worker kept an old revision, replacing it',
      );
      worker.listening = false;
      worker.send({ type: 'drain' });
    }
  }

  #endStuck(worker: WorkerProcess): void {
    this.#stuck += 1;
    const seconds = this.#terms.patience;
    this.#options.logger.error({ worker: worker.pid, seconds }, 'worker does not respond, ending it');
    worker.kill(); // its end brings the next
  }

  #onExit(worker: WorkerProcess, bornAt: number, how: { code: number | null; signal: string | null }): void {
    this.#workers.delete(worker);
    this.#revocations.forget(worker);
    this.#ended.keep(worker);
    if (!this.#steady || worker.retired) return;
    this.#crashes += 1;
    const againInMs = this.#replacementDelay.after(performance.now() - bornAt);
    this.#options.logger.error({ worker: worker.pid, ...how, againInMs }, 'worker ended, starting another');
    setTimeout(() => this.#replace(), againInMs);
  }

  #replace(): void {
    if (!this.#steady || this.#active.length >= this.wanted) return;
    this.#spawn().catch((error: unknown) => this.#tellFailure(error));
  }

  #tellFailure(error: unknown): void {
    this.#options.logger.error({ error: messageOf(error) }, 'worker did not start');
  }
}
