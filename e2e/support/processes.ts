import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** What is of a system here: the process of its supervisor. */
interface Supervised {
  readonly process: { readonly pid?: number | undefined };
}

/** The process id of the issuer, when it runs (Linux: read from /proc). */
export function issuerPid(system: Supervised): number | undefined {
  return childrenOf(system.process.pid ?? 0).find((pid) => commandOf(pid).includes('issuer'));
}

/** The process ids of the workers that run now. */
export function workerPids(system: Supervised): number[] {
  return childrenOf(system.process.pid ?? 0).filter((pid) => commandOf(pid).includes('worker'));
}

function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => statusField(pid, 'PPid') === parent);
}

function commandOf(pid: number): string {
  return readOrNothing(`/proc/${pid}/cmdline`);
}

function statusField(pid: number, name: string): number | undefined {
  const [, value] = new RegExp(`^${name}:\\s*(\\d+)`, 'm').exec(readOrNothing(`/proc/${pid}/status`)) ?? [];
  return value === undefined ? undefined : Number(value);
}

function readOrNothing(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // the process has ended
  }
}

/** Resident memory in bytes. */
export function residentMemory(pid: number): number {
  return (statusField(pid, 'VmRSS') ?? 0) * 1024;
}

export function openDescriptors(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

export function isAlive(pid: number): boolean {
  return statusField(pid, 'PPid') !== undefined && !/^State:\s*Z/m.test(readOrNothing(`/proc/${pid}/status`));
}

/** A slow machine needs this long for what takes another a second or two. Milliseconds. */
export const PATIENCE = 60_000;

/** Waits until `condition` holds; fails with `what` when it never does. */
export async function eventually(
  condition: () => boolean | Promise<boolean>,
  what: string,
  patience = PATIENCE,
): Promise<void> {
  for (const deadline = Date.now() + patience; Date.now() < deadline; await sleep(25)) {
    if (await condition()) return;
  }
  throw new Error(`never came: ${what}`);
}
