/** Every way in which the store can say no. Codes are stable and never reused. */
export const STORE_ERRORS = {
  store_url_invalid: {
    summary: 'the store is named by a URL that is not one',
    cure: 'Write sqlite:<file> or postgres://user:password@host/database.',
  },
  unavailable: {
    summary: 'the database cannot be reached or does not answer',
    cure: 'Check that it runs and can be reached; of PostgreSQL the user and password, of SQLite that its folder may be written.',
  },
  database_unusable: {
    summary: 'the file cannot be used as a database',
    cure: 'Name another file, or restore a backup. After a restore, remove what ends in -wal and -shm beside it.',
  },
  too_new: {
    summary: 'the database was written by a newer version of Portcullis',
    cure: 'Run that version, or restore the backup that was taken before the upgrade.',
  },
  overloaded: {
    summary: 'more is waiting to be written than the store takes',
    cure: 'Look for what slows the database down; what was refused may be tried again.',
  },
  exists: {
    summary: 'it is there already',
    cure: 'Choose another one.',
  },
  master_key_invalid: {
    summary: 'the master key is not usable',
    cure: 'It is a file made by "portcullis master-key generate", or 32 random bytes as base64url.',
  },
  master_key_unknown: {
    summary: 'what was read is sealed under a master key that is not here',
    cure: 'Give the master key that it was sealed under, also as a previous one.',
  },
  sealed_broken: {
    summary: 'what was read does not open under its master key',
    cure: 'It was altered, or moved from another place in the database. Restore a backup.',
  },
} as const;

export type StoreErrorCode = keyof typeof STORE_ERRORS;

/** A failure of the store. The message never holds a secret. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, about: string, options?: ErrorOptions) {
    super(`${STORE_ERRORS[code].summary}: ${about}`, options);
    this.code = code;
  }
}

/**
 * What a driver says of a database that is not there, or is none, as an error of the store; anything else as it is, such as
 * that a query was wrong.
 */
export function asStoreError(error: unknown): unknown {
  if (error instanceof StoreError || !(error instanceof Error)) return error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const away = /^(?:ECONN|ENOTFOUND|ETIMEDOUT|EHOSTUNREACH|EAI_AGAIN|08|57P|28|3D000|53300)/.test(code);
  const late = /timeout|terminated|Connection ended/i.test(error.message);
  if (code === 'ERR_SQLITE_ERROR')
    return new StoreError('database_unusable', error.message, { cause: error });
  return away || late ? new StoreError('unavailable', error.message, { cause: error }) : error;
}
