/** The entry of a worker process: one listener, one runtime, driven by the supervisor's messages. */
import cluster from 'node:cluster';
import { dirname, resolve } from 'node:path';
import { type Configuration, parseConfig } from '@portcullis/guard';
import type { Logger } from 'pino';
import type { IssuerEvent } from './issuers/open-issuers.ts';
import { hstsFields } from './listener/hsts.ts';
import { createHttpServer, type ListeningServer } from './listener/http-server.ts';
import { TrustedProxies } from './listener/trusted-proxies.ts';
import { createHandler } from './pipeline/handle.ts';
import { Runtime } from './pipeline/runtime.ts';
import { accessLogFile } from './supervisor/config-file.ts';
import { type FromWorker, HARMLESS_SIGNALS, type Revision, type ToWorker } from './supervisor/messages.ts';
import { openAccessLog } from './telemetry/access-log.ts';
import { Metrics } from './telemetry/metrics.ts';
import { openProcessLog } from './telemetry/process-log.ts';
import { Telemetry } from './telemetry/telemetry.ts';
import { Certificates, type TlsFileEvent } from './tls/certificates.ts';
import type { KeyPairFiles } from './tls/key-pair.ts';

/** How long a worker that ends waits for the records of the connections it has just closed. Milliseconds. */
const LAST_RECORDS = 50;

interface RunningWorker {
  readonly server: ListeningServer;
  readonly certificates: Certificates | undefined;
  readonly runtime: Runtime;
  readonly telemetry: Telemetry;
  readonly drainSeconds: number;
}

let running: RunningWorker | undefined;
let draining = false;

// node:cluster ends a worker at once when its supervisor dies, unless it believes that the end was agreed. Requests
// under way deserve better: `drain` sees to the end then too.
if (cluster.worker !== undefined) cluster.worker.exitedAfterDisconnect = true;

process.on('message', (message: ToWorker) => {
  void receive(message);
});
// The supervisor decides when a worker stops; an interrupt at the terminal reaches both.
process.on('SIGINT', () => {});
for (const signal of HARMLESS_SIGNALS) process.on(signal, () => {});
process.on('SIGTERM', drain);
process.on('disconnect', drain);

async function receive(message: ToWorker): Promise<void> {
  switch (message.type) {
    case 'start':
      return attempt(message.revision, async () => {
        running = await start(message.revision, message.listen);
        send({ type: 'listening' });
        tellMissingKeys();
      });
    case 'apply':
      return attempt(message.revision, async () => {
        await apply(parse(message.revision), message.revision.revision);
        send({ type: 'applied', revision: message.revision.revision });
        tellMissingKeys();
      });
    case 'collect':
      return send({ type: 'metrics', id: message.id, metrics: await collect() });
    case 'reopen':
      running?.telemetry.log.reopen();
      return;
    case 'drain':
      return drain();
  }
}

async function attempt({ revision }: Revision, action: () => Promise<void>): Promise<void> {
  try {
    await action();
  } catch (error) {
    send({ type: 'failed', revision, message: error instanceof Error ? error.message : String(error) });
  }
}

function send(message: FromWorker): void {
  if (process.connected) process.send?.(message);
}

function parse({ file, text }: Revision): Configuration {
  return parseConfig(text, { file, env: process.env });
}

