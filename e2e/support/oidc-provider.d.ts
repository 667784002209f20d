/** The little of oidc-provider that the tests use; the package brings no types. */
declare module 'oidc-provider' {
  import type { RequestListener } from 'node:http';

  export interface Client {
    readonly clientId: string;
  }

  export class Provider {
    constructor(issuer: string, configuration: Readonly<Record<string, unknown>>);
    callback(): RequestListener;
    readonly Client: { find(id: string): Promise<Client | undefined> };
    readonly IdToken: new (
      claims: Readonly<Record<string, unknown>>,
      context: { readonly client: Client },
    ) => {
      set(name: string, value: unknown): void;
      issue(options: { readonly use: 'idtoken' | 'logout' }): Promise<string>;
    };
  }
}
