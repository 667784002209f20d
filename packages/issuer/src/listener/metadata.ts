import { ACR_VALUES } from '../accounts/authentication.ts';
import { PERSONAL_CLAIMS } from '../accounts/personal-claims.ts';
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
  const confidential = ['client_secret_basic', 'client_secret_post', 'private_key_jwt'];
  const auth = {
    methods: [...confidential, 'none'],
    algorithms: assertionAlgorithms,
  };
  return {
    issuer,
    authorization_endpoint: at(PATHS.authorization),
    pushed_authorization_request_endpoint: at(PATHS.pushedRequest),
    userinfo_endpoint: at(PATHS.userinfo),
    end_session_endpoint: at(PATHS.endSession),
    token_endpoint: at(PATHS.token),
    token_endpoint_auth_methods_supported: auth.methods,
    token_endpoint_auth_signing_alg_values_supported: auth.algorithms,
    revocation_endpoint: at(PATHS.revocation),
    revocation_endpoint_auth_methods_supported: auth.methods,
    revocation_endpoint_auth_signing_alg_values_supported: auth.algorithms,
    introspection_endpoint: at(PATHS.introspection),
    introspection_endpoint_auth_methods_supported: confidential,
    introspection_endpoint_auth_signing_alg_values_supported: auth.algorithms,
    jwks_uri: at(PATHS.jwks),
    grant_types_supported: ['authorization_code', 'refresh_token', 'client_credentials'],
    response_types_supported: ['code'],
    response_modes_supported: ['query', 'fragment', 'form_post'],
    code_challenge_methods_supported: ['S256'],
    authorization_response_iss_parameter_supported: true,
    prompt_values_supported: ['none', 'login', 'consent'],
    scopes_supported: ['offline_access', ...Object.keys(PERSONAL_CLAIMS)],
    claims_supported: [
      ...new Set([
        'iss',
        'aud',
        'exp',
        'iat',
        'auth_time',
        'acr',
        'amr',
        'sid',
        'nonce',
        ...Object.values(PERSONAL_CLAIMS).flat(),
      ]),
    ],
    claims_parameter_supported: false,
    request_parameter_supported: false,
    request_uri_parameter_supported: false,
    acr_values_supported: ACR_VALUES,
    backchannel_logout_supported: true,
    backchannel_logout_session_supported: true,
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: algorithms,
  };
}
