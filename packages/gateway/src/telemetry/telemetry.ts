import type { GatewayReason } from '../errors.ts';
import { GATEWAY_REASONS } from '../errors.ts';
import type { Exchange } from '../exchange/exchange.ts';
import type { AccessLog } from './access-log.ts';
import type { Metrics } from './metrics.ts';
import { RecentRefusals } from './recent-refusals.ts';
import { brokenHeadLine, exchangeLine } from './record.ts';

export interface TelemetryOptions {
  /** The share of requests without trouble that are logged, 0 to 1. */
  readonly sample: number;
  /** Where a reason is explained: the code follows. */
  readonly help: string;
}

/** Where every finished exchange ends: in the access log, in the counters, and if it was refused in what `explain` may ask for. */
export class Telemetry {
  readonly metrics: Metrics;
  readonly log: AccessLog;
  readonly recent = new RecentRefusals();
  readonly #options: TelemetryOptions;

  constructor(metrics: Metrics, log: AccessLog, options: TelemetryOptions) {
    this.metrics = metrics;
    this.log = log;
    this.#options = options;
  }

  record(exchange: Exchange): void {
    this.metrics.record(exchange);
    const reason = reasonOf(exchange);
    if (reason !== undefined) {
      this.#keep(exchange.id, exchangeLine(exchange, this.#help(reason)));
    } else if (this.log.kept) {
      this.#writeSampled(exchange);
    }
  }

  brokenHead(reason: GatewayReason, address: string, id: string): void {
    const { status } = GATEWAY_REASONS[reason];
    this.metrics.brokenHead(status, reason);
    this.#keep(id, brokenHeadLine({ id, address, status, reason }, this.#help(reason)));
  }

  /** Trouble is never left out; of the rest a share is written, which says how large it is. */
  #writeSampled(exchange: Exchange): void {
    const { sample } = this.#options;
    const { decision } = exchange;
    const shadowed = decision?.kind === 'forward' && decision.shadow !== undefined;
    if (sample === 1 || shadowed || exchange.loggedStatus >= 400)
      this.log.write(exchangeLine(exchange, undefined));
    else if (Math.random() < sample) this.log.write(exchangeLine(exchange, { sample }));
  }

  #keep(id: string, line: string): void {
    this.recent.keep(id, line);
    this.log.write(line);
  }

  #help(reason: string): object {
    return { help: `${this.#options.help}${reason}` };
  }
}

function reasonOf({ decision, reason }: Exchange): string | undefined {
  return decision?.kind === 'deny' ? decision.reason : reason;
}
