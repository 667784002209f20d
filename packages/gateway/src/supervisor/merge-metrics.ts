import type { MetricJson, Sample } from '../telemetry/metrics.ts';

/** Renders what all workers counted, and the supervisor's own metrics, as one page of Prometheus text. */
export async function mergeMetrics(
  workers: readonly (readonly MetricJson[])[],
  own: readonly MetricJson[],
): Promise<string> {
  const { AggregatorRegistry } = await import('prom-client'); // a tenth of what a start would have to load
  return AggregatorRegistry.aggregate([...workers, own].map((metrics) => [...metrics])).metrics();
}

/** Sums counters and histograms by name and labels. Gauges say how things are, and are left out. */
export function mergeCounts(parts: readonly (readonly MetricJson[])[]): MetricJson[] {
  const merged = new Map<string, { metric: MetricJson; samples: Map<string, Sample> }>();
  for (const metric of parts.flat()) {
    if (metric.type === 'gauge') continue;
    const entry = merged.get(metric.name) ?? { metric, samples: new Map() };
    merged.set(metric.name, entry);
    for (const sample of metric.values) {
      const key = JSON.stringify([sample.metricName, sample.labels]);
      const value = (entry.samples.get(key)?.value ?? 0) + sample.value;
      entry.samples.set(key, { ...sample, value });
    }
  }
  return [...merged.values()].map(({ metric, samples }) => ({ ...metric, values: [...samples.values()] }));
}
