import {
  type ConfigProblem,
  type Configuration,
  issuerPolicy,
  problemAt,
  type TrustedIssuerConfig,
} from '@portcullis/guard';
import {
  createVerifier,
  type DecryptionPolicy,
  decryptionSecrets,
  discoveredKeys,
  type IssuerPolicy,
  KeyError,
  type KeySetEvent,
  type KeySource,
  PolicyError,
  type RemoteJwksOptions,
  remoteJwks,
  secretKeys,
} from '@portcullis/token';
import { decryptionKeysFile, guardedFetch, jwksFile, pemFile } from '@portcullis/token/node';
import { messageOf } from '../errors.ts';
import { fileBeside } from '../file-beside.ts';

/** What is told of a key set while the gateway runs, with the issuer's name. */
export type IssuerEvent = KeySetEvent & { readonly issuer: string };

/** The issuers of one revision, with the key sources that stay open for them. */
export interface OpenIssuers {
  readonly policies: readonly IssuerPolicy[];
  /** By issuer name. */
  readonly sources: ReadonlyMap<string, OpenSource>;
}

interface OpenSource {
  /** Two definitions with the same text can share one source, so that a reload does not fetch again. */
  readonly definition: string;
  readonly keys: KeySource;
}

/**
 * Opens the key source of each trusted issuer. Files are read now and watched; key sets behind URLs start to load.
 *
 * @param previous sources of the revision before: those whose definition is unchanged are kept
 * @throws KeyError, PolicyError, or a file system error
 */
export async function openIssuers(
  configuration: Configuration,
  onEvent: (event: IssuerEvent) => void,
  previous?: OpenIssuers,
): Promise<OpenIssuers> {
  const policies: IssuerPolicy[] = [];
  const sources = new Map<string, OpenSource>();
  try {
    for (const issuer of configuration.config.issuers) {
      const { source, policy } = await openIssuer(issuer, configuration.file, onEvent, previous);
      sources.set(issuer.name, source);
      policies.push(policy);
    }
  } catch (error) {
    closeSources({ policies, sources }, previous);
    throw error;
  }
  return { policies, sources };
}

async function openIssuer(
  issuer: TrustedIssuerConfig,
  configFile: string,
  onEvent: (event: IssuerEvent) => void,
  previous: OpenIssuers | undefined,
): Promise<{ source: OpenSource; policy: IssuerPolicy }> {
  const { algorithms, jwksUri, maxStale, allowPrivateAddresses } = issuer;
  const definition = JSON.stringify([issuer.issuer, jwksUri, algorithms, maxStale, allowPrivateAddresses]);
  const kept = previous?.sources.get(issuer.name);
  const reusable = isRemote(issuer) && kept?.definition === definition;
  const keys = reusable ? kept.keys : await openKeys(issuer, configFile, onEvent);
  try {
    return {
      source: { definition, keys },
      policy: issuerPolicy(issuer, keys, await openDecryption(issuer, configFile)),
    };
  } catch (error) {
    if (!reusable) keys.close();
    throw error;
  }
}

/** Closes the sources that `next` does not keep. */
export function closeSources(old: OpenIssuers, next?: OpenIssuers): void {
  for (const [name, { keys }] of old.sources) if (next?.sources.get(name)?.keys !== keys) keys.close();
}

/**
 * Finds out which issuers cannot be used: unreadable files, weak keys or secrets, types that are no access tokens.
 * Fetches nothing.
 */
export async function checkKeys(configuration: Configuration): Promise<readonly ConfigProblem[]> {
  const problems: ConfigProblem[] = [];
  for (const [index, issuer] of configuration.config.issuers.entries()) {
    const report = (key: string | undefined, error: unknown): void => {
      const path = key === undefined ? ['issuers', index] : ['issuers', index, key];
      problems.push(problemAt(configuration, path, reasonText(error)));
    };
    try {
      const opening = openKeys(issuer, configuration.file, () => {});
      // One that needs no waiting is closed in the same turn: then it fetches nothing.
      const keys = opening instanceof Promise ? await opening : opening;
      keys.close();
      createVerifier({ issuers: [issuerPolicy(issuer, keys)] });
    } catch (error) {
      report(memberAtFault(issuer, error), error);
    }
    await openDecryption(issuer, configuration.file).catch((error: unknown) => report('decryption', error));
  }
  return problems;
}

/** Are its keys fetched, from a URL that is given or discovered? */
function isRemote({ jwksFile, pem, secrets }: TrustedIssuerConfig): boolean {
  return jwksFile === undefined && pem === undefined && secrets === undefined;
}

function memberAtFault(issuer: TrustedIssuerConfig, error: unknown): string | undefined {
  if (error instanceof PolicyError && error.code === 'type_refused') return 'types';
  return (['jwksUri', 'jwksFile', 'pem', 'secrets'] as const).find((name) => issuer[name] !== undefined);
}

function reasonText(error: unknown): string {
  if (error instanceof KeyError || error instanceof PolicyError) return error.message;
  return messageOf(error);
}

function openKeys(
  issuer: TrustedIssuerConfig,
  configFile: string,
  onEvent: (event: IssuerEvent) => void,
): Promise<KeySource> | KeySource {
  const { algorithms, allowPrivateAddresses } = issuer;
  const at = (path: string): string => fileBeside(configFile, path);
  const told = (event: KeySetEvent): void => onEvent({ ...event, issuer: issuer.name });
  if (issuer.jwksFile !== undefined) return jwksFile(at(issuer.jwksFile), { algorithms, onEvent: told });
  if (issuer.pem !== undefined) return pemFile(at(issuer.pem), { algorithms, onEvent: told });
  if (issuer.secrets !== undefined) return secretKeys(issuer.secrets, { algorithms });
  const options: RemoteJwksOptions = {
    algorithms,
    fetch: guardedFetch({ allowPrivateAddresses }),
    maxStale: issuer.maxStale,
    onEvent: told,
  };
  if (issuer.jwksUri !== undefined) return remoteJwks(issuer.jwksUri, options);
  return discoveredKeys(issuer.issuer, options);
}

async function openDecryption(
  { decryption }: TrustedIssuerConfig,
  configFile: string,
): Promise<DecryptionPolicy | undefined> {
  if (decryption === undefined) return undefined;
  const { jwksFile: file, secrets = [], required, ...allowed } = decryption;
  const keys =
    file === undefined
      ? await decryptionSecrets(secrets, allowed)
      : await decryptionKeysFile(fileBeside(configFile, file), allowed);
  return { keys, required };
}
