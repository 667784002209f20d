import type { VerifiedToken } from './types.ts';

let places = 0;

/** A verified token with room for what {@link perToken} made of it. Nobody sees that room, and it is not frozen. */
export class RememberingToken implements VerifiedToken {
  readonly issuerName: string;
  readonly header: VerifiedToken['header'];
  readonly claims: VerifiedToken['claims'];
  readonly #made: unknown[] = [];

  constructor(issuerName: string, header: VerifiedToken['header'], claims: VerifiedToken['claims']) {
    this.issuerName = issuerName;
    this.header = header;
    this.claims = claims;
    Object.freeze(this);
  }

  static perToken<Made extends object | string, Token extends object = VerifiedToken>(
    make: (token: Token) => Made,
  ): (token: Token) => Made {
    const place = places;
    places += 1;
    return (token) => {
      if (!(#made in token)) return make(token);
      const made = token.#made[place] as Made | undefined;
      if (made !== undefined) return made;
      const first = make(token);
      token.#made[place] = first;
      return first;
    };
  }
}

/**
 * Makes something of a token once, and finds it again for as long as the verifier remembers the token; of a token that no
 * verifier gave, it is made each time. Each call of this function takes a little memory of all tokens, so it is called once a
 * program and not once a configuration.
 *
 * @param make what follows from the token alone; or an object to note something in that depends on more (a configuration, a
 *   time), beside that on which it depends, for the caller to compare
 */
export const perToken = RememberingToken.perToken;
