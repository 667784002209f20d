import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { After } from './after.ts';
import { type System, startSystem } from './system.ts';
import { type Received, startUpstream } from './upstream.ts';
import { type Answer, type Attempt, send } from './wire.ts';

type LogRecord = Record<string, unknown>;

/** A running gateway under attack, and what happened to each request that was sent to it. */
export interface Edge {
  readonly system: System;
  send(attempt: Attempt): Promise<Answer>;
  /** Asserts status, reason code in the access log, and that nothing of the request reached the upstream. */
  refuses(attempt: Attempt, status: number, reason: string): Promise<{ answer: Answer; record: LogRecord }>;
  /** Asserts that the request passes; what the upstream got, and what the client was answered. */
  admits(attempt: Attempt): Promise<Received & { readonly answer: Answer }>;
  /** Asserts that the upstream got only what was admitted, and that no part of a token stands in a log. */
  assertQuiet(): Promise<void>;
}

const MARK = 'x-attack';
/** Shorter parts could stand in a log by chance. */
const SHORTEST_PART = 12;

/** Starts upstream and gateway. In `yaml`, `UPSTREAM` stands for the URL of the upstream. */
export async function openEdge(
  t: After,
  yaml: string,
  files: Record<string, string>,
  env: Record<string, string> = {},
): Promise<Edge> {
  const upstream = await startUpstream(t);
  const system = await startSystem(t, yaml.replaceAll('UPSTREAM', upstream.url), { files, env });
  const admitted = new Set<string>();
  const secrets = new Set<string>();
  const records = new RecordReader(system);

  async function mark(attempt: Attempt): Promise<{ id: string; answer: Answer }> {
    const id = crypto.randomUUID();
    for (const part of secretParts(attempt)) secrets.add(part);
    const answer = await send(system.url, {
      ...attempt,
      fields: [...(attempt.fields ?? []), `${MARK}: ${id}`],
    });
    return { id, answer };
  }
  const arrived = (id: string) => upstream.received.find(({ headers }) => headers[MARK] === id);

  return {
    system,
    send: async (attempt) => (await mark(attempt)).answer,
    async refuses(attempt, status, reason) {
      const { id, answer } = await mark(attempt);
      const record = await records.of(answer.header('x-request-id') ?? '');
      assert.deepEqual({ status: answer.status, reason: record['reason'] }, { status, reason });
      assert.equal(record['status'], status);
      assert.equal(arrived(id), undefined, 'it reached the upstream');
      return { answer, record };
    },
    async admits(attempt) {
      const { id, answer } = await mark(attempt);
      admitted.add(id);
      assert.equal(answer.status, 200, answer.body);
      return { ...(arrived(id) ?? assert.fail('it did not reach the upstream')), answer };
    },
    async assertQuiet() {
      const strangers = upstream.received.filter(({ headers }) => !admitted.has(String(headers[MARK])));
      assert.deepEqual(strangers, []);
      await system.stop(); // so that all is written
      const file = join(system.folder, 'access.log');
      const logs = (existsSync(file) ? readFileSync(file, 'utf8') : '') + system.errors();
      assert.notEqual(logs, '');
      for (const secret of secrets) assert.ok(!logs.includes(secret), `a log holds ${secret}`);
    },
  };
}

/** Signature and payload of everything in a request that looks like a token. */
function secretParts({ token = '', fields = [], target = '' }: Attempt): string[] {
  const parts = [token, ...fields, target].flatMap((text) =>
    [...text.matchAll(/[\w-]+\.([\w-]+)\.([\w-]*)/g)].flatMap(([, payload = '', signature = '']) => [
      payload,
      signature,
    ]),
  );
  return parts.filter((part) => part.length >= SHORTEST_PART);
}

/** Reads the access log for many waiting requests at once. */
class RecordReader {
  readonly #system: System;
  readonly #known = new Map<unknown, LogRecord>();
  #reading: Promise<void> | undefined;

  constructor(system: System) {
    this.#system = system;
  }

  async of(requestId: string): Promise<LogRecord> {
    for (let i = 0; i < 200; i += 1) {
      const record = this.#known.get(requestId);
      if (record !== undefined) return record;
      this.#reading ??= this.#read();
      await this.#reading;
    }
    throw new Error(`no access log record for the request ${requestId}`);
  }

  async #read(): Promise<void> {
    await sleep(40);
    for (const record of this.#system.log()) this.#known.set(record['id'], record);
    this.#reading = undefined;
  }
}
