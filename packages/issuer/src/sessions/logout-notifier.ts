import { randomUUID } from 'node:crypto';
import type { LogoutNotice, Store } from '@portcullis/store';
import { type PrivateJwk, sign } from '@portcullis/token';
import type { IssuerLog } from '../issuer-log.ts';

const EVENT = 'http://schemas.openid.net/event/backchannel-logout';
/** Seconds. */
const TOKEN_LIFETIME = 120;
/** Milliseconds. */
const PATIENCE = 5_000;
/** After so long it is tried again; whoever has not taken it by then is not told. Milliseconds. */
const AGAIN = [2_000, 10_000, 60_000, 10 * 60_000, 60 * 60_000, 6 * 60 * 60_000] as const;
const AT_ONCE = 20;

export interface LogoutNotifierOptions {
  readonly store: Store;
  readonly logger: IssuerLog;
  /** As they are when a token is signed. */
  readonly current: () => { readonly issuer: string; readonly key: PrivateJwk | undefined };
}

/**
 * Tells clients that sessions have ended (OpenID Connect Back-Channel Logout 1.0). What is to be told is in the store, so that
 * it is told also after a restart, and by whichever process ended the session.
 */
export class LogoutNotifier {
  readonly #options: LogoutNotifierOptions;
  #working: Promise<void> | undefined;

  constructor(options: LogoutNotifierOptions) {
    this.#options = options;
  }

  /** Tells what is due now. */
  async tell(): Promise<void> {
    this.#working ??= this.#work().finally(() => {
      this.#working = undefined;
    });
    await this.#working;
  }

  async #work(): Promise<void> {
    const { store } = this.#options;
    for (;;) {
      const now = Date.now();
      const notices = await store.logoutNotices.claim(now, now + 2 * PATIENCE, AT_ONCE);
      if (notices.length === 0) return;
      await Promise.all(notices.map((notice) => this.#tellOne(notice)));
    }
  }

  async #tellOne(notice: LogoutNotice): Promise<void> {
    const { store } = this.#options;
    const client = await store.clients.find(notice.clientId);
    const url = client?.backchannelLogoutUri;
    if (url === undefined) return store.logoutNotices.settle(notice.number);
    const answer = await this.#send(url, notice);
    const pause = AGAIN[notice.attempts];
    // The client says itself that it will not do it (§2.8).
    const final = answer === 'told' || answer === 'refused' || pause === undefined;
    if (!final) return store.logoutNotices.postpone(notice.number, Date.now() + pause);
    await store.logoutNotices.settle(notice.number);
    await store.audit.append({
      at: Date.now(),
      type: 'logout.told',
      outcome: answer === 'told' ? 'success' : 'failure',
      actor: 'system',
      client: notice.clientId,
      subject: notice.accountId,
      detail: { sid: notice.sid, answer, attempts: notice.attempts + 1 },
    });
  }

  async #send(url: string, notice: LogoutNotice): Promise<'told' | 'refused' | 'failed'> {
    try {
      const body = new URLSearchParams({ logout_token: await this.#token(notice) });
      const signal = AbortSignal.timeout(PATIENCE);
      const response = await fetch(url, { method: 'POST', body, redirect: 'manual', signal });
      await response.body?.cancel();
      if (response.ok) return 'told';
      return response.status === 400 ? 'refused' : 'failed';
    } catch (error) {
      const { logger } = this.#options;
      const why = error instanceof Error ? error.message : String(error);
      logger.warn({ client: notice.clientId, error: why }, 'a client could not be told of a sign-out');
      return 'failed';
    }
  }

  /** A logout token (§2.4). */
  #token({ clientId, accountId, sid }: LogoutNotice): Promise<string> {
    const { issuer, key } = this.#options.current();
    if (key === undefined) throw new Error('there is no key to sign with');
    const iat = Math.floor(Date.now() / 1000);
    const claims = { iss: issuer, aud: clientId, iat, exp: iat + TOKEN_LIFETIME, jti: randomUUID() };
    const told = { ...claims, sub: accountId, sid, events: { [EVENT]: {} } };
    return sign(told, { key, typ: 'logout+jwt' });
  }
}
