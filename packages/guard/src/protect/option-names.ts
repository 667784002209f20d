import { ConfigError, type ConfigProblem } from '../config/config-error.ts';
import { nearest } from '../config/known-keys.ts';
import type { ConfigurationOptions, DecryptionOptions, Hooks, PolicyOptions } from './options.ts';

/** The members of a type, each spelled once; the compiler tells when one is missing. */
type Names<T> = Readonly<Record<keyof T, true>>;

const HOOKS: Names<Hooks<never>> = {
  onDenial: true,
  address: true,
  requestId: true,
  onKeys: true,
  fetch: true,
  clock: true,
};

const POLICY: Names<PolicyOptions & Hooks<never>> = {
  ...HOOKS,
  issuer: true,
  audience: true,
  algorithms: true,
  jwksUri: true,
  jwks: true,
  pem: true,
  secrets: true,
  keys: true,
  decryption: true,
  types: true,
  audienceOptional: true,
  requiredClaims: true,
  maxLifetime: true,
  clockSkew: true,
  require: true,
  rolesClaim: true,
  optional: true,
  limits: true,
  cors: true,
};

const CONFIGURATION: Names<ConfigurationOptions & Hooks<never>> = {
  ...HOOKS,
  configuration: true,
  keys: true,
  decryptionKeys: true,
};

const DECRYPTION: Names<DecryptionOptions> = {
  algorithms: true,
  encryptions: true,
  jwks: true,
  secrets: true,
  required: true,
};

/** An option that nobody reads would be a check that nobody makes. Throws {@link ConfigError}. */
export function checkPolicyNames(options: PolicyOptions): void {
  throwIfAny([
    ...unknown(options, POLICY, ''),
    ...unknown(options.decryption ?? {}, DECRYPTION, 'decryption.'),
  ]);
}

/** The same for a whole configuration. Throws {@link ConfigError}. */
export function checkConfigurationNames(options: ConfigurationOptions): void {
  throwIfAny(unknown(options, CONFIGURATION, ''));
}

function unknown(options: object, known: object, prefix: string): ConfigProblem[] {
  const names = Object.keys(known);
  return Object.keys(options)
    .filter((name) => !names.includes(name))
    .map((name) => {
      const guess = nearest(name, names);
      const hint = guess === undefined ? `known here: ${names.join(', ')}` : `did you mean "${guess}"?`;
      const place = { file: 'protect()', line: 1, column: 1, path: `${prefix}${name}` };
      return { ...place, message: `unknown option "${name}"`, hint };
    });
}

function throwIfAny(problems: readonly ConfigProblem[]): void {
  if (problems.length > 0) throw new ConfigError(problems);
}
