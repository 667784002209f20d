import type { IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLimiter, type LimitRule, type Revocation, type RevocationSet } from '@portcullis/guard';
import type { Store } from '@portcullis/store';
import type { JwtClaims, VerifiedToken } from '@portcullis/token';
import type { StrangersFailure } from '../accounts/sign-in.ts';
import { UnchangedClients } from '../clients/unchanged.ts';
import type { IssuerLog } from '../issuer-log.ts';
import type { RingEvent } from '../keys/key-ring.ts';
import { infoOf } from '../listener/request-info.ts';
import { ClientChanged, GrantEnded, RevokedBeforehand } from '../provider/errors.ts';
import type { EndedGrant, IssuedToken, ProviderEvents } from '../provider/events.ts';
import { revoke } from '../revocation/revoke.ts';
import { endSessions, endTokensOfSid } from '../sessions/end-sessions.ts';
import type { IssuerMetrics } from './metrics.ts';

const MAX_DETAIL = 200;
/** What revokes tokens that are issued by now is over by then. Seconds. */
const SOON = 3;
/** So many refusals of strangers are noted, and the rest counted: else anybody could fill the disk. Per second. */
const NOTED_RATE = 20;
const STRANGERS: LimitRule = {
  id: 'refusals of strangers that are noted',
  per: 'address',
  rate: NOTED_RATE,
  burst: 50 * NOTED_RATE,
  rule: { text: 'refusals of strangers that are noted', line: 0 },
};

export interface IssuerRecordOptions {
  /** The `iss` of our tokens, as it is now. */
  readonly issuer: () => string;
  readonly store: Store;
  readonly metrics: IssuerMetrics;
  readonly logger: IssuerLog;
  /** Those in force, as far as this process knows. */
  readonly revocations: Pick<RevocationSet, 'find' | 'add'>;
  /** Told when something could not be noted for which nobody waits. */
  readonly onTrouble: (error: unknown) => void;
}

/** Notes what the issuer does: in the audit stream, in the metrics, and when a client was last here. */
export class IssuerRecord implements ProviderEvents {
  readonly #options: IssuerRecordOptions;
  readonly #lastUsed = new Map<string, number>();
  readonly #unchanged: UnchangedClients;
  readonly #limiter = createLimiter();

  constructor(options: IssuerRecordOptions) {
    this.#options = options;
    this.#unchanged = new UnchangedClients(options.store.clients);
  }

