import { type Algorithm, isAlgorithm } from '@portcullis/token';

/** An issuer that the gateway behind this page trusts. */
export interface OwnIssuer {
  readonly name: string;
  readonly issuer: string;
  readonly algorithms: readonly Algorithm[];
  /** Its public keys, as a JWK Set or PEM; null where there are none to show. */
  readonly keys: string | null;
  /** Why there are none. */
  readonly note: string;
}

/** Said by the server in the page it serves; a file from disk has no such element. */
export function isServedByPortcullis(): boolean {
  return document.querySelector('meta[name="portcullis-issuers"]') !== null;
}

/**
 * Asks the server of this page for its issuers.
 *
 * @throws Error that can be shown
 */
export async function ownIssuers(): Promise<readonly OwnIssuer[]> {
  const address = document.querySelector<HTMLMetaElement>('meta[name="portcullis-issuers"]')?.content ?? '';
  const response = await fetch(address, { signal: AbortSignal.timeout(10_000) });
  if (!response.ok) throw new Error(`status ${response.status}`);
  const value: unknown = await response.json();
  return Array.isArray(value) ? value.flatMap(readIssuer) : [];
}

function readIssuer(value: unknown): OwnIssuer[] {
  if (typeof value !== 'object' || value === null) return [];
  const { name, issuer, algorithms, keys, note }: Partial<Record<keyof OwnIssuer, unknown>> = value;
  if (typeof name !== 'string' || typeof issuer !== 'string') return [];
  return [
    {
      name,
      issuer,
      algorithms: Array.isArray(algorithms) ? algorithms.filter(isAlgorithm) : [],
      keys: typeof keys === 'string' ? keys : null,
      note: typeof note === 'string' ? note : '',
    },
  ];
}
