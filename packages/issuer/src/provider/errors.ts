import { errors } from 'oidc-provider';

/** The assertion was used before (RFC 7523 §3). */
export class AssertionUsed extends errors.InvalidClientAuth {
  constructor() {
    super('client assertion tokens must only be used once');
  }
}

/** The client may come again, and is told when (RFC 9110 §10.2.3). */
export abstract class TryLater extends errors.CustomOIDCProviderError {
  /** Whole seconds. */
  readonly retryAfter: number;

  constructor(status: number, description: string, seconds: number) {
    super('temporarily_unavailable', description);
    this.status = status;
    this.statusCode = status;
    this.retryAfter = Math.max(1, Math.ceil(seconds));
  }
}

/** What is issued in this second is revoked already: the next one is soon. */
export class RevokedBeforehand extends TryLater {
  constructor() {
    super(503, 'tokens of this client were revoked a moment ago: try again in a second', 1);
  }
}

/** The client was disabled, deleted or changed while its token was made. */
export class ClientChanged extends errors.InvalidClient {
  constructor() {
    super('the client was changed meanwhile');
  }
}

/** Somebody signed out, or took back what they had granted, while the token was made. */
export class GrantEnded extends errors.InvalidGrant {
  constructor() {
    super('the grant has ended');
  }
}

/** Too many requests of one client. */
export class TooManyRequests extends TryLater {
  /** @param wait seconds until there is room for the next */
  constructor(wait: number) {
    super(429, 'too many requests', wait);
  }
}
