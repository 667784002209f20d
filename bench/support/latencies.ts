import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Latencies, RateLoad } from './constant-rate.ts';
import type { Subject } from './wrk.ts';

const GENERATOR = fileURLToPath(new URL('constant-rate.ts', import.meta.url));
/** Seconds of load before anything counts: code is compiled then. */
const WARM_UP = 10;

/** Latencies of subjects in turn at one rate. @throws Error when an answer is wrong */
export async function measureLatencies(
  subjects: readonly Subject[],
  { rounds, cpu, ...load }: Omit<RateLoad, 'url'> & { rounds: number; cpu: string },
): Promise<Map<Subject, Latencies[]>> {
  const results = new Map<Subject, Latencies[]>(subjects.map((subject) => [subject, []]));
  const run = async (subject: Subject, seconds: number): Promise<Latencies> => {
    const task: RateLoad = { ...load, url: subject.url, seconds };
    const { stdout } = await promisify(execFile)('taskset', [
      ...['-c', cpu, process.execPath, GENERATOR],
      JSON.stringify(task),
    ]);
    const latencies: Latencies = JSON.parse(stdout);
    if (latencies.failures > 0) throw new Error(`${subject.name}: ${latencies.failures} wrong answers`);
    return latencies;
  };
  for (const subject of subjects) await run(subject, WARM_UP);
  for (let round = 1; round <= rounds; round += 1) {
    for (const subject of subjects) results.get(subject)?.push(await run(subject, load.seconds));
  }
  return results;
}
