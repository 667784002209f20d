import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { masterKeyFileOf, masterKeySource } from '@portcullis/issuer';
import { MasterKey, masterKeyFile, newMasterSecret, type Store, secretsIn } from '@portcullis/store';
import { loadConfiguration } from '../configuration/load.ts';
import { type ConfigOption, chooseConfigurationFile } from '../configuration/locate.ts';
import { CliError } from '../errors.ts';
import { withLock } from '../keyring/lock.ts';
import { writePrivateFile } from '../keyring/write-private.ts';
import { asStoreTrouble, withStore } from '../storage/open.ts';
import type { Session } from '../terminal/terminal.ts';

/** Makes the file of master keys that the configuration names; one that is there is left alone. */
export async function generateMasterKey(session: Session, options: ConfigOption): Promise<void> {
  const { terminal } = session;
  const configuration = await loadConfiguration(chooseConfigurationFile(session, options), terminal.env);
  const file = masterKeyFileOf(configuration);
  if (file === undefined) {
    session.print(newMasterSecret());
    session.note(
      'portcullis: the configuration takes the master key from masterKey.secret: this is a new one',
    );
    return;
  }
  if (existsSync(file))
    throw new CliError('refused', `${file} is there already; "portcullis master-key rotate" changes it`);
  await writePrivateFile(file, masterKeyFile([newMasterSecret()]));
  session.note(
    `portcullis: made ${file}. Keep a copy apart from backups of the store: without it no private key in the store opens`,
  );
}

/**
 * Seals everything under a new master key. At every moment the file holds what opens what is in the store: first the new key
 * joins the old one, then all is sealed anew in one transaction, and then the old one goes.
 */
export async function rotateMasterKey(session: Session, options: ConfigOption): Promise<void> {
  await withStore(session, options, async ({ configuration, store, operator }) => {
    const file = masterKeyFileOf(configuration);
    const { sealed, earlier } =
      file === undefined
        ? { sealed: await store.sealAnew(await masterKeySource(configuration)()), earlier: undefined }
        : await withLock(file, () => rotateFile(file, store));
    const { actor, now } = operator;
    await store.audit.append({
      at: now,
      type: 'master_key.rotated',
      outcome: 'success',
      actor,
      detail: { sealed },
    });
    session.note(
      file === undefined
        ? `portcullis: ${sealed} keys are sealed under masterKey.secret; masterKey.previous is not needed any more`
        : `portcullis: ${sealed} keys are sealed under a new master key in ${file}; a running issuer takes it by itself`,
    );
    if (earlier !== undefined) {
      session.note(
        `portcullis: the earlier key is in ${earlier}: backups made until now need it. Remove it with the last of them`,
      );
    }
  });
}

function earlierFile(file: string, secrets: readonly string[]): string {
  return `${file}.${MasterKey.fromSecrets(secrets).id}`;
}

async function rotateFile(file: string, store: Store): Promise<{ sealed: number; earlier: string }> {
  const old = secretsIn(await readFile(file, 'utf8'), file);
  const fresh = newMasterSecret();
  // Backups made before this open under the earlier key only.
  const earlier = earlierFile(file, old);
  await writePrivateFile(earlier, masterKeyFile(old));
  await writePrivateFile(file, masterKeyFile([fresh, ...old]));
  const sealed = await store.sealAnew(MasterKey.fromSecrets([fresh, ...old])).catch((error: unknown) => {
    throw asStoreTrouble(error);
  });
  await writePrivateFile(file, masterKeyFile([fresh]));
  return { sealed, earlier };
}
