/** The entry of a thread that does nothing but work out password hashes. */
import { argon2Sync } from 'node:crypto';
import { readlinkSync } from 'node:fs';
import { setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';
import type { Argon2Answer, Argon2Question } from './argon2-threads.ts';

/** Whoever waits for a token waits for a fraction of a millisecond, and whoever signs in for this: the former goes first. */
const NICENESS = 10;

/** On Linux each thread has a priority of its own; elsewhere threads share that of their process, which stays as it is. */
function giveWay(): void {
  try {
    const thread = Number(readlinkSync('/proc/thread-self').split('/').at(-1));
    if (thread > 0) setPriority(thread, NICENESS);
  } catch {
    // Not on Linux, or not allowed: then all threads are equal.
  }
}

giveWay();
parentPort?.on('message', ({ id, parameters }: Argon2Question) => {
  const answer: Argon2Answer = { id, tag: argon2Sync('argon2id', parameters) };
  parentPort?.postMessage(answer);
});
