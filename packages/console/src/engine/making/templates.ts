/** What kinds of tokens there is a template for. */
export const TEMPLATE_NAMES = [
  'access_token',
  'id_token',
  'client_assertion',
  'dpop_proof',
  'logout_token',
  'security_event',
] as const;
export type TemplateName = (typeof TEMPLATE_NAMES)[number];

export interface Template {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
}

interface Circumstances {
  /** Seconds since the epoch. */
  readonly now: number;
  readonly alg: string;
  readonly kid: string | undefined;
  /** For a DPoP proof, whose header carries it. */
  readonly publicJwk: Readonly<Record<string, unknown>> | undefined;
  /** For jti. */
  readonly id: string;
}

const ISSUER = 'https://id.example.com';
const API = 'https://api.example.com/orders';
const CLIENT = 'my-client';
const SUBJECT = '24400320';

type Make = (given: Circumstances) => {
  readonly typ: string;
  readonly more?: object;
  readonly claims: Template['claims'];
};

const TEMPLATES: Readonly<Record<TemplateName, Make>> = {
  /** RFC 9068 section 2. */
  access_token: ({ now, id }) => ({
    typ: 'at+jwt',
    claims: {
      iss: ISSUER,
      sub: SUBJECT,
      aud: API,
      client_id: CLIENT,
      scope: 'read:orders',
      iat: now,
      exp: now + 600,
      jti: id,
    },
  }),
  /** OpenID Connect Core 1.0 section 2. */
  id_token: ({ now }) => ({
    typ: 'JWT',
    claims: {
      iss: ISSUER,
      sub: SUBJECT,
      aud: CLIENT,
      nonce: 'n-0S6_WzA2Mj',
      auth_time: now - 5,
      iat: now,
      exp: now + 600,
    },
  }),
  /** RFC 7523 section 3: the client speaks for itself, to the issuer. */
  client_assertion: ({ now, id }) => ({
    typ: 'JWT',
    claims: { iss: CLIENT, sub: CLIENT, aud: ISSUER, iat: now, exp: now + 60, jti: id },
  }),
  /** RFC 9449 section 4.2, for the token endpoint: one for an API also has `ath`, the hash of the access token. */
  dpop_proof: ({ now, id, publicJwk }) => ({
    typ: 'dpop+jwt',
    more: publicJwk === undefined ? {} : { jwk: keyMembers(publicJwk) },
    claims: { jti: id, htm: 'POST', htu: `${ISSUER}/token`, iat: now },
  }),
  /** OpenID Connect Back-Channel Logout 1.0 section 2.4. */
  logout_token: ({ now, id }) => ({
    typ: 'logout+jwt',
    claims: {
      iss: ISSUER,
      sub: SUBJECT,
      aud: CLIENT,
      iat: now,
      exp: now + 120,
      jti: id,
      events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
    },
  }),
  /** RFC 8417 section 2, with an event of CAEP 1.0. */
  security_event: ({ now, id }) => ({
    typ: 'secevent+jwt',
    claims: {
      iss: ISSUER,
      aud: API,
      iat: now,
      jti: id,
      sub_id: { format: 'iss_sub', iss: ISSUER, sub: SUBJECT },
      events: {
        'https://schemas.openid.net/secevent/caep/event-type/session-revoked': { event_timestamp: now },
      },
    },
  }),
};

/** A token of one kind as its standard has it, filled with examples. */
export function template(name: TemplateName, given: Circumstances): Template {
  const { typ, more, claims } = TEMPLATES[name](given);
  const { alg, kid } = given;
  return { header: { alg, typ, ...(kid !== undefined && more === undefined && { kid }), ...more }, claims };
}

/** RFC 9449 section 4.2: only what makes up the public key. */
function keyMembers(jwk: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(
    ['kty', 'crv', 'x', 'y', 'n', 'e', 'alg', 'pub'].flatMap((name) =>
      jwk[name] === undefined || (name === 'alg' && jwk['kty'] !== 'AKP') ? [] : [[name, jwk[name]]],
    ),
  );
}
