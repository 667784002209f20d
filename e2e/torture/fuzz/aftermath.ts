import assert from 'node:assert/strict';
import { eventually, openDescriptors, residentMemory, workerPids } from '../../support/processes.ts';
import type { System } from '../../support/system.ts';

/** Resident memory may swing by so much between two collections. Bytes. */
const GROWTH = 150 * 1024 ** 2;
/** Connections to the upstream that are kept for later, beyond those that were there before. */
const KEPT = 2;

export interface Aftermath {
  /**
   * Measures memory anew. Called under load, once the young generation, compiled code and the allocator's arenas have
   * taken their size, so that what grows from here on is what the workers keep.
   */
  warm(): void;
  /** Asserts that the workers are the same, well, and hold no more than before. */
  assertUnharmed(): Promise<void>;
}

/** Remembers how the workers are before something is done to them. Ask once they have served a request. */
export function watchWorkers(system: System): Aftermath {
  const workers = workerPids(system);
  const sum = (measure: (pid: number) => number): number =>
    workers.reduce((all, pid) => all + measure(pid), 0);
  const descriptors = sum(openDescriptors);
  let memory = sum(residentMemory);
  const metrics = async (): Promise<string> => (await fetch(`${system.adminUrl}/metrics`)).text();
  return {
    warm() {
      memory = sum(residentMemory);
    },
    async assertUnharmed() {
      assert.deepEqual(workerPids(system), workers, system.errors());
      assert.match(await metrics(), /^portcullis_worker_crashes_total 0$/m);
      assert.doesNotMatch(system.errors(), /fault|Error|worker ended/);
      await eventually(
        async () => /^portcullis_connections [01]$/m.test(await metrics()),
        'the end of all connections',
      );
      await eventually(() => sum(openDescriptors) <= descriptors + KEPT, `about ${descriptors} descriptors`);
      const growth = sum(residentMemory) - memory;
      assert.ok(growth < GROWTH, `the workers grew by ${growth} bytes`);
    },
  };
}
