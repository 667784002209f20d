import { type RunningGateway, StartError, startGateway } from '@portcullis/gateway';
import type { Configuration } from '@portcullis/guard';
import { asCliError, loadConfiguration } from '../configuration/load.ts';
import type { ConfigOption } from '../configuration/locate.ts';
import { requireConfigurationFile } from '../configuration/locate.ts';
import { prepareDemo } from '../demo/prepare.ts';
import { startDemoApi } from '../demo/start-demo-api.ts';
import { tour } from '../demo/tour.ts';
import { CliError } from '../errors.ts';
import type { Session } from '../terminal/terminal.ts';
import { startIssuer } from './issuer-part.ts';
import { waitUntilReady } from './readiness.ts';
import { RunningParts } from './running-parts.ts';
import { askedToStop } from './signals.ts';

export interface StartOptions extends ConfigOption {
  readonly demo?: boolean;
}

/** Runs the system until it is asked to stop. */
export async function start(session: Session, options: StartOptions): Promise<void> {
  // The demo ends with its terminal; elsewhere SIGHUP means: read the configuration again.
  const asked = askedToStop(options.demo ? ['SIGINT', 'SIGTERM', 'SIGHUP'] : ['SIGINT', 'SIGTERM']);
  const { terminal } = session;
  const file = options.demo ? await prepareDemo(session) : requireConfigurationFile(options.config, terminal);
  const configuration = await loadConfiguration(file, terminal.env);
  const parts = new RunningParts();
  try {
    const gateway = await startParts(session, configuration, options, parts);
    await Promise.race([asked, gateway.stopped]);
    session.note('portcullis: stopping; requests under way may finish. Once more ends them at once.');
  } finally {
    await parts.close();
  }
}

/** In this order, so that the gateway finds its keys and its upstream. */
async function startParts(
  session: Session,
  configuration: Configuration,
  { demo = false }: StartOptions,
  parts: RunningParts,
): Promise<RunningGateway> {
  if (demo) await startDemoApi(session, configuration, parts);
  await startIssuer(session, configuration, parts);
  const gateway = await openGateway(configuration, session.terminal.env);
  parts.add(() => gateway.stop());
  if (demo) {
    await waitUntilReady(`http://${gateway.addresses.admin}/readyz`);
    session.print(...tour(configuration, gateway.addresses, session.terminal));
  } else session.note(`portcullis: the gateway listens on http://${gateway.addresses.gateway}`);
  return gateway;
}

async function openGateway(
  { file }: Configuration,
  env: Readonly<Record<string, string | undefined>>,
): Promise<RunningGateway> {
  try {
    return await startGateway({ configFile: file, env: { ...env } });
  } catch (error) {
    if (error instanceof StartError) throw new CliError('unavailable', error.message, { cause: error });
    throw asCliError(error);
  }
}
