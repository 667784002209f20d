import { type Address, type Configuration, parseConfig, type RevocationSet } from '@portcullis/guard';
import { TrustedProxies } from '@portcullis/guard/node';
import type { Logger } from 'pino';
import { Tracer } from '../exchange/trace-context.ts';
import type { IssuerEvent } from '../issuers/open-issuers.ts';
import { hstsFields } from '../listener/hsts.ts';
import { HttpServer } from '../listener/http-server.ts';
import { createHandler } from '../pipeline/handle.ts';
import { Runtime } from '../pipeline/runtime.ts';
import { accessLogFile } from '../supervisor/config-file.ts';
import type { Revision } from '../supervisor/messages.ts';
import { openAccessLog } from '../telemetry/access-log.ts';
import { type MetricJson, Metrics } from '../telemetry/metrics.ts';
import { openProcessLog } from '../telemetry/process-log.ts';
import { Telemetry } from '../telemetry/telemetry.ts';
import { Certificates, type TlsFileEvent } from '../tls/certificates.ts';
import { listenerKeyPairs } from '../tls/key-pair.ts';

/** How long a worker that ends waits for the records of the connections it has just closed. Milliseconds. */
const LAST_RECORDS = 50;
/** How long a connection without a request stays open once the worker ends: one that comes meanwhile is served. */
const IDLE_GRACE = 500;

export interface WorkerOptions {
  readonly revision: Revision;
  /** Where the lines of refused requests point to. */
  readonly help: string;
  readonly env: NodeJS.ProcessEnv;
  readonly revocations: RevocationSet;
  /** Told when keys of issuers were loaded, or could not be. */
  readonly onKeys: () => void;
}

/** What one worker process runs: a listener, the generation in force, and what they tell. */
export class RunningWorker {
  readonly #env: NodeJS.ProcessEnv;
  readonly #server: HttpServer;
  readonly #runtime: Runtime;
  readonly #revocations: RevocationSet;
  readonly #telemetry: Telemetry;
  readonly #certificates: Certificates | undefined;
  /** Seconds. */
  readonly #drainTime: number;
  #draining = false;
  #applying: Promise<void> = Promise.resolve();

