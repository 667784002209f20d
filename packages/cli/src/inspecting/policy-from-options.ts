import { resolve } from 'node:path';
import {
  ALGORITHMS,
  type Algorithm,
  type IssuerPolicy,
  isAlgorithm,
  type KeySource,
  remoteJwks,
} from '@portcullis/token';
import { jwksFile } from '@portcullis/token/node';
import type { ConfigOption } from '../configuration/locate.ts';
import { CliError } from '../errors.ts';
import { printable } from '../terminal/printable.ts';
import type { JsonOption, Session } from '../terminal/terminal.ts';

export interface VerifyOptions extends ConfigOption, JsonOption {
  readonly api?: string;
  readonly jwks?: string;
  readonly issuer?: string;
  readonly audience?: string;
  readonly alg?: readonly string[];
  readonly type?: readonly string[];
}

/**
 * The policy spelled out on the command line. Nothing of it is guessed from the token.
 * @throws CliError when a part is missing, KeyError for a bad key file
 */
export async function policyFromOptions(
  { terminal }: Session,
  { jwks, issuer, audience, alg, type, api, config }: VerifyOptions,
): Promise<{ policy: IssuerPolicy; audience: string }> {
  if (api !== undefined || config !== undefined) {
    throw new CliError('usage', '--jwks stands in for the configuration: leave --api and --config out');
  }
  if (jwks === undefined || issuer === undefined || audience === undefined || alg === undefined) {
    throw new CliError('usage', '--jwks needs --issuer, --audience and at least one --alg beside it');
  }
  const algorithms = alg.map(knownAlgorithm);
  const keys: KeySource = /^https?:\/\//i.test(jwks)
    ? remoteJwks(jwks, { algorithms })
    : await jwksFile(resolve(terminal.cwd, jwks), { algorithms });
  return { policy: { issuer, algorithms, keys, ...(type && { types: type }) }, audience };
}

function knownAlgorithm(name: string): Algorithm {
  if (isAlgorithm(name)) return name;
  throw new CliError('usage', `--alg ${printable(name)} is not known; there are: ${ALGORITHMS.join(', ')}`);
}
