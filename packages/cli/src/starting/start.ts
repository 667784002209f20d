import {
  type GatewayOptions,
  openProcessLog,
  type RunningGateway,
  StartError,
  type SupervisorLog,
  startGateway,
} from '@portcullis/gateway';
import type { PreparedWorkers } from '@portcullis/gateway/prepared-workers';
import type { Configuration, RevocationFeed } from '@portcullis/guard';
import { storeUrlOf } from '@portcullis/issuer';
import { openStore, type Store } from '@portcullis/store';
import { asCliError, loadWithText } from '../configuration/load.ts';
import type { ConfigOption } from '../configuration/locate.ts';
import { requireConfigurationFile } from '../configuration/locate.ts';
import { consolePages } from '../console/console-pages.ts';
import { ownIssuers } from '../console/own-issuers.ts';
import { prepareDemo } from '../demo/prepare.ts';
import { startDemoApi } from '../demo/start-demo-api.ts';
import { tour } from '../demo/tour.ts';
import { CliError, messageOf } from '../errors.ts';
import { asStoreTrouble } from '../storage/open.ts';
import type { Session } from '../terminal/terminal.ts';
import { startIssuer } from './issuer-part.ts';
import { plainLog } from './plain-log.ts';
import { isReady } from './readiness.ts';
import { RunningParts } from './running-parts.ts';
import { StopRequest } from './signals.ts';

export interface StartOptions extends ConfigOption {
  readonly demo?: boolean;
}

/**
 * Runs the system until it is asked to stop.
 * @param workers some that come up already
 */
export async function start(
  session: Session,
  workers: PreparedWorkers,
  named: string | undefined,
  options: StartOptions,
): Promise<void> {
  if (options.demo && named !== undefined) {
    throw new CliError('usage', '--demo brings its own configuration; leave --demo or the file out');
  }
  const stop = stopRequest(session, options);
  const parts = new RunningParts();
  try {
    const running = run(session, workers, named ?? options.config, options, parts, stop);
    await Promise.race([stop.asked, running]);
    if (!stop.isAsked) return;
    session.note('portcullis: stopping; requests under way may finish. Once more ends them at once.');
    // What was still starting may fail for want of what the same signal ended: nobody needs to hear of it.
    await running.catch(() => {});
  } finally {
    await parts.close();
  }
}

function stopRequest(session: Session, { demo = false }: StartOptions): StopRequest {
  // The demo ends with its terminal; elsewhere SIGHUP means: read the configuration again.
  return new StopRequest(demo ? ['SIGINT', 'SIGTERM', 'SIGHUP'] : ['SIGINT', 'SIGTERM'], () =>
    session.note('portcullis: press again in a moment to end them at once'),
  );
}

/** Starts everything and waits until the gateway has stopped, or somebody wants it to. */
async function run(
  session: Session,
  prepared: PreparedWorkers,
  named: string | undefined,
  options: StartOptions,
  parts: RunningParts,
  stop: StopRequest,
): Promise<void> {
  const { terminal } = session;
  const file = options.demo ? await prepareDemo(session) : requireConfigurationFile(named, terminal);
  const loaded = await loadWithText(file, terminal.env);
  const { configuration } = loaded;
  // In this order, so that the gateway finds its keys and its upstream.
  if (options.demo) await startDemoApi(session, configuration, parts);
  const logger = options.demo
    ? plainLog(session)
    : openProcessLog('supervisor', configuration.config.log.level);
  const store = await openConfiguredStore(configuration);
  if (store !== undefined) parts.add(() => store.close());
  let gateway: RunningGateway | undefined;
  // The gateway beside the issuer has new keys before any token is signed with them.
  const onKeysChanged = (): void => gateway?.refreshKeys(configuration.config.issuer?.url ?? '');
  const companion = await startIssuer(session, loaded, parts, { logger, onKeysChanged });
  if (stop.isAsked) return;
  const revocations = store && feedOf(store, logger);
  const opened = await openGateway(session, {
    loaded,
    prepared,
    ...(options.demo && { logger }),
    revocations,
    companion,
    pages: consolePages({ issuers: () => ownIssuers(file, terminal.env) }),
  });
  gateway = opened;
  parts.add(() => opened.stop());
  if (stop.isAsked) return;
  const scheme = configuration.config.gateway.tls === undefined ? 'http' : 'https';
  if (!options.demo)
    session.note(`portcullis: the gateway listens on ${scheme}://${opened.addresses.gateway}`);
  else if (await isReady(`http://${opened.addresses.admin}/readyz`, stop)) {
    session.print(...tour(configuration, opened.addresses, terminal));
  }
  await Promise.race([opened.stopped, stop.asked]);
}

/** @throws CliError when the database is out of reach */
async function openConfiguredStore(configuration: Configuration): Promise<Store | undefined> {
  const url = storeUrlOf(configuration);
  return url === undefined
    ? undefined
    : openStore(url).catch((error: unknown) => Promise.reject(asStoreTrouble(error)));
}

function feedOf({ revocations }: Store, logger: SupervisorLog): RevocationFeed {
  return {
    follow: (take) =>
      revocations.follow(take, {
        onTrouble: (error) =>
          logger.error({ error: messageOf(error) }, 'revocations cannot be read: those known stay in force'),
        onRecovery: () => logger.info({}, 'revocations are read again'),
      }),
  };
}

async function openGateway(
  session: Session,
  parts: Pick<GatewayOptions, 'loaded' | 'prepared' | 'logger' | 'revocations' | 'companion' | 'pages'>,
): Promise<RunningGateway> {
  try {
    return await startGateway({ env: { ...session.terminal.env }, ...parts });
  } catch (error) {
    if (error instanceof StartError) throw new CliError('unavailable', error.message, { cause: error });
    throw asCliError(error);
  }
}
