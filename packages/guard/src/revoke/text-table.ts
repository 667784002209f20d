/** The number that stands for "no limit" in a column of seconds. */
export const NO_LIMIT = 0xffff_ffff;

/** So many parts, each small enough that to grow or to clean one is no pause that a request would feel. */
const SHARD_BITS = 6;
const SHARDS = 1 << SHARD_BITS;
const FIRST_CAPACITY = 16;
/** Bytes of text for which a new entry has room on average, before the text area grows. */
const FIRST_TEXT = 24;
/** What stands before a text whose characters do not fit into bytes: it follows as two bytes a character. */
const WIDE = '\0';

/**
 * A map from texts to two columns of seconds, exact, in a few flat arrays: a million entries take about 60 MB and no work
 * of the garbage collector. The hash is seeded, so that nobody can choose texts that collide.
 */
export class TextTable {
  readonly #shards: (Shard | undefined)[] = new Array<Shard | undefined>(SHARDS).fill(undefined);
  readonly #seed = Math.floor(Math.random() * 0x1_0000_0000);
  #turn = 0;

  get size(): number {
    return this.#shards.reduce((sum, shard) => sum + (shard?.count ?? 0), 0);
  }

  /**
   * Adds an entry. Of two for one text the later time holds in each column.
   *
   * @param issuedBefore whole seconds, or NO_LIMIT
   * @param until whole seconds after which the entry may be forgotten, or NO_LIMIT
   * @param now seconds: where room is short, what is past is forgotten first
   */
  set(text: string, issuedBefore: number, until: number, now: number): void {
    const hash = hashOf(text, this.#seed);
    const place = hash >>> (32 - SHARD_BITS);
    const shard = this.#shards[place] ?? new Shard();
    this.#shards[place] = shard;
    shard.set(text, hash, issuedBefore, until, now);
  }

  /** The `issuedBefore` of a text; undefined when the table does not hold it. */
  get(text: string): number | undefined {
    const hash = hashOf(text, this.#seed);
    return this.#shards[hash >>> (32 - SHARD_BITS)]?.get(text, hash);
  }

  /** Forgets what is past in one part; the next call looks at the next part. */
  forgetSome(now: number): void {
    this.#shards[this.#turn]?.forget(now);
    this.#turn = (this.#turn + 1) % SHARDS;
  }
}

/** Open addressing with linear probing over entries that lie side by side in columns. */
class Shard {
  count = 0;
  /**
   * By the low bits of its hash, the number of an entry, counted from 1, in as many low bits; above it the other bits of the
   * hash. A text that is not held is told apart there, and nothing else is looked at: in a large table that is far away.
   */
  #slots = new Uint32Array(2 * FIRST_CAPACITY);
  #hashes = new Uint32Array(FIRST_CAPACITY);
  #starts = new Uint32Array(FIRST_CAPACITY + 1);
  #issuedBefore = new Uint32Array(FIRST_CAPACITY);
  #until = new Uint32Array(FIRST_CAPACITY);
  #text = new Uint8Array(FIRST_CAPACITY * FIRST_TEXT);

  set(text: string, hash: number, issuedBefore: number, until: number, now: number): void {
    const known = this.#find(text, hash);
    if (known !== -1) {
      this.#issuedBefore[known] = Math.max(at(this.#issuedBefore, known), issuedBefore);
      this.#until[known] = Math.max(at(this.#until, known), until);
      return;
    }
    if (this.count === this.#hashes.length) this.#rebuild(now);
    this.#append(narrow(text), hash, issuedBefore, until);
  }

  get(text: string, hash: number): number | undefined {
    const found = this.#find(text, hash);
    return found === -1 ? undefined : at(this.#issuedBefore, found);
  }

  forget(now: number): void {
    const past = this.#until.subarray(0, this.count).some((until) => until < now);
    if (past) this.#rebuild(now);
  }

  #find(text: string, hash: number): number {
    const mask = this.#slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const held = at(this.#slots, slot);
      if (held === 0) return -1;
      const entry = (held & mask) - 1;
      if (((held ^ hash) & ~mask) === 0 && this.#holds(entry, narrow(text))) return entry;
    }
  }

  #holds(entry: number, key: string): boolean {
    const start = at(this.#starts, entry);
    if (at(this.#starts, entry + 1) - start !== key.length) return false;
    for (let i = 0; i < key.length; i += 1) {
      if (at(this.#text, start + i) !== key.charCodeAt(i)) return false;
    }
    return true;
  }

  #append(key: string, hash: number, issuedBefore: number, until: number): void {
    const start = at(this.#starts, this.count);
    const end = start + key.length;
    if (end > this.#text.length) this.#text = resized(this.#text, Math.max(end, 2 * this.#text.length));
    for (let i = 0; i < key.length; i += 1) this.#text[start + i] = key.charCodeAt(i);
    this.#enter(hash, end, issuedBefore, until);
  }

  #enter(hash: number, end: number, issuedBefore: number, until: number): void {
    const entry = this.count;
    this.#hashes[entry] = hash;
    this.#starts[entry + 1] = end;
    this.#issuedBefore[entry] = issuedBefore;
    this.#until[entry] = until;
    this.count += 1;
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    while (at(this.#slots, slot) !== 0) slot = (slot + 1) & mask;
    this.#slots[slot] = (hash & ~mask) | this.count;
  }

  /** Moves what is still in force to arrays that have room for as much again. */
  #rebuild(now: number): void {
    const old = {
      count: this.count,
      hashes: this.#hashes,
      starts: this.#starts,
      issuedBefore: this.#issuedBefore,
      until: this.#until,
      text: this.#text,
    };
    let kept = 0;
    let bytes = 0;
    for (let entry = 0; entry < old.count; entry += 1) {
      if (at(old.until, entry) < now) continue;
      kept += 1;
      bytes += at(old.starts, entry + 1) - at(old.starts, entry);
    }
    const capacity = powerOfTwo(Math.max(FIRST_CAPACITY, kept + 1));
    const perText = kept === 0 ? FIRST_TEXT : Math.ceil(bytes / kept);
    this.count = 0;
    this.#slots = new Uint32Array(2 * capacity);
    this.#hashes = new Uint32Array(capacity);
    this.#starts = new Uint32Array(capacity + 1);
    this.#issuedBefore = new Uint32Array(capacity);
    this.#until = new Uint32Array(capacity);
    this.#text = new Uint8Array(capacity * perText);
    for (let entry = 0; entry < old.count; entry += 1) {
      const until = at(old.until, entry);
      if (until < now) continue;
      const piece = old.text.subarray(at(old.starts, entry), at(old.starts, entry + 1));
      const start = at(this.#starts, this.count);
      this.#text.set(piece, start);
      this.#enter(at(old.hashes, entry), start + piece.length, at(old.issuedBefore, entry), until);
    }
  }
}

/** A typed array has a number at every index below its length, which is where these are read. */
function at(array: Uint32Array | Uint8Array, index: number): number {
  return array[index] as number;
}

function resized(array: Uint8Array, length: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(length);
  larger.set(array);
  return larger;
}

function powerOfTwo(least: number): number {
  return 2 ** Math.ceil(Math.log2(least));
}

/** FNV-1a over the code units, begun with a seed, and mixed so that high and low bits both serve. */
function hashOf(text: string, seed: number): number {
  let hash = seed ^ 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x0100_0193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b_3c6d);
  hash = Math.imul(hash ^ (hash >>> 12), 0x297a_2d39);
  return (hash ^ (hash >>> 15)) >>> 0;
}

/** The text with characters that are bytes only; different texts stay different. */
function narrow(text: string): string {
  for (let i = 0; i < text.length; i += 1) {
    if (text.charCodeAt(i) > 0xff) return widened(text);
  }
  return text.startsWith(WIDE) ? widened(text) : text;
}

function widened(text: string): string {
  let bytes = WIDE;
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i);
    bytes += String.fromCharCode(unit >>> 8, unit & 0xff);
  }
  return bytes;
}
