import type { Client, Store } from '@portcullis/store';

/** Looks clients up: one look for all who ask for the same one in one turn, none of whom came after it. */
export class SharedLookups {
  readonly #clients: Pick<Store['clients'], 'find'>;
  readonly #asked = new Map<string, Promise<Client | undefined>>();

  constructor(clients: Pick<Store['clients'], 'find'>) {
    this.#clients = clients;
  }

  find(id: string): Promise<Client | undefined> {
    const asked = this.#asked.get(id) ?? this.#look(id);
    this.#asked.set(id, asked);
    return asked;
  }

  async #look(id: string): Promise<Client | undefined> {
    await new Promise(setImmediate);
    this.#asked.delete(id);
    return this.#clients.find(id);
  }
}
