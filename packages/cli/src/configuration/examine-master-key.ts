import { existsSync } from 'node:fs';
import type { ConfigProblem, Configuration } from '@portcullis/guard';
import { masterKeyFileOf, masterKeySource } from '@portcullis/issuer';
import { StoreError } from '@portcullis/store';

export interface MasterKeyExamination {
  /** The file that is to be made before a start. That it is not there yet is no mistake in the configuration. */
  readonly missing?: string;
  readonly problems: readonly ConfigProblem[];
}

/** Looks whether the master key that a configuration names is there and can be used. */
export async function examineMasterKey(configuration: Configuration): Promise<MasterKeyExamination> {
  const named = masterKeyFileOf(configuration);
  if (named !== undefined && !existsSync(named)) return { missing: named, problems: [] };
  try {
    await masterKeySource(configuration)();
    return { problems: [] };
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    const { file, locate } = configuration;
    return { problems: [{ file, ...locate(['masterKey']), path: 'masterKey', message: error.message }] };
  }
}
