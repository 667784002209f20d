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
const AT_ONCE = 50;
/** To one client at once; what else is due for it waits for so long. Milliseconds. */
const PER_CLIENT = 5;
const BUSY_PAUSE = 1_000;

export interface LogoutNotifierOptions {
  readonly store: Store;
  readonly logger: IssuerLog;
  readonly onTrouble: (error: unknown) => void;
  /** As they are when a token is signed. */
  readonly current: () => { readonly issuer: string; readonly key: PrivateJwk | undefined };
}

/**
 * Tells clients that sessions have ended (OpenID Connect Back-Channel Logout 1.0). What is to be told is in the store, so that
 * it is told also after a restart, and by whichever process ended the session.
 */
export class LogoutNotifier {
  readonly #options: LogoutNotifierOptions;
  /** How many are under way, by client. */
  readonly #underWay = new Map<string, number>();
  #looking = false;

  constructor(options: LogoutNotifierOptions) {
    this.#options = options;
  }

  /** Begins to tell what is due now; a client that is slow holds up nobody else. */
  async tell(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    try {
      while (await this.#beginSome());
    } finally {
      this.#looking = false;
    }
  }

  /** @returns whether there may be more that can begin now */
  async #beginSome(): Promise<boolean> {
    const { store } = this.#options;
    const now = Date.now();
    const notices = await store.logoutNotices.claim(now, now + 2 * PATIENCE, AT_ONCE);
    for (const notice of notices) {
      const busy = this.#underWay.get(notice.clientId) ?? 0;
      if (busy >= PER_CLIENT) {
        await store.logoutNotices.postpone(notice.number, now + BUSY_PAUSE, notice.attempts);
        continue;
      }
      this.#underWay.set(notice.clientId, busy + 1);
      void this.#tellOne(notice)
        .catch((error: unknown) => this.#options.onTrouble(error))
        .finally(() => this.#done(notice));
    }
    return notices.length > 0;
  }

  #done({ clientId }: LogoutNotice): void {
    const left = (this.#underWay.get(clientId) ?? 1) - 1;
    if (left > 0) this.#underWay.set(clientId, left);
    else this.#underWay.delete(clientId);
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
    if (!final) {
      return store.logoutNotices.postpone(notice.number, Date.now() + pause, notice.attempts + 1);
    }
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
