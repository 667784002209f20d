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
    return keys === undefined
      ? { ...known, keys: null, note: 'the file holds no public keys' }
      : { ...known, keys, note: '' };
  } catch (error) {
    const reason = error instanceof FetchError ? error.message : 'the file cannot be read';
    return { ...known, keys: null, note: `the keys cannot be had: ${reason}` };
  }
}

async function keysOf(issuer: TrustedIssuerConfig, folder: string): Promise<string | undefined> {
  const { jwksUri, jwksFile, pem, allowPrivateAddresses } = issuer;
  if (jwksFile !== undefined) return publicKeySet(JSON.parse(await readKeyFile(folder, jwksFile)));
  if (pem !== undefined) return publicPem(await readKeyFile(folder, pem));
  const options = { fetch: guardedFetch({ allowPrivateAddresses }) };
  const { jwks } = await (jwksUri === undefined
    ? lookUpIssuer(issuer.issuer, options)
    : lookUpKeySet(jwksUri, options));
  return publicKeySet(jwks);
}

async function readKeyFile(folder: string, path: string): Promise<string> {
  const text = await readFile(resolve(folder, path), 'utf8');
  if (text.length > LONGEST_FILE) throw new Error('too long');
  return text;
}

/** Nothing but these members leaves, whatever a file or a server holds. */
const PUBLIC_MEMBERS = ['kty', 'crv', 'x', 'y', 'n', 'e', 'pub', 'alg', 'kid', 'use'];

function publicKeySet(value: unknown): string | undefined {
  if (!isRecord(value) || !Array.isArray(value['keys'])) return undefined;
  const keys = value['keys'].filter(isRecord).filter(({ kty }) => typeof kty === 'string' && kty !== 'oct');
  const known = keys.map((jwk) =>
    Object.fromEntries(
      PUBLIC_MEMBERS.flatMap((name) => (typeof jwk[name] === 'string' ? [[name, jwk[name]]] : [])),
    ),
  );
  return known.length === 0 ? undefined : JSON.stringify({ keys: known }, null, 2);
}

function publicPem(text: string): string | undefined {
  const blocks = text.match(/-----BEGIN (PUBLIC KEY|CERTIFICATE)-----[A-Za-z0-9+/=\s]*-----END \1-----/g);
  return blocks === null ? undefined : `${blocks.join('\n')}\n`;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
