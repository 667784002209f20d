import type { MetricJson } from '../telemetry/metrics.ts';
import { mergeCounts } from './merge-metrics.ts';
import type { WorkerProcess } from './worker-process.ts';

/** What workers had counted before they ended: without it, sums over workers would fall when one is replaced. */
export class EndedWorkers {
  #counts: readonly MetricJson[] = [];

  /** Takes over what `worker` told last; its gauges end with it. */
  keep(worker: WorkerProcess): void {
    this.#counts = mergeCounts([this.#counts, worker.lastMetrics]);
  }

  counts(): readonly MetricJson[] {
    return this.#counts;
  }
}
