/**
 * A token is looked up by a number made from this many of its last characters, and then all of it is compared. They belong to its
 * signature, or tag, and are as good as random.
 */
const TAIL = 12;

/** What tokens that came once may take of the bound. */
const FIRST_SHARE = 1 / 16;
/** Bytes for which there is one place in the list of numbers that were seen, and the most places. */
const BYTES_PER_PLACE = 512;
const MOST_PLACES = 2 ** 20;

/**
 * A map from token to what its verification gave, bounded in bytes. Two generations: new entries go into the
 * young one; when that holds half of the bound it becomes the old one, and the old one is dropped. An entry
 * that is used in the old generation moves back, so what is in use survives, at O(1) and with no bookkeeping.
 * Of two tokens with the same number it holds the later one.
 *
 * Before that stands a small place for tokens that came once: there they stay for a moment, and only those that come again
 * are let in. So tokens that are never sent twice drive out none that are, and the garbage collector gets them back at once.
 */
export class TokenCache<Entry> {
  readonly #halfBytes: number;
  readonly #firstBytes: number;
  /** Numbers that came, each where its lowest bits say, until another takes the place. */
  readonly #seen: Int32Array;
  #first = new Generation<Entry>();
  #young = new Generation<Entry>();
  #old = new Generation<Entry>();

  constructor(maxBytes: number) {
    this.#firstBytes = maxBytes * FIRST_SHARE;
    this.#halfBytes = (maxBytes * (1 - FIRST_SHARE)) / 2;
    const places = Math.min(MOST_PLACES, Math.max(1, maxBytes / BYTES_PER_PLACE));
    this.#seen = new Int32Array(2 ** Math.ceil(Math.log2(places)));
  }

  get(token: string): Entry | undefined {
    const number = numberOf(token);
    const young = this.#young.held.get(number);
    if (young?.token === token) return young.entry;
    const held = this.#old.held.get(number) ?? this.#first.held.get(number);
    if (held?.token !== token) return undefined;
    this.#drop(number); // wherever it stands, also for another token
    this.#admit(number, held);
    return held.entry;
  }

  /** @param bytes about how much memory the entry holds beside the token itself */
  set(token: string, entry: Entry, bytes: number): void {
    const number = numberOf(token);
    this.#drop(number);
    const held = { token, entry, bytes: bytes + token.length };
    const place = number & (this.#seen.length - 1);
    if (this.#seen[place] === number) {
      this.#admit(number, held);
      return;
    }
    this.#seen[place] = number;
    if (held.bytes > this.#firstBytes) return;
    if (this.#first.bytes + held.bytes > this.#firstBytes) this.#first = new Generation();
    this.#first.add(number, held);
  }

  delete(token: string): void {
    this.#drop(numberOf(token));
  }

  get size(): number {
    return this.#first.held.size + this.#young.held.size + this.#old.held.size;
  }

  #drop(number: number): void {
    this.#first.drop(number);
    this.#young.drop(number);
    this.#old.drop(number);
  }

  #admit(number: number, held: Held<Entry>): void {
    if (held.bytes > this.#halfBytes) return;
    if (this.#young.bytes + held.bytes > this.#halfBytes) {
      this.#old = this.#young;
      this.#young = new Generation();
    }
    this.#young.add(number, held);
  }
}

class Generation<Entry> {
  readonly held = new Map<number, Held<Entry>>();
  bytes = 0;

  /** @param number of which nothing is held */
  add(number: number, held: Held<Entry>): void {
    this.held.set(number, held);
    this.bytes += held.bytes;
  }

  drop(number: number): void {
    const held = this.held.get(number);
    if (held === undefined) return;
    this.bytes -= held.bytes;
    this.held.delete(number);
  }
}

interface Held<Entry> {
  readonly token: string;
  readonly entry: Entry;
  readonly bytes: number;
}

/** Who manages to make tokens of one number can drive out one with another; which token it is, all of it decides. */
function numberOf(token: string): number {
  let number = 0;
  for (let at = Math.max(0, token.length - TAIL); at < token.length; at += 1) {
    number = (Math.imul(number, 31) + token.charCodeAt(at)) | 0;
  }
  return number;
}
