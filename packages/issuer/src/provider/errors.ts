import { errors } from 'oidc-provider';

/** The assertion was used before (RFC 7523 §3). */
export class AssertionUsed extends errors.InvalidClientAuth {
  constructor() {
    super('client assertion tokens must only be used once');
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
