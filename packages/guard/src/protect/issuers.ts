import {
  type Algorithm,
  discoveredKeys,
  type IssuerPolicy,
  isSecureUrl,
  jwksKeys,
  type KeySource,
  PolicyError,
  pemKeys,
  type RemoteJwksOptions,
  remoteJwks,
  secretKeys,
} from '@portcullis/token';
import { ConfigError } from '../config/config-error.ts';
import type { Configuration } from '../config/configuration.ts';
import { problemAt } from '../config/problem-at.ts';
import type { TrustedIssuerConfig } from '../config/schema/config.ts';
import { decryptionOf, decryptionOfConfiguration } from './decryption.ts';
import { given } from './given.ts';
import { LazyKeys } from './lazy-keys.ts';
import type { ConfigurationOptions, Hooks, PolicyOptions } from './options.ts';

/** The name of the one issuer where none is given. */
export const ONLY_ISSUER = 'issuer';

const SOURCES = ['jwksUri', 'jwks', 'pem', 'secrets', 'keys'] as const;

type KeyHooks = Pick<Hooks<never>, 'onKeys' | 'fetch' | 'clock'>;

/** The policy of `protect({ issuer, … })`. Throws {@link PolicyError}. */
export function policyOfOptions(options: PolicyOptions, hooks: KeyHooks): IssuerPolicy {
  const { issuer, algorithms, types, audienceOptional, requiredClaims, maxLifetime, clockSkew } = options;
  const named = SOURCES.filter((source) => options[source] !== undefined);
  if (named.length > 1) {
    throw new PolicyError(
      'keys_missing',
      `${issuer}: give one of ${SOURCES.join(', ')}, not ${named.join(' and ')}`,
    );
  }
  return {
    name: ONLY_ISSUER,
    issuer,
    algorithms,
    keys: sourceOfOptions(options, hooks),
    ...(options.decryption && { decryption: decryptionOf(options.decryption) }),
    ...(types && { types }),
    ...(audienceOptional !== undefined && { audienceOptional }),
    ...(requiredClaims && { requiredClaims }),
    ...(maxLifetime !== undefined && { maxLifetime }),
    ...(clockSkew !== undefined && { clockSkew }),
  };
}

function sourceOfOptions(options: PolicyOptions, hooks: KeyHooks): KeySource {
  const { issuer, algorithms, jwksUri, jwks, pem, secrets, keys } = options;
  if (keys !== undefined) return keys;
  checkKind(algorithms, secrets !== undefined);
  if (jwksUri !== undefined) return remote(jwksUri, algorithms, hooks);
  if (pem !== undefined) return new LazyKeys(algorithms, () => pemKeys(pem, { algorithms }));
  if (secrets !== undefined) return new LazyKeys(algorithms, () => secretKeys(secrets, { algorithms }));
  if (jwks !== undefined) return new LazyKeys(algorithms, () => jwksKeys(jwks, { algorithms }));
  checkUrl(issuer, 'issuer');
  return discovered(issuer, algorithms, hooks);
}

/** The policies of a configuration's issuers. Throws {@link ConfigError} where an issuer's keys are neither reachable nor given. */
export function policiesOfConfiguration(options: ConfigurationOptions, hooks: KeyHooks): IssuerPolicy[] {
  return options.configuration.config.issuers.map((config, index) => {
    const { name, issuer, algorithms } = config;
    const { types, audienceOptional, requiredClaims, maxLifetime, clockSkew } = config;
    const fromFile = (option: string) => keysInFile(options.configuration, index, name, option);
    const keys = given(options.keys, name) ?? sourceOfConfiguration(config, hooks) ?? fromFile('keys');
    const decryption = decryptionOfConfiguration(config, options.decryptionKeys);
    if (keys instanceof ConfigError) throw keys;
    if (config.decryption !== undefined && decryption === undefined) throw fromFile('decryptionKeys');
    return {
      name,
      issuer,
      algorithms,
      keys,
      types,
      audienceOptional,
      requiredClaims,
      maxLifetime,
      clockSkew,
      ...(decryption && { decryption }),
    };
  });
}

/** Undefined for keys in a file. */
function sourceOfConfiguration(config: TrustedIssuerConfig, hooks: KeyHooks): KeySource | undefined {
  const { issuer, algorithms, jwksUri, jwksFile, pem, secrets, maxStale } = config;
  if (jwksUri !== undefined) return remote(jwksUri, algorithms, hooks, maxStale);
  if (secrets !== undefined) return new LazyKeys(algorithms, () => secretKeys(secrets, { algorithms }));
  return jwksFile === undefined && pem === undefined
    ? discovered(issuer, algorithms, hooks, maxStale)
    : undefined;
}

function keysInFile(configuration: Configuration, index: number, name: string, option: string): ConfigError {
  const message = `this middleware reads no files: give the keys as protect({ configuration, ${option}: { ${JSON.stringify(name)}: … } })`;
  return new ConfigError([problemAt(configuration, ['issuers', index], message)]);
}

function remote(
  url: string,
  algorithms: readonly Algorithm[],
  hooks: KeyHooks,
  maxStale?: number,
): KeySource {
  checkUrl(url, 'jwksUri');
  const options = remoteOptions(algorithms, hooks, maxStale);
  return new LazyKeys(algorithms, () => remoteJwks(url, options));
}

function discovered(
  issuer: string,
  algorithms: readonly Algorithm[],
  hooks: KeyHooks,
  maxStale?: number,
): KeySource {
  const options = remoteOptions(algorithms, hooks, maxStale);
  return new LazyKeys(algorithms, () => discoveredKeys(issuer, options));
}

function remoteOptions(
  algorithms: readonly Algorithm[],
  { onKeys, fetch, clock }: KeyHooks,
  maxStale: number | undefined,
): RemoteJwksOptions {
  return {
    algorithms,
    ...(fetch && { fetch }),
    ...(clock && { clock }),
    ...(onKeys && { onEvent: onKeys }),
    ...(maxStale !== undefined && { maxStale }),
  };
}

/** The key source finds this out as well, but only once it is opened; a mistake is told at once. */
function checkUrl(text: string, option: string): void {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && isSecureUrl(url)) return;
  throw new PolicyError(
    'url_invalid',
    `${option} ${url === undefined ? '' : `${url.protocol}//${url.host}`}`,
  );
}

function checkKind(algorithms: readonly Algorithm[], shared: boolean): void {
  // What is no list at all, the verifier tells.
  const unfit =
    Array.isArray(algorithms) && algorithms.some((one) => String(one).startsWith('HS') !== shared);
  if (unfit) throw new PolicyError('algorithms_unfit', shared ? 'secrets' : 'public keys');
}
