import type { Client, Store } from '@portcullis/store';

/**
 * Looks whether clients may still do what they might when they were let in: a token that is about to be signed must not
 * outlive the command that took the client's rights away. Those who ask at once are looked up at once.
 */
export class UnchangedClients {
  readonly #clients: Pick<Store['clients'], 'unchanged'>;
  #asking = new Set<Client>();
  #answer: Promise<ReadonlySet<Client>> | undefined;

  constructor(clients: Pick<Store['clients'], 'unchanged'>) {
    this.#clients = clients;
  }

  async has(client: Client): Promise<boolean> {
    this.#asking.add(client);
    this.#answer ??= this.#ask();
    return (await this.#answer).has(client);
  }

  async #ask(): Promise<ReadonlySet<Client>> {
    await Promise.resolve(); // whoever waited for the same is about to ask
    const asking = this.#asking;
    this.#asking = new Set();
    this.#answer = undefined;
    return this.#clients.unchanged([...asking]);
  }
}
