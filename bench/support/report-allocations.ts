/** Loaded into a gateway (`node --import`): a worker that gets SIGPWR tells how many bytes it has allocated so far. */
import cluster from 'node:cluster';
import { appendFileSync } from 'node:fs';
import { getHeapStatistics } from 'node:v8';

const file = process.env['ALLOCATIONS_FILE'];
if (cluster.isWorker && file !== undefined) {
  process.on('SIGPWR', () => {
    // Node's types do not know it yet.
    const { total_allocated_bytes: bytes } = getHeapStatistics() as unknown as {
      total_allocated_bytes: number;
    };
    appendFileSync(file, `${bytes}\n`);
  });
}
