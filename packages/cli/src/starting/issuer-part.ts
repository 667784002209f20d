import { unwatchFile, watchFile } from 'node:fs';
import type { Companion, LoadedConfig, SupervisorLog } from '@portcullis/gateway';
import type { Configuration } from '@portcullis/guard';
import { IssuerProcess, type IssuerSetting } from '@portcullis/issuer';
import { CliError, messageOf } from '../errors.ts';
import { bindError, isBindError } from '../http/listen.ts';
import { JWKS_PATH, startDevelopmentIssuer } from '../issuer/development-issuer.ts';
import { publicKeysOf } from '../issuer/public-keys.ts';
import { ringFileOf } from '../keyring/which-ring.ts';
import { storeCodeOf, storeTrouble } from '../storage/open.ts';
import type { Session } from '../terminal/terminal.ts';
import type { RunningParts } from './running-parts.ts';

/** How often the development key ring is looked at for changes. Milliseconds. */
const WATCH_INTERVAL = 1000;

interface IssuerHooks {
  readonly logger: SupervisorLog;
  /** Told once the key set of the issuer shows other keys than before. */
  readonly onKeysChanged: () => void;
}

/**
 * Starts the issuer where the configuration has an issuer section: the real one, in a process of its own, where there is a
 * store; else the one for development, which only shows keys.
 *
 * @returns what the gateway is to take along
 */
export async function startIssuer(
  session: Session,
  loaded: LoadedConfig,
  parts: RunningParts,
  { logger, onKeysChanged }: IssuerHooks,
): Promise<Companion | undefined> {
  const { issuer, store } = loaded.configuration.config;
  if (issuer === undefined) return undefined;
  if (store !== undefined) return startIssuerProcess(session, loaded, parts, { logger, onKeysChanged });
  await startForDevelopment(session, loaded.configuration, parts);
  return undefined;
}

async function startIssuerProcess(
  session: Session,
  first: LoadedConfig,
  parts: RunningParts,
  { logger, onKeysChanged }: IssuerHooks,
): Promise<Companion> {
  const { configuration } = first;
  let loaded = first;
  const env = { ...session.terminal.env };
  const issuer = await IssuerProcess.start(await settingOf(loaded), { env, logger, onKeysChanged }).catch(
    (error: unknown) => {
      if (isBindError(error)) throw bindError(error, listenerOf(configuration, 'the issuer'));
      const code = storeCodeOf(error);
      if (code !== undefined && error instanceof Error) throw storeTrouble(code, error);
      throw new CliError('unavailable', `the issuer did not start: ${messageOf(error)}`, { cause: error });
    },
  );
  parts.add(() => issuer.stop());
  const apply = async (next: LoadedConfig): Promise<void> => {
    await issuer.apply(await settingOf(next));
    loaded = next;
  };
  const ring = ringFileOf(configuration);
  if (ring !== undefined) {
    session.note(warningOf(ring, 'the issuer also shows development keys'));
    const onChange = (): void => {
      apply(loaded).catch((error: unknown) => logger.error({ error: messageOf(error) }, 'development keys'));
    };
    watchFile(ring, { interval: WATCH_INTERVAL, persistent: false }, onChange);
    parts.add(async () => unwatchFile(ring, onChange));
  }
  return { apply, metrics: () => issuer.metrics(), isUp: () => issuer.isUp };
}

async function settingOf({ text, configuration }: LoadedConfig): Promise<IssuerSetting> {
  const ring = ringFileOf(configuration);
  const furtherKeys = ring === undefined ? [] : (await publicKeysOf(ring)()).keys;
  return { file: configuration.file, text, furtherKeys };
}

async function startForDevelopment(
  session: Session,
  configuration: Configuration,
  parts: RunningParts,
): Promise<void> {
  const ring = ringFileOf(configuration);
  if (ring === undefined) return;
  const jwks = publicKeysOf(ring);
  await jwks(); // a ring that is missing or damaged is told now, not at the first request
  const issuer = await startDevelopmentIssuer(
    listenerOf(configuration, 'the development issuer'),
    configuration.config.issuer?.url ?? '',
    jwks,
  );
  parts.add(() => issuer.close());
  session.note(warningOf(ring, `the development issuer serves keys at ${issuer.url}${JWKS_PATH}`));
}

/** Where the issuer listens, and where that can be changed. */
function listenerOf(
  configuration: Configuration,
  what: string,
): { host: string; port: number; what: string; changedBy: string } {
  const { line } = configuration.locate(['listen', 'issuer']);
  const changedBy = `listen.issuer (${configuration.file}:${line}), and with it every URL that names the port`;
  return { ...configuration.config.listen.issuer, what, changedBy };
}

function warningOf(ring: string, what: string): string {
  return (
    `portcullis: WARNING: ${what}. It is for development: whoever can read ${ring} can make tokens. In production, give ` +
    `the issuer a store and no developmentKeys.`
  );
}
