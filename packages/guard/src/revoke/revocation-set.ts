import { perToken, type VerifiedToken } from '@portcullis/token';
import type { Revocation, RevokedBy } from './revocation.ts';
import { NO_LIMIT, TextTable } from './text-table.ts';

type Tables = Partial<Record<Exclude<RevokedBy, 'issuer'>, TextTable>>;

/** What a token is revoked by. */
export interface RevocableToken {
  readonly claims: VerifiedToken['claims'];
  readonly header: { readonly kid?: string | undefined };
}

interface OfIssuer {
  readonly tables: Tables;
  /** Tokens issued before end; seconds, 0 for none. */
  issuedBefore: number;
}

/** A number for each state of each set: no two have the same. */
let latestState = 0;

/** The state of a set in which it was found not to hold a token. */
const clearedIn = perToken((_: RevocableToken) => ({ state: 0 }));

/**
 * The revocations in force, in this process. Asked on every request, also when the token's signature was checked before.
 * A verified token that it did not hold is not looked for again until something is added: a look into a large set goes far in
 * memory.
 */
export class RevocationSet {
  readonly #issuers = new Map<string, OfIssuer>();
  #state = newState();
  readonly #clock: () => number;

  /** @param clock seconds since the epoch. Default: the clock of the machine. */
  constructor(clock: () => number = () => Date.now() / 1000) {
    this.#clock = clock;
  }

  /** How many are held. */
  get size(): number {
    let size = 0;
    for (const { tables, issuedBefore } of this.#issuers.values()) {
      for (const table of Object.values(tables)) size += table.size;
      if (issuedBefore > 0) size += 1;
    }
    return size;
  }

  /** Adds revocations; one that is held already changes nothing. */
  add(revocations: readonly Revocation[]): void {
    const now = this.#clock();
    try {
      for (const revocation of revocations) this.#add(revocation, now);
    } finally {
      // Last, and whatever happened: what was found before is not taken for an answer of the new state.
      this.#state = newState();
    }
  }

  /** By what a token was revoked; undefined when it was not. */
  find(token: RevocableToken): RevokedBy | undefined {
    const cleared = clearedIn(token);
    if (cleared.state === this.#state) return undefined;
    const by = this.#find(token);
    if (by === undefined) cleared.state = this.#state;
    return by;
  }

  /** Forgets some of what ends no token any more. To be called every second or so: each call does a small part. */
  forgetSome(): void {
    const now = this.#clock();
    for (const { tables } of this.#issuers.values()) {
      for (const table of Object.values(tables)) table.forgetSome(now);
    }
  }

  #find({ claims, header }: RevocableToken): RevokedBy | undefined {
    const { iss, jti, sub, iat } = claims;
    const issuer = iss === undefined ? undefined : this.#issuers.get(iss);
    if (issuer === undefined) return undefined;
    const { tables } = issuer;
    const issuedAt = iat ?? 0;
    if (ends(tables.jti, jti, issuedAt)) return 'jti';
    if (ends(tables.session, claims['sid'], issuedAt)) return 'session';
    if (ends(tables.subject, sub, issuedAt)) return 'subject';
    if (ends(tables.client, claims.client_id ?? claims['azp'], issuedAt)) return 'client';
    if (ends(tables.key, header.kid, issuedAt)) return 'key';
    return issuedAt < issuer.issuedBefore ? 'issuer' : undefined;
  }

  #add({ issuer, by, value, issuedBefore, until }: Revocation, now: number): void {
    let of = this.#issuers.get(issuer);
    if (of === undefined) {
      of = { tables: {}, issuedBefore: 0 };
      this.#issuers.set(issuer, of);
    }
    const before = wholeSeconds(issuedBefore);
    if (by === 'issuer') {
      of.issuedBefore = Math.max(of.issuedBefore, before);
      return;
    }
    const table = of.tables[by] ?? new TextTable();
    of.tables[by] = table;
    table.set(value, before, wholeSeconds(until), now);
  }
}

function newState(): number {
  latestState += 1;
  return latestState;
}

function ends(table: TextTable | undefined, value: unknown, issuedAt: number): boolean {
  if (table === undefined || typeof value !== 'string') return false;
  const issuedBefore = table.get(value);
  return issuedBefore !== undefined && (issuedBefore === NO_LIMIT || issuedAt < issuedBefore);
}

/** Rounded up: a second that is only partly covered is covered. */
function wholeSeconds(seconds: number | undefined): number {
  return seconds === undefined ? NO_LIMIT : Math.min(NO_LIMIT - 1, Math.max(0, Math.ceil(seconds)));
}
