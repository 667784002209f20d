import { AggregatorRegistry, Gauge, Registry } from 'prom-client';
import type { MetricJson } from '../telemetry/metrics.ts';

/** Renders what all workers counted as one page of Prometheus text, with the supervisor's own gauges. */
export async function mergeMetrics(
  workers: readonly MetricJson[][],
  own: Readonly<Record<string, { readonly help: string; readonly value: number }>>,
): Promise<string> {
  const registry = new Registry();
  for (const [name, { help, value }] of Object.entries(own)) {
    new Gauge({ name, help, registers: [registry] }).set(value);
  }
  const merged = AggregatorRegistry.aggregate([...workers]);
  return `${await merged.metrics()}${await registry.metrics()}`;
}
