/** One time series, as a gateway merges it with its own. */
export interface IssuerMetric {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge';
  readonly aggregator: 'sum' | 'max';
  readonly values: readonly {
    readonly value: number;
    readonly labels: Readonly<Record<string, string | number>>;
  }[];
}

/** So many clients have a series of their own; what others do is counted together. */
const MAX_CLIENTS = 1_000;

/** What the issuer counts. */
export class IssuerMetrics {
  readonly #answers = new Map<string, number>();
  readonly #clients = new Set<string>();
  readonly #issued = new Map<string, number>();
  readonly #refused = new Map<string, number>();
  #faults = 0;
  readonly #alerts = new Map<string, number>();
  readonly #mails = new Map<string, number>();
  #unnoted = 0;

  answer(endpoint: string, status: number): void {
    increase(this.#answers, `${endpoint}\n${status}`);
  }

  issued(client: string, grant: string): void {
    if (this.#clients.size < MAX_CLIENTS) this.#clients.add(client);
    increase(this.#issued, `${this.#clients.has(client) ? client : '(others)'}\n${grant}`);
  }

  /** What became of a mail. */
  mail(outcome: string): void {
    increase(this.#mails, outcome);
  }

  /** Something that somebody should look at now. */
  alert(type: string): void {
    increase(this.#alerts, type);
  }

  refused(endpoint: string, error: string): void {
    increase(this.#refused, `${endpoint}\n${error}`);
  }

  fault(): void {
    this.#faults += 1;
  }

  /** A refusal of a stranger that the audit stream has no room for. */
  unnoted(): void {
    this.#unnoted += 1;
  }

  collect(state: { readonly signingKeys: number; readonly publishedKeys: number }): IssuerMetric[] {
    return [
      counter('portcullis_issuer_requests_total', 'Requests that the issuer answered.', this.#answers, [
        'endpoint',
        'status',
      ]),
      counter('portcullis_tokens_issued_total', 'Access tokens issued.', this.#issued, ['client', 'grant']),
      counter('portcullis_issuer_mails_total', 'Mails, by what became of them.', this.#mails, ['outcome']),
      counter('portcullis_issuer_alerts_total', 'Things that somebody should look at now.', this.#alerts, [
        'type',
      ]),
      counter(
        'portcullis_issuer_refusals_total',
        'Requests that the issuer refused, by OAuth error.',
        this.#refused,
        ['endpoint', 'error'],
      ),
      single(
        'portcullis_issuer_faults_total',
        'Requests that failed for no fault of the client.',
        'counter',
        this.#faults,
      ),
      single(
        'portcullis_issuer_refusals_unnoted_total',
        'Refusals of strangers that came too fast to be noted in the audit stream.',
        'counter',
        this.#unnoted,
      ),
      single('portcullis_signing_keys', 'Keys that sign now.', 'gauge', state.signingKeys),
      single('portcullis_published_keys', 'Keys in the key set.', 'gauge', state.publishedKeys),
    ];
  }
}

function increase(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** The keys of the map are the values of the labels, a line each. */
function counter(
  name: string,
  help: string,
  counts: ReadonlyMap<string, number>,
  labels: readonly string[],
): IssuerMetric {
  const values = [...counts].map(([key, value]) => {
    const parts = key.split('\n');
    return { value, labels: Object.fromEntries(labels.map((label, index) => [label, parts[index] ?? ''])) };
  });
  return { name, help, type: 'counter', aggregator: 'sum', values };
}

function single(name: string, help: string, type: IssuerMetric['type'], value: number): IssuerMetric {
  return {
    name,
    help,
    type,
    aggregator: type === 'counter' ? 'sum' : 'max',
    values: [{ value, labels: {} }],
  };
}
