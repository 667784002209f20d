import type { Client } from '@portcullis/store';
import {
  type AsymmetricSigningAlgorithm,
  errors,
  type KoaContextWithOIDC,
  type ResourceServer,
  type SymmetricSigningAlgorithm,
} from 'oidc-provider';
import type { RingKeys } from '../keys/key-ring.ts';
import type { Resource } from '../resources/resources.ts';

type Resources = ReadonlyMap<string, Resource>;

/**
 * The API that is meant where none is named (RFC 8707 §2): the only one that the client may use. Somebody who only signs in,
 * and asks for no scope of an API, means none.
 *
 * @param granted those that were named when access was granted
 */
export function defaultResource(
  context: KoaContextWithOIDC,
  { grants }: Pick<Client, 'grants'>,
  resources: Resources,
  granted: readonly string[] | undefined,
): string | undefined {
  const { requestParamScopes } = context.oidc;
  const usable = grants.filter(
    ({ audience }) => resources.has(audience) && (granted?.includes(audience) ?? true),
  );
  if (!isOfService(context)) {
    const asked = usable.some(({ scopes }) => scopes.some((scope) => requestParamScopes.has(scope)));
    if (!asked && granted === undefined) return undefined;
  }
  const [only, ...others] = usable;
  if (only === undefined) throw new errors.InvalidTarget('the client may use no API');
  if (others.length > 0) throw new errors.InvalidTarget('say which API with the parameter resource');
  return only.audience;
}

/** What a token for this API may be like: of what was asked for, what the client may have and the API knows, and no more. */
export function resourceServerFor(
  context: KoaContextWithOIDC,
  { grants }: Pick<Client, 'grants'>,
  resource: Resource | undefined,
  keys: RingKeys,
): ResourceServer {
  const grant = grants.find(({ audience }) => audience === resource?.audience);
  // An API that there is not and one that is not for this client look the same.
  if (resource === undefined || grant === undefined) throw new errors.InvalidTarget();
  const scopes = grant.scopes.filter((scope) => resource.scopes.has(scope));
  const { requestParamScopes } = context.oidc;
  if (
    isOfService(context) &&
    requestParamScopes.size > 0 &&
    !scopes.some((scope) => requestParamScopes.has(scope))
  ) {
    throw new errors.InvalidScope(
      'none of the requested scopes may be granted',
      [...requestParamScopes].join(' '),
    );
  }
  return {
    audience: resource.audience,
    scope: scopes.join(' '),
    accessTokenTTL: resource.lifetime,
    accessTokenFormat: 'jwt',
    jwt: { sign: signingFor(resource, keys) },
  };
}

/** Whether a client asks for itself: nobody sits in front of it. */
function isOfService({ oidc }: KoaContextWithOIDC): boolean {
  return oidc.route === 'token' && oidc.params?.['grant_type'] === 'client_credentials';
}

function signingFor(
  { algorithm, secret }: Resource,
  keys: RingKeys,
): NonNullable<ResourceServer['jwt']>['sign'] {
  if (secret === undefined) {
    const kid = keys.signing.get(algorithm)?.kid;
    return { alg: algorithm as AsymmetricSigningAlgorithm, ...(kid !== undefined && { kid }) };
  }
  return { alg: algorithm as SymmetricSigningAlgorithm, key: secretBytes(secret) };
}

/** As everywhere: UTF-8 text, or base64url where it says so. */
function secretBytes(secret: string): Buffer {
  const prefix = 'base64url:';
  return secret.startsWith(prefix)
    ? Buffer.from(secret.slice(prefix.length), 'base64url')
    : Buffer.from(secret, 'utf8');
}
