import { type CompiledApi, compile, type RevokedBy } from '@portcullis/guard';
import {
  createVerifier,
  type Expected,
  type IssuerPolicy,
  KeyError,
  PolicyError,
  type VerifiedToken,
  type Verifier,
} from '@portcullis/token';
import { asCliError, loadConfiguration } from '../configuration/load.ts';
import { chooseConfigurationFile } from '../configuration/locate.ts';
import { CliError } from '../errors.ts';
import { printable } from '../terminal/printable.ts';
import type { Session } from '../terminal/terminal.ts';
import type { VerifyOptions } from './policy-from-options.ts';
import { policyFromOptions } from './policy-from-options.ts';

/** A verifier set up as the gateway would, and what it expects of the token. */
export interface Checkpoint {
  readonly verifier: Verifier;
  readonly expected: Expected;
  /** By what a token was revoked, where the configuration has a store to ask. */
  revokedBy(token: VerifiedToken): Promise<RevokedBy | undefined>;
  /** Why keys could not be loaded, if so. */
  troubles(): readonly string[];
  close(): void;
}

/** @throws CliError when the configuration, the keys or the options will not do */
export async function openCheckpoint(session: Session, options: VerifyOptions): Promise<Checkpoint> {
  try {
    return await (options.jwks === undefined
      ? checkpointOfConfiguration(session, options)
      : checkpointOfOptions(session, options));
  } catch (error) {
    if (!(error instanceof KeyError || error instanceof PolicyError)) throw asCliError(error);
    throw new CliError('configuration', `the keys cannot be used: ${error.message}`, { cause: error });
  }
}

async function checkpointOfConfiguration(session: Session, options: VerifyOptions): Promise<Checkpoint> {
  const stray = (['issuer', 'audience', 'alg', 'type'] as const).find((name) => options[name] !== undefined);
  if (stray !== undefined) {
    throw new CliError(
      'usage',
      `--${stray} goes with --jwks; without it the configuration says what is accepted`,
    );
  }
  const file = chooseConfigurationFile(session, options);
  const configuration = await loadConfiguration(file, session.terminal.env);
  const { expected } = chooseApi(compile(configuration, 1).apis, options.api);
  const { openIssuers } = await import('@portcullis/gateway');
  const { policies } = await openIssuers(configuration, () => {});
  return checkpoint(policies, expected, async (token) => {
    const { revokedBy } = await import('./revoked-by.ts');
    return revokedBy(configuration, token);
  });
}

async function checkpointOfOptions(session: Session, options: VerifyOptions): Promise<Checkpoint> {
  const { policy, audience } = await policyFromOptions(session, options);
  return checkpoint([policy], { audience }, async () => undefined);
}

function checkpoint(
  policies: readonly IssuerPolicy[],
  expected: Expected,
  revoked: Checkpoint['revokedBy'],
): Checkpoint {
  const used = policies.filter(({ name }) => expected.issuers?.has(name ?? '') ?? true);
  return {
    verifier: createVerifier({ issuers: policies, cache: { maxBytes: 0 } }),
    expected,
    revokedBy: revoked,
    troubles: () =>
      used.flatMap(({ name, issuer, keys }) => {
        const { lastError } = keys.status();
        return lastError === null
          ? []
          : [`the keys of ${name ?? issuer} could not be loaded: ${printable(lastError)}`];
      }),
    close: () => {
      for (const { keys } of policies) keys.close();
    },
  };
}

function chooseApi(
  apis: readonly CompiledApi[],
  name: string | undefined,
): CompiledApi & { readonly expected: Expected } {
  const guarded = apis.filter(hasExpected);
  const listed = guarded.map((api) => api.name).join(', ') || 'none';
  const [only, ...more] = name === undefined ? guarded : guarded.filter((api) => api.name === name);
  if (only !== undefined && more.length === 0) return only;
  if (name === undefined) {
    throw new CliError(
      'usage',
      `which API is the token shown to? Choose with --api; APIs that ask for tokens: ${listed}`,
    );
  }
  throw new CliError(
    'notFound',
    `no API that asks for tokens is called ${printable(name)}; there are: ${listed}`,
  );
}

function hasExpected(api: CompiledApi): api is CompiledApi & { readonly expected: Expected } {
  return api.expected !== undefined;
}
