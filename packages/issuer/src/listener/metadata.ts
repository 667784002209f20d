import { endpointUrl, PATHS } from './public-paths.ts';

/**
 * What the issuer says of itself (RFC 8414 §2, OpenID Connect Discovery §3): only what this version does.
 *
 * @param issuer the identifier; endpoints lie under it
 * @param algorithms that tokens are signed with
 */
export function metadataOf(
  issuer: string,
  algorithms: readonly string[],
  assertionAlgorithms: readonly string[],
): object {
  const at = (path: string): string => endpointUrl(issuer, path);
  const auth = {
    methods: ['client_secret_basic', 'client_secret_post', 'private_key_jwt'],
    algorithms: assertionAlgorithms,
  };
  return {
    issuer,
    token_endpoint: at(PATHS.token),
    token_endpoint_auth_methods_supported: auth.methods,
    token_endpoint_auth_signing_alg_values_supported: auth.algorithms,
    revocation_endpoint: at(PATHS.revocation),
    revocation_endpoint_auth_methods_supported: auth.methods,
    revocation_endpoint_auth_signing_alg_values_supported: auth.algorithms,
    introspection_endpoint: at(PATHS.introspection),
    introspection_endpoint_auth_methods_supported: auth.methods,
    introspection_endpoint_auth_signing_alg_values_supported: auth.algorithms,
    jwks_uri: at(PATHS.jwks),
    grant_types_supported: ['client_credentials'],
    response_types_supported: [],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: algorithms,
  };
}
