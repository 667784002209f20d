import { existsSync } from 'node:fs';
import { checkFiles } from '@portcullis/gateway';
import { ConfigError, type ConfigProblem, type Configuration, compile, parseConfig } from '@portcullis/guard';
import { masterKeyFileOf, masterKeySource } from '@portcullis/issuer';
import { StoreError } from '@portcullis/store';
import { givenEnvironment } from './given-environment.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export interface Examination {
  /** Undefined when it could not be read to its end. */
  readonly configuration: Configuration | undefined;
  /** Environment variables that it refers to and that are not set: one problem for each place. */
  readonly unset: readonly ConfigProblem[];
  /** All other problems, in the order of their places. */
  readonly problems: readonly ConfigProblem[];
}

/** Finds every problem that can be known before a start; a variable that is not set hides none of the others. */
export async function examine(text: string, file: string, env: Environment): Promise<Examination> {
  const given = givenEnvironment(text, env);
  const { configuration, problems } = await attempt(text, file, given.env);
  if (given.standIns.size === 0) return { configuration, unset: [], problems: problems.toSorted(byPlace) };
  const unset = parsingProblems(text, file, env).filter(
    (problem) => !problems.some((other) => isSamePlace(other, problem) && other.message === problem.message),
  );
  // What stands in for a variable may be no port or no URL; that says nothing about the real value.
  const others = problems.filter((problem) => !unset.some((place) => isSamePlace(place, problem)));
  return { configuration, unset, problems: others.toSorted(byPlace) };
}

async function attempt(
  text: string,
  file: string,
  env: Environment,
): Promise<Pick<Examination, 'configuration' | 'problems'>> {
  let configuration: Configuration;
  try {
    configuration = parseConfig(text, { file, env });
  } catch (error) {
    return { configuration: undefined, problems: problemsOf(error) };
  }
  const problems = compilingProblems(configuration);
  const inFiles = [...(await checkFiles(configuration)), ...(await checkMasterKey(configuration))];
  return { configuration, problems: [...problems, ...inFiles.filter((one) => !isEcho(one, problems))] };
}

/** A master key that is not usable. One that is not made yet is no mistake in the configuration. */
async function checkMasterKey(configuration: Configuration): Promise<readonly ConfigProblem[]> {
  const { config, file, locate } = configuration;
  if (
    config.issuer === undefined ||
    config.store === undefined ||
    isMissing(masterKeyFileOf(configuration))
  ) {
    return [];
  }
  try {
    await masterKeySource(configuration)();
    return [];
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    return [{ file, ...locate(['masterKey']), path: 'masterKey', message: error.message }];
  }
}

export function isMissing(file: string | undefined): boolean {
  return file !== undefined && !existsSync(file);
}

/** Algorithms that do not fit their keys are found again where the keys are opened. */
function isEcho({ path }: ConfigProblem, told: readonly ConfigProblem[]): boolean {
  const [issuer] = /^issuers\[\d+\]/.exec(path) ?? [];
  return issuer !== undefined && told.some((other) => other.path === `${issuer}.algorithms`);
}

function compilingProblems(configuration: Configuration): readonly ConfigProblem[] {
  try {
    compile(configuration, 1);
    return [];
  } catch (error) {
    return problemsOf(error);
  }
}

function parsingProblems(text: string, file: string, env: Environment): readonly ConfigProblem[] {
  try {
    parseConfig(text, { file, env });
    return [];
  } catch (error) {
    return problemsOf(error);
  }
}

function problemsOf(error: unknown): readonly ConfigProblem[] {
  if (error instanceof ConfigError) return error.problems;
  throw error;
}

function isSamePlace(one: ConfigProblem, other: ConfigProblem): boolean {
  return one.line === other.line && one.column === other.column;
}

export function byPlace(one: ConfigProblem, other: ConfigProblem): number {
  return one.line - other.line || one.column - other.column;
}
