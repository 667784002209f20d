import type { GatewayReason } from '../errors.ts';
import { GATEWAY_REASONS } from '../errors.ts';
import type { Exchange } from '../exchange/exchange.ts';
import type { AccessLog } from './access-log.ts';
import type { Metrics } from './metrics.ts';

/** Where every finished exchange ends: in the access log and in the counters. */
export class Telemetry {
  readonly metrics: Metrics;
  readonly log: AccessLog;

  constructor(metrics: Metrics, log: AccessLog) {
    this.metrics = metrics;
    this.log = log;
  }

  record(exchange: Exchange): void {
    this.metrics.record(exchange);
    this.log.write(exchange);
  }

  brokenHead(reason: GatewayReason, address: string, requestId: string): void {
    const { status } = GATEWAY_REASONS[reason];
    this.metrics.brokenHead(status, reason);
    this.log.brokenHead({ id: requestId, address, status, reason });
  }
}
