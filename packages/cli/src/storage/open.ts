import { userInfo } from 'node:os';
import type { Configuration } from '@portcullis/guard';
import { type Operator, storeUrlOf } from '@portcullis/issuer';
import { openStore, STORE_ERRORS, type Store, StoreError, type StoreErrorCode } from '@portcullis/store';
import { loadConfiguration } from '../configuration/load.ts';
import { type ConfigOption, chooseConfigurationFile } from '../configuration/locate.ts';
import { CliError, systemCode } from '../errors.ts';
import type { Session } from '../terminal/terminal.ts';

/** What a command that manages the issuer works on. */
export interface Workplace {
  readonly configuration: Configuration;
  readonly store: Store;
  readonly operator: Operator;
}

/**
 * Opens the store of the configuration that a command is about, and closes it after the work.
 *
 * @throws CliError when the configuration has no store or no issuer, or the database is out of reach
 */
export async function withStore<T>(
  session: Session,
  options: ConfigOption,
  work: (place: Workplace) => Promise<T>,
): Promise<T> {
  const { terminal } = session;
  const configuration = await loadConfiguration(chooseConfigurationFile(session, options), terminal.env);
  const { issuer } = configuration.config;
  const url = storeUrlOf(configuration);
  if (url === undefined || issuer === undefined) {
    const missing = issuer === undefined ? 'issuer section' : 'store';
    throw new CliError(
      'configuration',
      `${configuration.file} has no ${missing}: add "store: sqlite:./data/portcullis.db" and an issuer section`,
    );
  }
  const operator: Operator = {
    actor: `operator:${terminal.env['USER'] || terminal.env['LOGNAME'] || userInfo().username}`,
    issuer: issuer.url,
    now: Date.now(),
  };
  return usingStore(url, (store) => work({ configuration, store, operator }));
}

/**
 * Opens a store, and closes it after the work.
 *
 * @throws CliError when the database is out of reach, and what the work throws
 */
export async function usingStore<T>(url: string, work: (store: Store) => Promise<T>): Promise<T> {
  try {
    const store = await openStore(url);
    try {
      return await work(store);
    } finally {
      await store.close();
    }
  } catch (error) {
    throw asStoreTrouble(error);
  }
}

/** A StoreError as the command reports it; anything else is left as it is. */
export function asStoreTrouble(error: unknown): unknown {
  return error instanceof StoreError ? storeTrouble(error.code, error) : error;
}

/** What a failure of the store means to who runs the command, and what to do. */
export function storeTrouble(code: StoreErrorCode, error: Error): CliError {
  const exit = code === 'exists' ? 'refused' : code === 'unavailable' ? 'unavailable' : 'configuration';
  return new CliError(exit, `${error.message}. ${STORE_ERRORS[code].cure}`, { cause: error });
}

/** Whether an error, perhaps of another process, carries a code of the store. */
export function storeCodeOf(error: unknown): StoreErrorCode | undefined {
  const code = systemCode(error) ?? '';
  return STORE_CODES.find((one) => one === code);
}

const STORE_CODES = Object.keys(STORE_ERRORS) as StoreErrorCode[];
