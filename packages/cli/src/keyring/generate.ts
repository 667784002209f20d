import { ALGORITHMS, type Algorithm, isAlgorithm } from '@portcullis/token';
import { loadConfiguration } from '../configuration/load.ts';
import { locateConfiguration } from '../configuration/locate.ts';
import { CliError } from '../errors.ts';
import { printable } from '../terminal/printable.ts';
import type { JsonOption, Session } from '../terminal/terminal.ts';
import { addKey } from './ring.ts';
import type { RingOptions } from './which-ring.ts';
import { ringFile } from './which-ring.ts';

export interface GenerateOptions extends RingOptions, JsonOption {
  readonly alg?: string;
  readonly kid?: string;
}

/** A ring is published as a key set, so that shared secrets have no place in it. */
const SIGNING_ALGORITHMS = ALGORITHMS.filter((alg) => !alg.startsWith('HS'));

export async function generate(session: Session, options: GenerateOptions): Promise<void> {
  const alg = await chooseAlgorithm(session, options);
  if (options.kid?.trim() === '') throw new CliError('usage', '--kid must not be empty');
  const file = await ringFile(session, options);
  const key = await addKey(file, alg, options.kid);
  if (options.json) return session.printJson({ ring: file, kid: key.kid, alg: key.alg });
  session.print(key.kid);
  session.note(
    `portcullis: made a new ${key.alg} key in ${file}; it signs from now on, and a running gateway knows it within a minute`,
  );
}

async function chooseAlgorithm(session: Session, options: GenerateOptions): Promise<Algorithm> {
  const { alg } = options;
  if (alg === undefined) return (await configuredAlgorithm(session, options)) ?? 'ES256';
  if (isAlgorithm(alg) && SIGNING_ALGORITHMS.includes(alg)) return alg;
  throw new CliError(
    'usage',
    `--alg ${printable(alg)} is not a public-key algorithm that this version knows; choose one of ${SIGNING_ALGORITHMS.join(', ')}`,
  );
}

async function configuredAlgorithm(
  session: Session,
  options: GenerateOptions,
): Promise<Algorithm | undefined> {
  // A ring named on the command line need not belong to a configuration.
  if (options.ring !== undefined && options.config === undefined) return undefined;
  const file = locateConfiguration(options.config, session.terminal);
  if (file === undefined) return undefined;
  return (await loadConfiguration(file, session.terminal.env)).config.issuer?.keys.algorithm;
}
