import cluster, { type Worker } from 'node:cluster';

/** The workers of this process that have not ended. */
export function runningWorkers(): Worker[] {
  return Object.values(cluster.workers ?? {}).flatMap((worker) =>
    worker === undefined || worker.isDead() ? [] : [worker],
  );
}
