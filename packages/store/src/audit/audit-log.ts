import type { CompiledQuery } from 'kysely';
import type { Db } from '../database/database.ts';
import type { AuditEventRow } from '../database/tables.ts';
import { StoreError } from '../errors.ts';

/** Events of one INSERT. There is a statement for each number of them, which is made once. */
const BATCH = 100;
const MAX_WAITING = 10_000;
/** Fewer of what was refused: strangers cause it, and must not keep out what was granted. */
const MAX_WAITING_FAILURES = 1_000;

/** One thing that happened and that somebody may ask about. `at` is milliseconds since the epoch. */
export interface AuditEvent {
  readonly at: number;
  /** Such as `token.issued`. */
  readonly type: string;
  readonly outcome: 'success' | 'failure';
  /** Who did it: `client:<id>`, `operator:<name>`, `system`. */
  readonly actor: string;
  readonly client?: string;
  readonly subject?: string;
  readonly address?: string;
  readonly requestId?: string;
  /** Plain facts; never a secret or a token. */
  readonly detail?: Readonly<Record<string, unknown>>;
}

export interface AuditQuery {
  readonly client?: string;
  readonly subject?: string;
  readonly type?: string;
  readonly requestId?: string;
  /** At most so many, the newest first. */
  readonly limit: number;
}

type Row = Omit<AuditEventRow, 'seq'>;

/** In the order of the statements' values, which is that of `rowOf`. */
const COLUMNS = [
  'at',
  'type',
  'outcome',
  'actor',
  'client_id',
  'subject',
  'address',
  'request_id',
  'detail',
] as const satisfies readonly (keyof Row)[];

interface Waiting {
  readonly row: Row;
  readonly done: () => void;
  readonly fail: (error: unknown) => void;
}

/** The audit stream: what is in it is never changed. Events that come at once are written at once. */
export class AuditLog {
  readonly #db: Db;
  readonly #inserts = new Map<number, CompiledQuery>();
  #waiting: Waiting[] = [];
  #writing: Promise<void> | undefined;

  constructor(db: Db) {
    this.#db = db;
  }

  /**
   * Resolves once the event survives whatever happens to this process.
   *
   * @throws {StoreError} `overloaded` when too many wait already, and what the database says
   */
  append(event: AuditEvent): Promise<void> {
    const most = event.outcome === 'failure' ? MAX_WAITING_FAILURES : MAX_WAITING;
    if (this.#waiting.length >= most) {
      return Promise.reject(new StoreError('overloaded', 'audit events'));
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#waiting.push({ row: rowOf(event), done: resolve, fail: reject });
    this.#writing ??= this.#write();
    return promise;
  }

  /** Events, the newest first. */
  async list({ client, subject, type, requestId, limit }: AuditQuery): Promise<AuditEvent[]> {
    const rows = await this.#db
      .selectFrom('audit_events')
      .selectAll()
      .$if(client !== undefined, (query) => query.where('client_id', '=', client ?? ''))
      .$if(subject !== undefined, (query) => query.where('subject', '=', subject ?? ''))
      .$if(type !== undefined, (query) => query.where('type', '=', type ?? ''))
      .$if(requestId !== undefined, (query) => query.where('request_id', '=', requestId ?? ''))
      .orderBy('seq', 'desc')
      .limit(limit)
      .execute();
    return rows.map(eventOf);
  }

  /** Resolves once all that was appended was written, or could not be. */
  async flushed(): Promise<void> {
    await this.#writing;
  }

  async #write(): Promise<void> {
    // What else comes in this turn is written with it.
    await new Promise(setImmediate);
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, BATCH);
      try {
        await this.#db.executeQuery(this.#insertOf(batch.map(({ row }) => row)));
        for (const { done } of batch) done();
      } catch (error) {
        // Those who came meanwhile have waited for as long: that the next batch fares better is not worth their patience.
        for (const { fail } of [...batch, ...this.#waiting.splice(0)]) fail(error);
      }
    }
    this.#writing = undefined;
  }

  #insertOf(rows: readonly Row[]): CompiledQuery {
    let statement = this.#inserts.get(rows.length);
    if (statement === undefined) {
      statement = this.#db.insertInto('audit_events').values(rows).compile();
      this.#inserts.set(rows.length, statement);
    }
    return { ...statement, parameters: rows.flatMap((row) => COLUMNS.map((column) => row[column])) };
  }
}

function rowOf(event: AuditEvent): Row {
  const { at, type, outcome, actor, client, subject, address, requestId, detail } = event;
  return {
    at,
    type,
    outcome,
    actor,
    client_id: client ?? null,
    subject: subject ?? null,
    address: address ?? null,
    request_id: requestId ?? null,
    detail: JSON.stringify(detail ?? {}),
  };
}

function eventOf(row: Row): AuditEvent {
  return {
    at: row.at,
    type: row.type,
    outcome: row.outcome === 'success' ? 'success' : 'failure',
    actor: row.actor,
    ...(row.client_id !== null && { client: row.client_id }),
    ...(row.subject !== null && { subject: row.subject }),
    ...(row.address !== null && { address: row.address }),
    ...(row.request_id !== null && { requestId: row.request_id }),
    detail: JSON.parse(row.detail) as Record<string, unknown>,
  };
}
