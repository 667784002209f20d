import { readFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import type { Config } from '@portcullis/guard';

/** What a worker holds beside its connections: code, key sets, the configuration, garbage that V8 lets lie for a while. Bytes. */
const WORKER_BASE = 300 * 1024 * 1024;
/** The bound of the cache of verified tokens. Bytes. */
const TOKEN_CACHE = 32 * 1024 * 1024;
/** What an open connection costs, without bodies: to a client, and to an upstream with two buffers for reading. Bytes. */
const PER_CLIENT = 24 * 1024;
const PER_UPSTREAM = 144 * 1024;
/** Standard streams, the log, the listener, the channel to the supervisor, Node's own. */
const DESCRIPTOR_BASE = 64;

export interface SystemLimits {
  /** The most files and sockets that one process may have open; undefined where it cannot be told. */
  readonly descriptors: number | undefined;
  /** Bytes. */
  readonly memory: number;
}

/** What this machine, and the control group that this process is in, allow (Linux; elsewhere only the memory is known). */
export function readSystemLimits(): SystemLimits {
  const open = /^Max open files\s+(\d+|unlimited)/m.exec(readOrNothing('/proc/self/limits'))?.[1];
  const descriptors = open === undefined || open === 'unlimited' ? undefined : Number(open);
  const group = Number(readOrNothing('/sys/fs/cgroup/memory.max'));
  const memory = Number.isSafeInteger(group) && group > 0 ? Math.min(group, totalmem()) : totalmem();
  return { descriptors, memory };
}

/** What is too low for what the configuration allows, in words that say what to do; empty when all is well. */
export function limitWarnings({ gateway, apis }: Config, workers: number, limits: SystemLimits): string[] {
  const upstreams = new Set(apis.flatMap((api) => api.upstreams.map(({ url }) => url))).size;
  const toUpstreams = gateway.connections * upstreams;
  const descriptors = gateway.maxConnections + toUpstreams + DESCRIPTOR_BASE;
  const connections = gateway.maxConnections * PER_CLIENT + toUpstreams * PER_UPSTREAM;
  const memory = workers * (WORKER_BASE + TOKEN_CACHE + connections);
  const warnings: string[] = [];
  if (limits.descriptors !== undefined && limits.descriptors < descriptors) {
    warnings.push(
      `a worker may have ${limits.descriptors} files and sockets open, but gateway.maxConnections (${gateway.maxConnections}) and gateway.connections (${gateway.connections} to each of ${upstreams} upstreams) may need ${descriptors}: raise the limit (ulimit -n, LimitNOFILE= of systemd), or lower them`,
    );
  }
  if (limits.memory < memory) {
    warnings.push(
      `there are ${megabytes(limits.memory)} MB of memory, but ${workers} workers with all their connections may need about ${megabytes(memory)} MB, bodies not counted: give more, or lower gateway.workers or gateway.maxConnections`,
    );
  }
  return warnings;
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1024 / 1024);
}

function readOrNothing(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