  /**
   * A token that nobody has noted is never signed: what was issued can always be told. Nor is one that is revoked already, or
   * whose client lost its rights meanwhile: that comes last, so that either it is refused here, or the time in it lies before
   * that of the revocation.
   *
   * @throws {RevokedBeforehand} {ClientChanged}
   */
  async onIssue(
    { client, claims, grantType, grantId }: IssuedToken,
    request: IncomingMessage,
  ): Promise<void> {
    const { store, metrics, revocations } = this.#options;
    if (revocations.find({ claims, header: {} }) !== undefined) throw new RevokedBeforehand();
    const { id, address } = infoOf(request);
    const { jti, sub, sid, aud: audience, scope, exp: expiresAt } = claims;
    await store.audit.append({
      at: Date.now(),
      type: 'token.issued',
      outcome: 'success',
      actor: `client:${client.id}`,
      client: client.id,
      ...(grantId !== undefined && sub !== undefined && { subject: sub }),
      address,
      requestId: id,
      detail: { grant: grantType, jti, sid, audience, scope, expiresAt },
    });
    if (!(await this.#unchanged.has(client))) throw new ClientChanged();
    if (grantId !== undefined && (await store.artifacts.find('Grant', grantId)) === undefined)
      throw new GrantEnded();
    this.#lastUsed.set(client.id, Date.now());
    metrics.issued(client.id, grantType);
  }

  /** Waits where what is issued now would be revoked already, and what is issued in a second would not. */
  async untilIssuable(claims: Readonly<JwtClaims>): Promise<boolean> {
    const { revocations } = this.#options;
    const isRevoked = (iat: number): boolean =>
      revocations.find({ claims: { ...claims, iat }, header: {} }) !== undefined;
    for (;;) {
      const now = Date.now() / 1000;
      if (!isRevoked(Math.floor(now))) return true;
      if (isRevoked(Math.floor(now) + SOON)) return false;
      await sleep(1000 * (Math.floor(now) + 1 - now));
    }
  }

  onRefusal(
    endpoint: string,
    error: Error,
    client: string | undefined,
    request: IncomingMessage,
    asked: Readonly<Record<string, string>> = {},
  ): void {
    const { store, metrics, onTrouble } = this.#options;
    metrics.refused(endpoint, error.message);
    // Who fails to prove who it is may be anybody: the client is whom it claims to be.
    const stranger = client === undefined || error.message === 'invalid_client';
    if (stranger && !this.#hasRoom()) return;
    const { id, address } = infoOf(request);
    const why = whyOf(error)?.slice(0, MAX_DETAIL);
    const noted = store.audit.append({
      at: Date.now(),
      type: `${endpoint}.refused`,
      outcome: 'failure',
      actor: stranger ? 'unknown' : `client:${client}`,
      ...(client !== undefined && { client }),
      address,
      requestId: id,
      detail: { error: error.message, ...(why !== undefined && { why }), ...asked },
    });
    noted.catch(onTrouble);
  }

  /** What somebody did in vain who has not proved who they are; too many of these are counted and not noted. */
  async noteStranger({ type, subject, address, requestId, detail }: StrangersFailure): Promise<void> {
    if (!this.#hasRoom()) return;
    const event = { type, outcome: 'failure', actor: 'unknown', address, requestId, detail } as const;
    const noted = { at: Date.now(), ...event, ...(subject !== undefined && { subject }) };
    await this.#options.store.audit.append(noted);
  }

  #hasRoom(): boolean {
    const room = this.#limiter.take(STRANGERS, '', Date.now() / 1000) === 0;
    if (!room) this.#options.metrics.unnoted();
    return room;
  }

  onFault(error: Error, request: IncomingMessage): void {
    const { metrics, logger } = this.#options;
    metrics.fault();
    logger.error({ id: infoOf(request).id, error: error.message }, 'issuer fault');
  }

  /** Ends a token at the wish of the client that it was given to. */
  async onRevoke({ claims }: VerifiedToken, request: IncomingMessage | undefined): Promise<void> {
    const { iss = '', jti = '', exp, client_id: client } = claims;
    const until = exp === undefined ? {} : { until: exp };
    const revocation: Revocation = { issuer: iss, by: 'jti', value: jti, ...until };
    await revoke(this.#options.store, revocation, {
      ...contextOf(request),
      actor: `client:${client}`,
      now: Date.now(),
    });
    this.#options.revocations.add([revocation]);
  }

  /** Ends the access tokens that came of a grant. That somebody presents what was used before is told as an alert. */
  async onGrantEnd(
    { grantId, accountId, client, sid, why }: EndedGrant,
    request: IncomingMessage | undefined,
  ): Promise<void> {
    const { store, issuer } = this.#options;
    const context = { ...contextOf(request), actor: `client:${client}` };
    if (sid !== undefined) await endTokensOfSid(store, sid, { ...context, issuer: issuer() });
    const reused = why !== 'client';
    if (reused) this.#alert(why, { client, subject: accountId, id: context.requestId });
    await store.audit.append({
      at: Date.now(),
      type: reused ? why.replace('_reused', '.reused') : 'grant.ended',
      outcome: reused ? 'failure' : 'success',
      ...context,
      client,
      subject: accountId,
      detail: { grantId, sid, ...(reused && { alert: true }) },
    });
  }

  async onTokensLeft(sid: string, client: string, request: IncomingMessage | undefined): Promise<void> {
    const { store, issuer } = this.#options;
    await endTokensOfSid(store, sid, { ...contextOf(request), actor: `client:${client}`, issuer: issuer() });
  }

  async onSignOut(accountId: string, session: string, request: IncomingMessage | undefined): Promise<void> {
    const { store, issuer } = this.#options;
    const context = { ...contextOf(request), actor: `account:${accountId}`, issuer: issuer() };
    await endSessions(store, accountId, { uid: session }, 'signed_out', context);
  }

  onMail(outcome: string): void {
    this.#options.metrics.mail(outcome);
  }

  /** Somebody should look at it now. */
  #alert(type: string, facts: object): void {
    this.#options.metrics.alert(type);
    this.#options.logger.error({ alert: type, ...facts }, 'security alert');
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

function contextOf(request: IncomingMessage | undefined): { requestId?: string; address?: string } {
  if (request === undefined) return {};
  const { id: requestId, address } = infoOf(request);
  return { requestId, address };
}

/** What the library keeps for the operator, or else what it tells the client. */
function whyOf(error: Error): string | undefined {
  for (const key of ['error_detail', 'error_description'] as const) {
    const text = key in error ? (error as Error & Record<typeof key, unknown>)[key] : undefined;
    if (typeof text === 'string' && text !== '') return text;
  }
  return undefined;
}
