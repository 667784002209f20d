import type {
  Algorithm,
  DecryptionKeys,
  DecryptionKeysOptions,
  Fetch,
  KeySetEvent,
  KeySource,
  TokenType,
} from '@portcullis/token';
import type { z } from 'zod';
import type { Configuration } from '../config/configuration.ts';
import type { apiSchema } from '../config/schema/apis.ts';
import type { RequireConfig } from '../config/schema/require.ts';
import type { Denial } from '../decide/decision.ts';

type ApiInput = z.input<typeof apiSchema>;

/** One issuer and one audience, for all requests that reach the middleware. Times are seconds. */
export interface PolicyOptions {
  /** The exact `iss` of its tokens. */
  readonly issuer: string;
  /** The exact `aud` that tokens for this service carry. */
  readonly audience: string;
  /** The only signature algorithms accepted. */
  readonly algorithms: readonly Algorithm[];
  /**
   * At most one of jwksUri, jwks, pem, secrets and keys says where the keys are; without any they are discovered at the
   * issuer. This: the URL of a JSON Web Key Set.
   */
  readonly jwksUri?: string;
  /** A JSON Web Key Set as data: `{ keys: […] }`. */
  readonly jwks?: unknown;
  /** Public keys or certificates in PEM, as text. */
  readonly pem?: string;
  /** HMAC secrets, as UTF-8 text or `base64url:…`; all of them verify. */
  readonly secrets?: readonly string[];
  /** A key source of your own making, such as `jwksFile` of `@portcullis/token/node`. */
  readonly keys?: KeySource;
  /** Absent: encrypted tokens are refused. */
  readonly decryption?: DecryptionOptions;
  /** The values of `typ` accepted; default `['at+jwt']`. */
  readonly types?: readonly TokenType[];
  /** True admits tokens without `aud`. */
  readonly audienceOptional?: boolean;
  readonly requiredClaims?: readonly string[];
  /** Default 86400. */
  readonly maxLifetime?: number;
  /** 0 to 60; default 5. */
  readonly clockSkew?: number;
  /** What each token must carry, as `require` in the configuration. */
  readonly require?: RequireConfig;
  /** Where roles are found; default `roles`. */
  readonly rolesClaim?: ApiInput['rolesClaim'];
  /** Requests without a token pass; a bad token is still refused. */
  readonly optional?: boolean;
  /** Rate limits of this process, as `limits` in the configuration: `{ per: 'client', rate: '100/s' }`. */
  readonly limits?: ApiInput['limits'];
  /** Pages of other origins that may call, as `cors` in the configuration. */
  readonly cors?: ApiInput['cors'];
}

/** How the issuer encrypts its tokens; what comes out must be signed all the same. Give one of jwks and secrets. */
export interface DecryptionOptions extends DecryptionKeysOptions {
  /** Private keys of yours as a JSON Web Key Set. */
  readonly jwks?: unknown;
  /** Keys shared with the issuer, for `dir` and `A*KW`, as UTF-8 text or `base64url:…`. */
  readonly secrets?: readonly string[];
  /** True refuses tokens that are not encrypted. */
  readonly required?: boolean;
}

/** Whole APIs with their routes, from the file that a gateway takes as well. */
export interface ConfigurationOptions {
  /** What `parseConfig` gave. */
  readonly configuration: Configuration;
  /** Key sources by the name of the issuer, for those whose keys are in files (jwksFile, pem): this package reads none. */
  readonly keys?: Readonly<Record<string, KeySource>>;
  /** The same for keys of yours in files (decryption.jwksFile), as `decryptionKeysFile` of `@portcullis/token/node` reads them. */
  readonly decryptionKeys?: Readonly<Record<string, DecryptionKeys>>;
}

/** What a middleware tells its host and asks of it. `R` is the framework's request. */
export interface Hooks<R> {
  /** Told of each refusal, after it was decided: for your log. Nothing of it may go to the client. What it throws is ignored. */
  readonly onDenial?: (denial: Denial, about: DenialAbout<R>) => void;
  /**
   * The client's address, for limits. Default: the peer of the connection, where the framework knows it. No forwarding
   * header is ever read: behind a proxy that you trust, say here what your framework made of them.
   */
  readonly address?: (request: R) => string;
  /** The id that a refused client is told: at most 128 of `A-Za-z0-9._:-`, else a random one is used. */
  readonly requestId?: (request: R) => string;
  /** Told what happens to key sets behind URLs. */
  readonly onKeys?: (event: KeySetEvent) => void;
  /** Fetches key sets. Default: the runtime's own. */
  readonly fetch?: Fetch;
  /** Seconds since the epoch. Default: the clock of the machine. */
  readonly clock?: () => number;
}

export interface DenialAbout<R> {
  readonly request: R;
  /** What the client was told. */
  readonly requestId: string;
  /** False for a rule in shadow mode: the request passed. */
  readonly enforced: boolean;
}

export type { RequireConfig };
