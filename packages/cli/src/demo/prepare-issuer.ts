import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Configuration } from '@portcullis/guard';
import { addClient, masterKeyFileOf, resourcesOf, rotateSecret, storeUrlOf } from '@portcullis/issuer';
import { masterKeyFile, newMasterSecret } from '@portcullis/store';
import { addKey } from '../keyring/ring.ts';
import { ringFileOf } from '../keyring/which-ring.ts';
import { writePrivateFile } from '../keyring/write-private.ts';
import { usingStore } from '../storage/open.ts';
import type { Session } from '../terminal/terminal.ts';

export const DEMO_CLIENT = 'demo';

/** Where the demo keeps the secret of its client. Only a demo does so: elsewhere a secret is shown once. */
export function demoSecretFile({ file }: Configuration): string {
  return join(dirname(file), 'demo-client-secret');
}

/** Makes what the issuer of the demo needs and is not there yet: a master key, and a client that may do everything. */
export async function prepareIssuer(session: Session, configuration: Configuration): Promise<void> {
  const { issuer } = configuration.config;
  const ring = ringFileOf(configuration);
  if (ring !== undefined && !existsSync(ring)) await addKey(ring, issuer?.keys.algorithm ?? 'ES256');
  const url = storeUrlOf(configuration);
  if (url === undefined || issuer === undefined) return;
  const masterKey = masterKeyFileOf(configuration);
  if (masterKey !== undefined && !existsSync(masterKey)) {
    await writePrivateFile(masterKey, masterKeyFile([newMasterSecret()]));
    session.note(
      `portcullis: WARNING: made the master key ${masterKey}. Fine for a demo; in production keep it apart from the store`,
    );
  }
  await addDemoClient(configuration, url, issuer);
}

async function addDemoClient(
  configuration: Configuration,
  url: string,
  { url: issuer }: { readonly url: string },
): Promise<void> {
  const operator = { actor: 'system', issuer, now: Date.now() };
  const file = demoSecretFile(configuration);
  await usingStore(url, async (store) => {
    if ((await store.clients.find(DEMO_CLIENT)) !== undefined) {
      // A start that was cut short may have left a client whose secret nobody knows.
      if (!existsSync(file))
        await writePrivateFile(file, (await rotateSecret(store, DEMO_CLIENT, 0, operator)) ?? '');
      return;
    }
    const grants = [...resourcesOf(configuration.config).values()].map(({ audience, scopes, roles }) => ({
      audience,
      scopes: [...scopes],
      roles: [...roles],
    }));
    const secret = await addClient(
      store,
      {
        id: DEMO_CLIENT,
        name: 'The demo',
        owner: 'you',
        contacts: [],
        grants,
        introspects: grants.map(({ audience }) => audience),
        authMethod: 'client_secret',
        jwks: undefined,
      },
      operator,
    );
    await writePrivateFile(file, secret ?? '');
  });
}