async function start(revision: Revision, listen: { host: string; port: number }): Promise<RunningWorker> {
  const configuration = parse(revision);
  const { gateway, log } = configuration.config;
  const logger = openProcessLog('gateway', log.level);
  const metrics = new Metrics();
  const accessLog = await openAccessLog(accessLogFile(configuration), (error) =>
    logger.error(
      { error: error.message },
      'the access log cannot be written: lines are waiting, and then lost',
    ),
  );
  const telemetry = new Telemetry(metrics, accessLog);
  const runtime = await Runtime.open(configuration, revision.revision, {
    onIssuer(event) {
      metrics.keySetEvent(event);
      tell(logger, event);
      if (event.type !== 'key_skipped') queueMicrotask(tellMissingKeys);
    },
    onTlsFile: (event) => tellTls(logger, event),
  });
  const certificates =
    gateway.tls &&
    (await Certificates.open(keyPairs(configuration), {
      minVersion: gateway.tls.minVersion,
      onEvent: (event) => tellTls(logger, event),
    }));
  const proxies = new TrustedProxies(gateway.trustedProxies);
  const handle = createHandler({
    runtime,
    telemetry,
    proxies,
    maxUrl: gateway.maxUrl,
    listenerFields: hstsFields(gateway.tls),
    isDraining: () => draining,
    onFault: (id, error) => logger.error({ id, err: error }, 'gateway fault'),
  });
  const server = createHttpServer({
    gateway,
    proxies,
    handle,
    onBrokenHead: (reason, address, requestId) => telemetry.brokenHead(reason, address, requestId),
    certificates,
    onHandshakeFailure: () => metrics.handshakeFailure(),
  });
  await new Promise<void>((done, fail) => {
    server.once('error', fail);
    // Each worker has a queue of its own, and the kernel spreads connections over them.
    server.listen({ ...listen, reusePort: process.platform === 'linux' }, () => done());
  });
  return { server, certificates, runtime, telemetry, drainSeconds: gateway.drain };
}

/** When a certificate is bad, nothing of the revision is taken over. */
async function apply(configuration: Configuration, revision: number): Promise<void> {
  const { certificates, runtime } = running ?? {};
  if (runtime === undefined) return;
  const replaceCertificates = await certificates?.prepare(keyPairs(configuration));
  await runtime.apply(configuration, revision);
  replaceCertificates?.();
}

function keyPairs({ config, file }: Configuration): KeyPairFiles[] {
  const at = (path: string): string => resolve(dirname(file), path);
  return (config.gateway.tls?.certificates ?? []).map(({ cert, key, passphrase }) => ({
    cert: at(cert),
    key: at(key),
    passphrase,
  }));
}

/** Which issuers have no keys, for `/readyz`: their tokens get 503. */
function tellMissingKeys(): void {
  if (running === undefined) return;
  const { sources } = running.runtime.current.issuers;
  const issuers = [...sources].filter(([, { keys }]) => keys.status().keys === 0).map(([name]) => name);
  send({ type: 'without_keys', issuers });
}

function tell(logger: Logger, event: IssuerEvent): void {
  if (event.type === 'loaded') logger.info(event, 'key set loaded');
  else if (event.type === 'failed')
    logger.warn(
      event,
      'key set could not be loaded; an earlier one stays in use, without one its tokens get 503',
    );
  else logger.warn(event, 'key skipped');
}

function tellTls(logger: Logger, event: TlsFileEvent): void {
  if (event.type === 'loaded') logger.info(event, 'TLS files loaded');
  else logger.warn(event, 'TLS files could not be used; the earlier ones stay in use');
}

async function collect(): ReturnType<typeof collectFrom> {
  return running === undefined ? [] : collectFrom(running);
}

async function collectFrom({ server, certificates, runtime, telemetry }: RunningWorker) {
  const connections = await new Promise<number>((done) => {
    server.getConnections((_error, count) => done(count ?? 0));
  });
  return telemetry.metrics.collect({
    connections,
    revision: runtime.current.snapshot.revision,
    droppedLines: telemetry.log.dropped,
    issuers: runtime.current.issuers,
    certificates: certificates?.notAfter ?? [],
  });
}

/** No new connections; what is under way may finish within `gateway.drain`. */
function drain(): void {
  if (draining) return;
  draining = true;
  if (running === undefined) process.exit(0);
  const { server, runtime, telemetry, drainSeconds } = running;
  const end = (): void => {
    runtime.close();
    // What was broken off is recorded as its socket closes, a moment after this.
    setTimeout(() => void telemetry.log.close().then(() => process.exit(0)), LAST_RECORDS);
  };
  server.close(end);
  server.closeIdleConnections();
  setTimeout(() => {
    server.closeAllConnections();
    end();
  }, drainSeconds * 1000).unref();
}
