import { Accounts } from './accounts/accounts.ts';
import { Consents } from './accounts/consents.ts';
import { OneTimeLinks } from './accounts/one-time-links.ts';
import { Passkeys } from './accounts/passkeys.ts';
import { Artifacts } from './artifacts/artifacts.ts';
import { UsedAssertions } from './assertions/used-assertions.ts';
import { AuditLog } from './audit/audit-log.ts';
import { Clients } from './clients/clients.ts';
import type { Database } from './database/database.ts';
import { asStoreError, StoreError } from './errors.ts';
import { SigningKeys } from './keys/signing-keys.ts';
import { Revocations } from './revocations/revocations.ts';
import type { MasterKey } from './sealing/master-key.ts';
import { sealAnew } from './sealing/seal-anew.ts';
import { LogoutNotices } from './sessions/logout-notices.ts';
import { Sessions } from './sessions/sessions.ts';

/** Everything that is kept: one door for each kind of thing. */
export interface Store {
  readonly clients: Clients;
  readonly keys: SigningKeys;
  readonly revocations: Revocations;
  readonly audit: AuditLog;
  readonly assertions: UsedAssertions;
  readonly accounts: Accounts;
  readonly passkeys: Passkeys;
  readonly links: OneTimeLinks;
  readonly consents: Consents;
  readonly sessions: Sessions;
  readonly artifacts: Artifacts;
  readonly logoutNotices: LogoutNotices;
  /**
   * Seals every secret anew under the current master key, all or nothing.
   *
   * @returns how many there are
   * @throws {StoreError} `master_key_unknown`, `sealed_broken`; nothing has changed then
   */
  sealAnew(masterKey: MasterKey): Promise<number>;
  /**
   * Forgets a bounded number of things that have expired.
   *
   * @param now milliseconds since the epoch
   * @param auditBefore audit events that are older are forgotten, too; milliseconds since the epoch
   * @returns whether there may be more
   */
  sweep(now: number, auditBefore: number): Promise<boolean>;
  /** Calls back soon after keys or revocations were changed, by whomever; the return value ends it. */
  watch(onChange: () => void): () => void;
  /** Whether the database answers. */
  ping(): Promise<boolean>;
  /**
   * Writes a copy into a file that is not there yet, while others go on. Undefined where the database has tools of its own.
   */
  readonly backup: ((file: string) => Promise<void>) | undefined;
  close(): Promise<void>;
}

/**
 * Opens a store, and brings its tables to this version.
 *
 * @param url `sqlite:<file>` or `postgres://…`; the file as an absolute path
 * @throws {StoreError} `store_url_invalid`, `unavailable`, `too_new`
 */
export async function openStore(url: string): Promise<Store> {
  const database = await migrated(url);
  const { sweep } = await import('./sweep.ts');
  const audit = new AuditLog(database.db);
  const revocations = new Revocations(database);
  return {
    clients: new Clients(database.db),
    keys: new SigningKeys(database),
    revocations,
    audit,
    assertions: new UsedAssertions(database.db),
    accounts: new Accounts(database),
    passkeys: new Passkeys(database.db),
    links: new OneTimeLinks(database.db),
    consents: new Consents(database.db),
    sessions: new Sessions(database.db, revocations),
    artifacts: new Artifacts(database.db),
    logoutNotices: new LogoutNotices(database.db),
    sealAnew: (masterKey) => sealAnew(database, masterKey),
    sweep: (now, auditBefore) => sweep(database.db, now, auditBefore),
    watch: (onChange) => database.watch(onChange),
    ping: () =>
      database.db
        .selectFrom('clients')
        .select('id')
        .limit(1)
        .execute()
        .then(
          () => true,
          () => false,
        ),
    backup: database.backup?.bind(database),
    async close() {
      await audit.flushed();
      await database.close();
    },
  };
}

/** What speaks to databases are hundreds of files: they are loaded by who has one, and those of one kind only. */
async function migrated(url: string): Promise<Database> {
  let database: Database | undefined;
  try {
    database = await openDatabase(url);
    const { migrate } = await import('./database/migrate.ts');
    await migrate(database);
    return database;
  } catch (error) {
    await database?.close();
    throw asStoreError(error);
  }
}

async function openDatabase(url: string): Promise<Database> {
  if (url.startsWith('sqlite:') && url.length > 'sqlite:'.length) {
    const { openSqlite } = await import('./database/sqlite.ts');
    return openSqlite(url.slice('sqlite:'.length));
  }
  if (/^postgres(?:ql)?:\/\/./.test(url) && URL.canParse(url)) {
    const { openPostgres } = await import('./database/postgres.ts');
    return openPostgres(url);
  }
  // The URL may hold a password: it is not repeated.
  throw new StoreError(
    'store_url_invalid',
    `it begins with ${JSON.stringify(url.slice(0, url.indexOf(':') + 1))}`,
  );
}
