import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/** Where gateways run, one at a time under load, and where load generator and upstream do. */
export const GATEWAY_CPU = '0';
export const LOAD_CPU = availableParallelism() > 1 ? '1' : GATEWAY_CPU;

/** Linux counts a process's time in ticks of this many microseconds (USER_HZ is 100 on every supported machine). */
const TICK = 10_000;

interface Stat {
  readonly parent: number;
  readonly ticks: number;
}

/** User and system time of a process and all its descendants so far, in microseconds. */
export function cpuMicros(root: number): number {
  const all = new Map<number, Stat>();
  for (const entry of readdirSync('/proc')) {
    const stat = /^\d+$/.test(entry) ? readStat(Number(entry)) : undefined;
    if (stat !== undefined) all.set(Number(entry), stat);
  }
  let ticks = 0;
  for (const [pid, stat] of all) if (descends(pid, root, all)) ticks += stat.ticks;
  return ticks * TICK;
}

function descends(pid: number, root: number, all: ReadonlyMap<number, Stat>): boolean {
  for (let at: number | undefined = pid; at !== undefined && at > 0; at = all.get(at)?.parent) {
    if (at === root) return true;
  }
  return false;
}

function readStat(pid: number): Stat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { parent: Number(fields[1]), ticks: Number(fields[11]) + Number(fields[12]) };
  } catch {
    return undefined; // it ended while we looked
  }
}

/** The process ids of the children of a process. */
export function childrenOf(parent: number): number[] {
  return readdirSync(`/proc/${parent}/task`)
    .flatMap((task) => readFileSync(`/proc/${parent}/task/${task}/children`, 'latin1').trim().split(' '))
    .filter((pid) => pid !== '')
    .map(Number);
}