  private constructor(
    { env, revocations }: WorkerOptions,
    { config }: Configuration,
    parts: { runtime: Runtime; telemetry: Telemetry; certificates: Certificates | undefined; logger: Logger },
  ) {
    const { gateway } = config;
    const { runtime, telemetry, certificates, logger } = parts;
    const proxies = new TrustedProxies(gateway.trustedProxies);
    this.#env = env;
    this.#revocations = revocations;
    this.#runtime = runtime;
    this.#telemetry = telemetry;
    this.#certificates = certificates;
    this.#drainTime = gateway.drain;
    const listenerFields = hstsFields(gateway.tls);
    const handle = createHandler({
      runtime,
      telemetry,
      proxies,
      tracer: gateway.trace === 'off' ? undefined : new Tracer(gateway.trace),
      maxUrl: gateway.maxUrl,
      listenerFields,
      isDraining: () => this.#draining,
      onFault: (id, error) => logger.error({ id, err: error }, 'gateway fault'),
    });
    this.#server = new HttpServer({
      gateway,
      proxies,
      handle,
      listenerFields,
      onBrokenHead: (reason, address, requestId) => telemetry.brokenHead(reason, address, requestId),
      isDraining: () => this.#draining,
      certificates,
      onHandshakeFailure: () => telemetry.metrics.handshakeFailure(),
    });
  }

  /**
   * Opens all that it needs, but does not listen yet.
   *
   * @throws ConfigError, KeyError, TlsFileError, or an error of the system
   */
  static async open(options: WorkerOptions): Promise<RunningWorker> {
    const configuration = parse(options.revision, options.env);
    const { gateway, log } = configuration.config;
    const logger = openProcessLog('gateway', log.level);
    const metrics = new Metrics();
    const lastOfIssuer = new Map<string, IssuerEvent>();
    const onTlsFile = (event: TlsFileEvent): void => tellTls(logger, event);
    const accessLog = await openAccessLog(accessLogFile(configuration), (error) =>
      logger.error(
        { error: error.message },
        'the access log cannot be written: lines are waiting, and then lost',
      ),
    );
    const telemetry = new Telemetry(metrics, accessLog, { sample: log.sample, help: options.help });
    const runtime = await Runtime.open(configuration, options.revision.revision, options.revocations, {
      onIssuer(event) {
        metrics.keySetEvent(event);
        tellKeys(logger, event, lastOfIssuer.get(event.issuer));
        lastOfIssuer.set(event.issuer, event);
        if (event.type !== 'key_skipped') queueMicrotask(options.onKeys);
      },
      onTlsFile,
    });
    const certificates =
      gateway.tls &&
      (await Certificates.open(listenerKeyPairs(configuration), {
        minVersion: gateway.tls.minVersion,
        onEvent: onTlsFile,
      }));
    return new RunningWorker(options, configuration, { runtime, telemetry, certificates, logger });
  }

  /** @throws an error of the system when it cannot listen */
  listen(address: Address): Promise<void> {
    return this.#server.listen(address);
  }

  /** One after the other. When anything of a revision cannot be used, this throws, and nothing has changed. */
  apply(revision: Revision): Promise<void> {
    const turn = this.#applying.then(() => this.#applyNow(revision));
    this.#applying = turn.catch(() => {});
    return turn;
  }

  async #applyNow(revision: Revision): Promise<void> {
    const configuration = parse(revision, this.#env);
    const replaceCertificates = await this.#certificates?.prepare(listenerKeyPairs(configuration));
    await this.#runtime.apply(configuration, revision.revision);
    replaceCertificates?.();
  }

  /** Trusted issuers without keys: their tokens get 503. */
  get issuersWithoutKeys(): string[] {
    const { sources } = this.#runtime.current.issuers;
    return [...sources].filter(([, { keys }]) => keys.status().keys === 0).map(([name]) => name);
  }

  async collect(): Promise<MetricJson[]> {
    const connections = await this.#server.countConnections();
    const { snapshot, issuers } = this.#runtime.current;
    return this.#telemetry.metrics.collect({
      connections,
      revision: snapshot.revision,
      droppedLines: this.#telemetry.log.dropped,
      issuers,
      revocations: this.#revocations.size,
      certificates: this.#certificates?.notAfter ?? [],
    });
  }

  /** The record of a refused request; null when it is not, or no longer, remembered. */
  find(requestId: string): string | null {
    return this.#telemetry.recent.find(requestId) ?? null;
  }

  refreshKeys(issuer: string): void {
    for (const policy of this.#runtime.current.issuers.policies) {
      if (policy.issuer === issuer) void policy.keys.refresh?.();
    }
  }

  reopenLog(): void {
    this.#telemetry.log.reopen();
  }

  /** No new connections; what is under way may finish within `gateway.drain`. Then calls back. */
  drain(onEnd: () => void): void {
    if (this.#draining) return;
    this.#draining = true;
    const end = (): void => {
      this.#runtime.close();
      // What was broken off is recorded as its socket closes, a moment after this.
      setTimeout(() => void this.#telemetry.log.close().then(onEnd), LAST_RECORDS);
    };
    // After this turn's connections were accepted: those that still wait in the queue of a socket end with it.
    setImmediate(() => {
      this.#server.stopListening(end);
      setTimeout(() => this.#server.closeIdle(), IDLE_GRACE).unref();
    });
    setTimeout(() => {
      this.#server.closeAll();
      end();
    }, this.#drainTime * 1000).unref();
  }
}

function parse({ file, text }: Revision, env: NodeJS.ProcessEnv): Configuration {
  return parseConfig(text, { file, env });
}

/** A set that is loaded as it was before, every minute or so, is no news. */
function tellKeys(logger: Logger, event: IssuerEvent, before: IssuerEvent | undefined): void {
  if (event.type === 'loaded') {
    const news = before?.type !== 'loaded' || before.keys !== event.keys;
    logger[news ? 'info' : 'debug'](event, 'key set loaded');
  } else if (event.type === 'failed')
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
