import { checkFiles } from '@portcullis/gateway';
import { ConfigError, type ConfigProblem, type Configuration, compile, parseConfig } from '@portcullis/guard';
import type { MasterKeyExamination } from './examine-master-key.ts';
import { givenEnvironment } from './given-environment.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export interface Examination {
  /** Undefined when it could not be read to its end. */
  readonly configuration: Configuration | undefined;
  /** The file of the master key, where it is to be made before a start. */
  readonly missingMasterKey: string | undefined;
  /** Environment variables that it refers to and that are not set: one problem for each place. */
  readonly unset: readonly ConfigProblem[];
  /** All other problems, in the order of their places. */
  readonly problems: readonly ConfigProblem[];
}

/** Finds every problem that can be known before a start; a variable that is not set hides none of the others. */
export async function examine(text: string, file: string, env: Environment): Promise<Examination> {
  const given = givenEnvironment(text, env);
  const { problems, ...attempted } = await attempt(text, file, given.env);
  if (given.standIns.size === 0) return { ...attempted, unset: [], problems: problems.toSorted(byPlace) };
  const unset = parsingProblems(text, file, env).filter(
    (problem) => !problems.some((other) => isSamePlace(other, problem) && other.message === problem.message),
  );
  // What stands in for a variable may be no port or no URL; that says nothing about the real value.
  const others = problems.filter((problem) => !unset.some((place) => isSamePlace(place, problem)));
  return { ...attempted, unset, problems: others.toSorted(byPlace) };
}

async function attempt(text: string, file: string, env: Environment): Promise<Omit<Examination, 'unset'>> {
  let configuration: Configuration;
  try {
    configuration = parseConfig(text, { file, env });
  } catch (error) {
    return { configuration: undefined, missingMasterKey: undefined, problems: problemsOf(error) };
  }
  const problems = compilingProblems(configuration);
  const masterKey = await masterKeyOf(configuration);
  const inFiles = [...(await checkFiles(configuration)), ...masterKey.problems];
  return {
    configuration,
    missingMasterKey: masterKey.missing,
    problems: [...problems, ...inFiles.filter((one) => !isEcho(one, problems))],
  };
}

/** Only an issuer with a store has private keys to seal: for any other configuration none of that is loaded. */
async function masterKeyOf(configuration: Configuration): Promise<MasterKeyExamination> {
  const { issuer, store } = configuration.config;
  if (issuer === undefined || store === undefined) return { problems: [] };
  const { examineMasterKey } = await import('./examine-master-key.ts');
  return examineMasterKey(configuration);
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
