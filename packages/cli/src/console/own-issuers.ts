import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { TrustedIssuerConfig } from '@portcullis/guard';
import { FetchError, lookUpIssuer, lookUpKeySet } from '@portcullis/token/inspect';
import { guardedFetch } from '@portcullis/token/node';
import { loadConfiguration } from '../configuration/load.ts';

/** An issuer that the gateway trusts, as the debugger is told of it. */
export interface OwnIssuer {
  readonly name: string;
  readonly issuer: string;
  readonly algorithms: readonly string[];
  /** Public keys, as a JWK Set or PEM; null where there are none to show. */
  readonly keys: string | null;
  /** Why there are none; empty when there are. */
  readonly note: string;
}

/** Most issuers whose keys are looked up, and at once. */
const MOST = 50;
/** Longest file of keys, in bytes. */
const LONGEST_FILE = 512 * 1024;

/**
 * The issuers of a configuration as it stands in its file now, with their public keys where the gateway gets them. A
 * shared secret is never told.
 *
 * @throws CliError when the configuration cannot be used
 */
export async function ownIssuers(
  file: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<readonly OwnIssuer[]> {
  const { config } = await loadConfiguration(file, env);
  return Promise.all(config.issuers.slice(0, MOST).map((issuer) => describe(issuer, dirname(file))));
}

async function describe(issuer: TrustedIssuerConfig, folder: string): Promise<OwnIssuer> {
  const { name, algorithms } = issuer;
  const known = { name, issuer: issuer.issuer, algorithms };
  if (issuer.secrets !== undefined)
    return { ...known, keys: null, note: 'a shared secret, which is not shown' };
  try {
    const keys = await keysOf(issuer, folder);
    // A file of keys should hold none; a gateway refuses it then.
    if (holdsPrivateKey(keys)) return { ...known, keys: null, note: 'private keys, which are not shown' };
    return { ...known, keys, note: '' };
  } catch (error) {
    const reason = error instanceof FetchError ? error.message : 'the file cannot be read';
    return { ...known, keys: null, note: `the keys cannot be had: ${reason}` };
  }
}

async function keysOf(issuer: TrustedIssuerConfig, folder: string): Promise<string> {
  const path = issuer.jwksFile ?? issuer.pem;
  if (path !== undefined) return (await readFile(resolve(folder, path), 'utf8')).slice(0, LONGEST_FILE);
  const options = { fetch: guardedFetch({ allowPrivateAddresses: issuer.allowPrivateAddresses }) };
  const { jwks } = await (issuer.jwksUri === undefined
    ? lookUpIssuer(issuer.issuer, options)
    : lookUpKeySet(issuer.jwksUri, options));
  return JSON.stringify(jwks, null, 2);
}

function holdsPrivateKey(keys: string): boolean {
  return /PRIVATE KEY|"(?:d|p|q|dp|dq|qi|oth|priv|k)"\s*:/.test(keys);
}
