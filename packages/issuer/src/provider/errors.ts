import { errors } from 'oidc-provider';

/** The assertion was used before (RFC 7523 §3). */
export class AssertionUsed extends errors.InvalidClientAuth {
  constructor() {
    super('client assertion tokens must only be used once');
  }
}

/** What is issued in this second is revoked already: the next one is soon. */
export class RevokedBeforehand extends errors.CustomOIDCProviderError {
  override status = 503;
  override statusCode = 503;

  constructor() {
    super(
      'temporarily_unavailable',
      'tokens of this client were revoked a moment ago: try again in a second',
    );
  }
}

/** The client was disabled, deleted or changed while its token was made. */
export class ClientChanged extends errors.InvalidClient {
  constructor() {
    super('the client was changed meanwhile');
  }
}

/** Too many requests of one client. */
export class TooManyRequests extends errors.CustomOIDCProviderError {
  override status = 429;
  override statusCode = 429;

  constructor() {
    super('temporarily_unavailable', 'too many requests');
  }
}
