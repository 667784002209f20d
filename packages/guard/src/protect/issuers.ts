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
import { LazyKeys } from './lazy-keys.ts';
import type { ConfigurationOptions, Hooks, PolicyOptions } from './options.ts';

/** The name of the one issuer where none is given. */
export const ONLY_ISSUER = 'issuer';

const SOURCES = ['jwksUri', 'jwks', 'pem', 'secrets', 'keys'] as const;

type KeyHooks = Pick<Hooks<never>, 'onKeys' | 'fetch' | 'clock'>;

/** The policy of `protect({ issuer, … })`. Throws {@link PolicyError}. */
export function policyOfOptions(options: PolicyOptions, hooks: KeyHooks): IssuerPolicy {
  const { issuer, algorithms, types, audienceOptional, requiredClaims, maxLifetime, clockSkew } = options;
  const given = SOURCES.filter((source) => options[source] !== undefined);
  if (given.length !== 1) {
    throw new PolicyError('keys_missing', `${issuer}: give exactly one of ${SOURCES.join(', ')}`);
  }
  return {
    name: ONLY_ISSUER,
    issuer,
    algorithms,
    keys: sourceOfOptions(options, hooks),
    ...(types && { types }),
    ...(audienceOptional !== undefined && { audienceOptional }),
    ...(requiredClaims && { requiredClaims }),
    ...(maxLifetime !== undefined && { maxLifetime }),
    ...(clockSkew !== undefined && { clockSkew }),
  };
}

function sourceOfOptions(options: PolicyOptions, hooks: KeyHooks): KeySource {
  const { algorithms, jwksUri, jwks, pem, secrets, keys } = options;
  if (keys !== undefined) return keys;
  checkKind(algorithms, secrets !== undefined);
  if (jwksUri !== undefined) return remote(jwksUri, algorithms, hooks);
  if (pem !== undefined) return new LazyKeys(algorithms, () => pemKeys(pem, { algorithms }));
  if (secrets !== undefined) return new LazyKeys(algorithms, () => secretKeys(secrets, { algorithms }));
  return new LazyKeys(algorithms, () => jwksKeys(jwks, { algorithms }));
}

/** The policies of a configuration's issuers. Throws {@link ConfigError} where an issuer's keys are neither reachable nor given. */
export function policiesOfConfiguration(
  { configuration, keys: given = {} }: ConfigurationOptions,
  hooks: KeyHooks,
): IssuerPolicy[] {
  return configuration.config.issuers.map((issuer, index) => {
    const { name, algorithms, jwksUri, jwksFile, pem, secrets, maxStale } = issuer;
    const { types, audienceOptional, requiredClaims, maxLifetime, clockSkew } = issuer;
    const policy = { types, audienceOptional, requiredClaims, maxLifetime, clockSkew };
    const source = (): KeySource => {
      const own = Object.hasOwn(given, name) ? given[name] : undefined;
      if (own !== undefined) return own;
      if (jwksUri !== undefined) return remote(jwksUri, algorithms, hooks, maxStale);
      if (secrets !== undefined) return new LazyKeys(algorithms, () => secretKeys(secrets, { algorithms }));
      if (jwksFile === undefined && pem === undefined)
        return discovered(issuer.issuer, algorithms, hooks, maxStale);
      const { file, locate } = configuration;
      const message = `this middleware reads no files: give the keys as protect({ configuration, keys: { ${JSON.stringify(name)}: … } })`;
      throw new ConfigError([{ file, ...locate(['issuers', index]), path: `issuers[${index}]`, message }]);
    };
    return { name, issuer: issuer.issuer, algorithms, keys: source(), ...policy };
  });
}

function remote(
  url: string,
  algorithms: readonly Algorithm[],
  hooks: KeyHooks,
  maxStale?: number,
): KeySource {
  checkUrl(url);
  const options = remoteOptions(algorithms, hooks, maxStale);
  return new LazyKeys(algorithms, () => remoteJwks(url, options));
}

/** What can be discovered, the configuration has checked already. */
function discovered(
  issuer: string,
  algorithms: readonly Algorithm[],
  hooks: KeyHooks,
  maxStale: number,
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
function checkUrl(text: string): void {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && isSecureUrl(url)) return;
  throw new PolicyError('url_invalid', `jwksUri ${url === undefined ? '' : `${url.protocol}//${url.host}`}`);
}

function checkKind(algorithms: readonly Algorithm[], shared: boolean): void {
  // What is no list at all, the verifier tells.
  const unfit =
    Array.isArray(algorithms) && algorithms.some((one) => String(one).startsWith('HS') !== shared);
  if (unfit) throw new PolicyError('algorithms_unfit', shared ? 'secrets' : 'public keys');
}
