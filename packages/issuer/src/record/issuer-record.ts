import type { IncomingMessage } from 'node:http';
import type { Revocation } from '@portcullis/guard';
import type { Store } from '@portcullis/store';
import type { VerifiedToken } from '@portcullis/token';
import type { IssuerLog } from '../issuer-log.ts';
import type { RingEvent } from '../keys/key-ring.ts';
import { infoOf } from '../listener/request-info.ts';
import type { IssuedToken, ProviderEvents } from '../provider/provider.ts';
import { revoke } from '../revocation/revoke.ts';
import type { IssuerMetrics } from './metrics.ts';

const MAX_DETAIL = 200;

export interface IssuerRecordOptions {
  readonly store: Store;
  readonly metrics: IssuerMetrics;
  readonly logger: IssuerLog;
  /** Told when something could not be noted for which nobody waits. */
  readonly onTrouble: (error: unknown) => void;
}

/** Notes what the issuer does: in the audit stream, in the metrics, and when a client was last here. */
export class IssuerRecord implements ProviderEvents {
  readonly #options: IssuerRecordOptions;
  readonly #lastUsed = new Map<string, number>();

  constructor(options: IssuerRecordOptions) {
    this.#options = options;
  }

  /** A token that nobody has noted is never signed: what was issued can always be told. */
  async onIssue(
    { jti, client, audience, scope, expiresAt }: IssuedToken,
    request: IncomingMessage,
  ): Promise<void> {
    const { id, address } = infoOf(request);
    await this.#options.store.audit.append({
      at: Date.now(),
      type: 'token.issued',
      outcome: 'success',
      actor: `client:${client}`,
      client,
      address,
      requestId: id,
      detail: { grant: 'client_credentials', jti, audience, scope, expiresAt },
    });
    this.#lastUsed.set(client, Date.now());
    this.#options.metrics.issued(client);
  }

  onRefusal(endpoint: string, error: Error, client: string | undefined, request: IncomingMessage): void {
    const { store, metrics, onTrouble } = this.#options;
    const { id, address } = infoOf(request);
    const why =
      'error_detail' in error && typeof error.error_detail === 'string' ? error.error_detail : undefined;
    metrics.refused(endpoint, error.message);
    const noted = store.audit.append({
      at: Date.now(),
      type: `${endpoint}.refused`,
      outcome: 'failure',
      actor: client === undefined ? 'unknown' : `client:${client}`,
      ...(client !== undefined && { client }),
      address,
      requestId: id,
      detail: { error: error.message, ...(why !== undefined && { why: why.slice(0, MAX_DETAIL) }) },
    });
    noted.catch(onTrouble);
  }

  onFault(error: Error, request: IncomingMessage): void {
    const { metrics, logger } = this.#options;
    metrics.fault();
    logger.error({ id: infoOf(request).id, error: error.message }, 'issuer fault');
  }

  /** Ends a token at the wish of the client that it was given to. @returns what is revoked by that */
  async onRevoke({ claims }: VerifiedToken, request: IncomingMessage | undefined): Promise<Revocation> {
    const { iss = '', jti = '', exp, client_id: client } = claims;
    const until = exp === undefined ? {} : { until: exp };
    const revocation: Revocation = { issuer: iss, by: 'jti', value: jti, ...until };
    const info = request && infoOf(request);
    await revoke(this.#options.store, revocation, {
      actor: `client:${client}`,
      now: Date.now(),
      ...(info && { requestId: info.id, address: info.address }),
    });
    return revocation;
  }

  async onKey({ type, kid, alg }: RingEvent): Promise<void> {
    await this.#options.store.audit.append({
      at: Date.now(),
      type,
      outcome: 'success',
      actor: 'system',
      detail: { kid, alg },
    });
  }

  /** Writes down when clients were last here. */
  async touch(): Promise<void> {
    if (this.#lastUsed.size === 0) return;
    const used = new Map(this.#lastUsed);
    this.#lastUsed.clear();
    await this.#options.store.clients.touch(used);
  }
}
