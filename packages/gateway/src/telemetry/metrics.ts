import type { Exchange } from '../exchange/exchange.ts';
import type { IssuerEvent, OpenIssuers } from '../issuers/open-issuers.ts';
import type { Certificates } from '../tls/certificates.ts';

/** Upper bounds in seconds. */
const BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] as const;

/** One time series as prom-client reads and merges it. */
export interface Sample {
  readonly value: number;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly metricName?: string;
}

export interface MetricJson {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly aggregator: 'sum' | 'max';
  readonly values: readonly Sample[];
}

/** Seconds spent, counted by bucket as Prometheus wants them. */
class Histogram {
  readonly #counts = new Array<number>(BUCKETS.length + 1).fill(0);
  #sum = 0;

  observe(seconds: number): void {
    let i = 0;
    while (i < BUCKETS.length && seconds > (BUCKETS[i] as number)) i += 1;
    this.#counts[i] = (this.#counts[i] as number) + 1;
    this.#sum += seconds;
  }

  samples(name: string, labels: Readonly<Record<string, string>>): Sample[] {
    let running = 0;
    const buckets = this.#counts.map((count, i) => {
      running += count;
      return {
        value: running,
        labels: { ...labels, le: BUCKETS[i] ?? '+Inf' },
        metricName: `${name}_bucket`,
      };
    });
    return [
      ...buckets,
      { value: this.#sum, labels, metricName: `${name}_sum` },
      { value: running, labels, metricName: `${name}_count` },
    ];
  }
}

/** Counts by label values; nothing is hashed or allocated for a series that is already there. */
class Counter {
  readonly #series = new Map<string, Map<string | number, number>>();

  add(first: string, second: string | number): void {
    let inner = this.#series.get(first);
    if (inner === undefined) {
      inner = new Map();
      this.#series.set(first, inner);
    }
    inner.set(second, (inner.get(second) ?? 0) + 1);
  }

  samples(firstLabel: string, secondLabel: string): Sample[] {
    return [...this.#series].flatMap(([first, inner]) =>
      [...inner].map(([second, value]) => ({
        value,
        labels: { [firstLabel]: first, [secondLabel]: second },
      })),
    );
  }
}

/** What one worker counts. Rendered and merged by the supervisor (`mergeMetrics`). */
export class Metrics {
  readonly #requests = new Counter();
  readonly #refusals = new Counter();
  readonly #shadow = new Counter();
  readonly #keySetEvents = new Counter();
  #handshakeFailures = 0;
  readonly #durations = new Map<string, { total: Histogram; upstream: Histogram }>();

  record(exchange: Exchange): void {
    const { decision, reason } = exchange;
    const api = apiName(exchange);
    const status = exchange.loggedStatus;
    this.#requests.add(api, status);
    if (decision?.kind === 'deny') this.#refusals.add(api, decision.reason);
    else if (reason !== undefined) this.#refusals.add(api, reason);
    if (decision?.kind === 'forward' && decision.shadow !== undefined)
      this.#shadow.add(api, decision.shadow.reason);
    this.#time(api, exchange);
  }

  /** A request that never became one. */
  brokenHead(status: number, reason: string): void {
    this.#requests.add('', status);
    this.#refusals.add('', reason);
  }

  keySetEvent({ issuer, type }: IssuerEvent): void {
    this.#keySetEvents.add(issuer, type);
  }

  handshakeFailure(): void {
    this.#handshakeFailures += 1;
  }

  #time(api: string, { startedAt, forwardedAt, answeredAt, endedAt }: Exchange): void {
    let durations = this.#durations.get(api);
    if (durations === undefined) {
      durations = { total: new Histogram(), upstream: new Histogram() };
      this.#durations.set(api, durations);
    }
    durations.total.observe((endedAt - startedAt) / 1000);
    if (forwardedAt !== undefined && answeredAt !== undefined) {
      durations.upstream.observe((answeredAt - forwardedAt) / 1000);
    }
  }

  collect(state: WorkerState): MetricJson[] {
    const total = 'portcullis_request_duration_seconds';
    const upstream = 'portcullis_upstream_duration_seconds';
    const durations = [...this.#durations];
    return [
      counter('portcullis_requests_total', 'Requests answered.', this.#requests.samples('api', 'status')),
      counter(
        'portcullis_refusals_total',
        'Requests refused or broken off, by reason code.',
        this.#refusals.samples('api', 'reason'),
      ),
      counter(
        'portcullis_shadow_denials_total',
        'Requests that a rule in shadow mode would have refused.',
        this.#shadow.samples('api', 'reason'),
      ),
      counter(
        'portcullis_key_set_events_total',
        'Key sets loaded, failed to load, and keys skipped, by issuer.',
        this.#keySetEvents.samples('issuer', 'event'),
      ),
      counter(
        'portcullis_access_log_dropped_total',
        'Access log lines lost because nothing took them.',
        state.droppedLines,
      ),
      counter(
        'portcullis_tls_handshake_failures_total',
        'Client connections that never became secure.',
        this.#handshakeFailures,
      ),
      {
        name: total,
        help: 'From the end of the request head to the end of the response.',
        type: 'histogram',
        aggregator: 'sum',
        values: durations.flatMap(([api, both]) => both.total.samples(total, { api })),
      },
      {
        name: upstream,
        help: 'From sending the request to the upstream to the head of its response.',
        type: 'histogram',
        aggregator: 'sum',
        values: durations.flatMap(([api, both]) => both.upstream.samples(upstream, { api })),
      },
      gauge('portcullis_connections', 'Open client connections.', state.connections),
      gauge('portcullis_revocations', 'Revocations in force.', state.revocations, 'max'),
      gauge('portcullis_revision', 'The configuration revision in force.', state.revision, 'max'),
      gauge(
        'portcullis_certificate_not_after_seconds',
        'When the certificates of the listener end, in seconds since the epoch, by file.',
        state.certificates.map(({ file, seconds }) => ({ value: seconds, labels: { file } })),
        'max',
      ),
      gauge('portcullis_issuer_keys', 'Keys in use, by issuer.', keyCounts(state.issuers), 'max'),
    ];
  }
}

export interface WorkerState {
  readonly connections: number;
  readonly revision: number;
  readonly droppedLines: number;
  readonly issuers: OpenIssuers;
  readonly revocations: number;
  readonly certificates: Certificates['notAfter'];
}

function apiName({ decision }: Exchange): string {
  if (decision === undefined) return '';
  if (decision.kind === 'forward') return decision.match.api.name;
  return decision.api?.name ?? '';
}

function keyCounts({ sources }: OpenIssuers): Sample[] {
  return [...sources].map(([issuer, { keys }]) => ({ value: keys.status().keys, labels: { issuer } }));
}

export function counter(name: string, help: string, values: number | readonly Sample[]): MetricJson {
  return { name, help, type: 'counter', aggregator: 'sum', values: samples(values) };
}

export function gauge(
  name: string,
  help: string,
  values: number | readonly Sample[],
  aggregator: 'sum' | 'max' = 'sum',
): MetricJson {
  return { name, help, type: 'gauge', aggregator, values: samples(values) };
}

function samples(values: number | readonly Sample[]): readonly Sample[] {
  return typeof values === 'number' ? [{ value: values, labels: {} }] : values;
}
