import type { Account, Store } from '@portcullis/store';
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server';

/** The kind under which is kept what a browser is to sign. */
const CHALLENGE = 'PasskeyChallenge';
/** Milliseconds. */
const CHALLENGE_LIFETIME = 10 * 60_000;
const MAX_RESPONSE = 16 * 1024;
/** The most passkeys of one account. */
export const MAX_PASSKEYS = 20;

/** Making passkeys and signing in by them (W3C Web Authentication Level 3). */
export class PasskeyCeremonies {
  readonly #store: Store;
  readonly #origin: string;
  /** Passkeys belong to a host name. */
  readonly #rpId: string;

  constructor(store: Store, issuer: string) {
    this.#store = store;
    const { origin, hostname } = new URL(issuer);
    this.#origin = origin;
    this.#rpId = hostname;
  }

  /** What a browser needs to make one; JSON. @param ceremony names this attempt, such as a session */
  async creation({ id, email, name }: Account, ceremony: string): Promise<string> {
    const passkeys = await this.#store.passkeys.list(id);
    const options = await (await library()).generateRegistrationOptions({
      rpName: this.#rpId,
      rpID: this.#rpId,
      userID: new TextEncoder().encode(id),
      userName: email,
      userDisplayName: name,
      attestationType: 'none',
      excludeCredentials: passkeys.map((passkey) => ({ id: passkey.id })),
      // Found without a name being typed, and opened by a PIN, a finger or a face: so it is two factors in one.
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    });
    await this.#keep(`new\n${ceremony}`, options.challenge);
    return JSON.stringify(options);
  }

  /** @returns whether a passkey was made */
  async create(accountId: string, ceremony: string, answer: string, name: string): Promise<boolean> {
    const response = parse<RegistrationResponseJSON>(answer);
    const expectedChallenge = await this.#take(`new\n${ceremony}`);
    if (response === undefined || expectedChallenge === undefined) return false;
    const verified = await (await library())
      .verifyRegistrationResponse({
        response,
        expectedChallenge,
        expectedOrigin: this.#origin,
        expectedRPID: this.#rpId,
        requireUserVerification: true,
      })
      .catch(refused);
    if (verified?.verified !== true) return false;
    const { id, publicKey, counter, transports = [] } = verified.registrationInfo.credential;
    if ((await this.#store.passkeys.list(accountId)).length >= MAX_PASSKEYS) return false;
    await this.#store.passkeys.add(accountId, {
      id,
      name,
      publicKey: Buffer.from(publicKey).toString('base64url'),
      counter,
      transports: [...transports],
      createdAt: Date.now(),
      lastUsedAt: undefined,
    });
    return true;
  }

  /** What a browser needs to sign in by one; JSON. @param ceremony names this attempt, such as an interaction */
  async request(ceremony: string): Promise<string> {
    const options = await (await library()).generateAuthenticationOptions({
      rpID: this.#rpId,
      userVerification: 'required',
    });
    await this.#keep(`get\n${ceremony}`, options.challenge);
    return JSON.stringify(options);
  }

  /** Whose passkey answered; undefined where none of ours did, or somebody copied one. */
  async accept(ceremony: string, answer: string): Promise<Account | undefined> {
    const response = parse<AuthenticationResponseJSON>(answer);
    const expectedChallenge = await this.#take(`get\n${ceremony}`);
    if (response === undefined || expectedChallenge === undefined) return undefined;
    const passkey = await this.#store.passkeys.find(response.id);
    if (passkey === undefined) return undefined;
    const verified = await (await library())
      .verifyAuthenticationResponse({
        response,
        expectedChallenge,
        expectedOrigin: this.#origin,
        expectedRPID: this.#rpId,
        requireUserVerification: true,
        credential: {
          id: passkey.id,
          publicKey: new Uint8Array(Buffer.from(passkey.publicKey, 'base64url')),
          counter: passkey.counter,
        },
      })
      .catch(refused);
    if (verified?.verified !== true) return undefined;
    const { newCounter } = verified.authenticationInfo;
    if (!(await this.#store.passkeys.noteUse(passkey.id, newCounter, Date.now()))) return undefined;
    const account = await this.#store.accounts.find(passkey.accountId);
    return account?.disabledAt === undefined ? account : undefined;
  }

  #keep(id: string, challenge: string): Promise<void> {
    return this.#store.artifacts.save(CHALLENGE, id, {
      payload: { challenge },
      expiresAt: Date.now() + CHALLENGE_LIFETIME,
    });
  }

  /** A challenge is good for one answer. */
  async #take(id: string): Promise<string | undefined> {
    const kept = await this.#store.artifacts.take(CHALLENGE, id, Date.now());
    const challenge = kept?.payload['challenge'];
    return typeof challenge === 'string' ? challenge : undefined;
  }
}

/** It takes a tenth of a second to load, which a start should not wait for. */
function library(): Promise<typeof import('@simplewebauthn/server')> {
  return import('@simplewebauthn/server');
}

/** The library says by throwing that an answer is no good; which of its many reasons it was is nobody's business. */
function refused(): undefined {
  return undefined;
}

/** What the library checks is the rest of it. */
function parse<T extends { id: string }>(answer: string): T | undefined {
  if (answer.length > MAX_RESPONSE) return undefined;
  try {
    const value: unknown = JSON.parse(answer);
    const isResponse =
      typeof value === 'object' && value !== null && 'id' in value && typeof value.id === 'string';
    return isResponse ? (value as T) : undefined;
  } catch {
    return undefined;
  }
}
