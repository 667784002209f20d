import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';

/** Hashes under way at once, each on a thread of its own, and how many may wait. */
const THREADS = Math.max(1, Math.min(4, availableParallelism() >> 1));
const MAX_WAITING = 100;
/** Of one asker, such as an address: nobody fills the queue alone. */
const MAX_OF_ONE = 8;

/** RFC 9106 §3.1. */
export interface Argon2Parameters {
  readonly message: string;
  readonly nonce: Uint8Array;
  readonly parallelism: number;
  /** Bytes. */
  readonly tagLength: number;
  /** KiB. */
  readonly memory: number;
  readonly passes: number;
}

export interface Argon2Question {
  readonly id: number;
  readonly parameters: Argon2Parameters;
}

export interface Argon2Answer {
  readonly id: number;
  readonly tag: Uint8Array;
}

/** More wait for their password to be checked than can be served. */
export class PasswordsBusy extends Error {
  override readonly name = 'PasswordsBusy';
}

/** Who asks. */
export interface Asker {
  /** Such as an address; of each so many wait at most. */
  readonly name: string;
  /** Goes before all others, and has room of its own: somebody on a device on which they signed in before. */
  readonly known: boolean;
}

interface Waiting {
  readonly asker: Asker;
  readonly question: Argon2Question;
  readonly done: (tag: Buffer) => void;
  readonly fail: (error: Error) => void;
}

const idle: Worker[] = [];
const working = new Map<Worker, Waiting>();
const waiting: Record<'known' | 'strangers', Waiting[]> = { known: [], strangers: [] };
let asked = 0;

/**
 * Works out argon2id on threads that give way to everything else: not on those that sign tokens.
 *
 * @throws {PasswordsBusy}
 */
export function argon2id(parameters: Argon2Parameters, asker: Asker): Promise<Buffer> {
  const queue = asker.known ? waiting.known : waiting.strangers;
  const ofThis = queue.filter((one) => one.asker.name === asker.name).length;
  if (queue.length >= MAX_WAITING || ofThis >= MAX_OF_ONE) {
    return Promise.reject(new PasswordsBusy('too many passwords wait to be checked'));
  }
  asked += 1;
  const question = { id: asked, parameters };
  return new Promise((done, fail) => {
    queue.push({ asker, question, done, fail });
    next();
  });
}

function next(): void {
  if (waiting.known.length + waiting.strangers.length === 0) return;
  const worker = idle.pop() ?? (working.size < THREADS ? start() : undefined);
  if (worker === undefined) return;
  const first = waiting.known.shift() ?? waiting.strangers.shift();
  if (first === undefined) return;
  working.set(worker, first);
  worker.ref();
  worker.postMessage(first.question);
}

function start(): Worker {
  const worker = new Worker(new URL(import.meta.resolve('@portcullis/issuer/argon2-worker')));
  worker.on('message', ({ id, tag }: Argon2Answer) => {
    const asker = working.get(worker);
    working.delete(worker);
    idle.push(worker);
    worker.unref(); // one that waits for work keeps no process alive
    if (asker?.question.id === id) asker.done(Buffer.from(tag));
    next();
  });
  worker.on('error', (error: Error) => lose(worker, error));
  worker.on('exit', () => lose(worker, new Error('a thread that hashes passwords ended')));
  return worker;
}

/** Whoever waits for a thread that is gone is told; the next who asks gets another one. */
function lose(worker: Worker, error: Error): void {
  const asker = working.get(worker);
  working.delete(worker);
  const at = idle.indexOf(worker);
  if (at !== -1) idle.splice(at, 1);
  asker?.fail(error);
  next();
}
