/*
 * JWT libraries by language: the data behind the library directory.
 *
 * What it is: one entry for each library, with how to install it, whether it signs, verifies and encrypts
 * (JWE), which claims it can check and which algorithms it has.
 *
 * Where the facts come from: each library's own README and source, read on 26 November 2026 in stored copies
 * of the public repositories. "source" in each entry names the files, the commit and the commit's date. A
 * library may have changed since that commit, most of all where the date is old.
 *
 * How to read it:
 * - "yes" and "no" are what the README or source showed; "unknown" means that it could not be checked.
 * - A claim counts as checked only if the library compares its value with the clock, with an age limit, or
 *   with a value or function that the caller gives for that claim. Looking only whether the claim is there,
 *   or only at its type, does not count.
 * - "typ" is the header parameter of that name, not a claim.
 * - "algorithms" lists only those that were seen. One that is missing may still be supported.
 * - "repository" is owner/name on GitHub, or a full https address for a project that lives elsewhere.
 *
 * How to correct an entry: edit this one file, name in "source" where you checked it, and bring the date
 * below up to date if you checked every entry again.
 */

export type Ability = 'yes' | 'no' | 'unknown';

export interface JwtLibrary {
  readonly language: string;
  /** The name that people call it by. */
  readonly name: string;
  /** owner/name on GitHub, or a full https address. */
  readonly repository: string;
  /** A command, or the line to add to the named build file. */
  readonly install: string;
  readonly signs: Ability;
  readonly verifies: Ability;
  /** Encrypts and decrypts tokens (JWE). */
  readonly encrypts: Ability;
  readonly checks: {
    readonly iss: Ability;
    readonly sub: Ability;
    readonly aud: Ability;
    readonly exp: Ability;
    readonly nbf: Ability;
    readonly iat: Ability;
    readonly jti: Ability;
    readonly typ: Ability;
  };
  readonly algorithms: readonly string[];
  /** Where the entry was checked. */
  readonly source: string;
}

export const LIBRARIES_CHECKED_ON = '2026-11-26';

const HS = ['HS256', 'HS384', 'HS512'];
const RS = ['RS256', 'RS384', 'RS512'];
const PS = ['PS256', 'PS384', 'PS512'];
const ES = ['ES256', 'ES384', 'ES512'];
const ML_DSA = ['ML-DSA-44', 'ML-DSA-65', 'ML-DSA-87'];

export const LIBRARIES: readonly JwtLibrary[] = [
  // Signs and encrypts any payload. It has no JWT layer, so it checks no claims.
  {
    language: 'C',
    name: 'cjose',
    repository: 'OpenIDC/cjose',
    install: 'apt install libcjose-dev',
    signs: 'yes',
    verifies: 'yes',
    encrypts: 'yes',
    checks: { iss: 'no', sub: 'no', aud: 'no', exp: 'no', nbf: 'no', iat: 'no', jti: 'no', typ: 'no' },
    algorithms: [...HS, ...RS, ...PS, ...ES],
    source: 'include/cjose/header.h, jws.h and jwe.h at e3be266 (2025-02-14)',
  },
  // Its README says that development moved to codeberg.org/GlitchedPolygons/l8w8jwt in August 2025.
  {
    language: 'C',
    name: 'l8w8jwt',
    repository: 'GlitchedPolygons/l8w8jwt',
    install: 'git submodule add https://github.com/GlitchedPolygons/l8w8jwt.git',
    signs: 'yes',
    verifies: 'yes',
    encrypts: 'no',
    checks: {
      iss: 'yes',
      sub: 'yes',
      aud: 'yes',
      exp: 'yes',
      nbf: 'yes',
      iat: 'yes',
      jti: 'yes',
      typ: 'yes',
    },
    algorithms: [...HS, ...RS, ...PS, ...ES, 'ES256K', 'EdDSA'],
    source: 'README.md, algs.h, decode.h, encode.c and decode.c at f0c95b8 (2025-08-16)',
  },
  // ML-DSA needs a build with -DWITH_ML_DSA=ON. JWE and ML-DSA are missing from old packages (Debian 12 has
  // 1.10). iat is only written, not checked. The jti check is a callback.
  {
    language: 'C',
    name: 'LibJWT',
    repository: 'benmcollins/libjwt',
    install: 'brew install libjwt',
    signs: 'yes',
    verifies: 'yes',
    encrypts: 'yes',
    checks: { iss: 'yes', sub: 'yes', aud: 'yes', exp: 'yes', nbf: 'yes', iat: 'no', jti: 'yes', typ: 'yes' },
    algorithms: [...HS, ...RS, ...PS, ...ES, 'ES256K', 'EdDSA', ...ML_DSA],
    source: 'README.md, include/jwt.h and libjwt/jwt-verify.c at 94e3cdf (2026-06-28)',
  },
  // Its README says that it is no longer maintained. It lists ES256K as not supported.
  {
    language: 'C',
    name: 'Rhonabwy',
    repository: 'babelouest/rhonabwy',
    install: 'apt install librhonabwy-dev',
    signs: 'yes',
    verifies: 'yes',
    encrypts: 'yes',
    checks: {
      iss: 'yes',
      sub: 'yes',
      aud: 'yes',
      exp: 'yes',
      nbf: 'yes',
      iat: 'yes',
      jti: 'yes',
      typ: 'yes',
    },
    algorithms: [...HS, ...RS, ...PS, ...ES, 'EdDSA'],
    source: 'README.md and include/rhonabwy.h at 132f43c (2024-11-11)',
  },
  // Checks the signature only: its source names no claim.
  {
    language: 'C#',
    name: 'jose-jwt',
    repository: 'dvsekhvalnov/jose-jwt',
    install: 'dotnet add package jose-jwt',
    signs: 'yes',
    verifies: 'yes',
    encrypts: 'yes',
    checks: { iss: 'no', sub: 'no', aud: 'no', exp: 'no', nbf: 'no', iat: 'no', jti: 'no', typ: 'no' },
    algorithms: [...HS, ...RS, ...PS, ...ES],
    source: 'README.md, jose-jwt/JWTSettings.cs and Headers.cs at 20abc4e (2026-03-26)',
  },
  {
    language: 'C#',
    name: 'JWT.NET',
    repository: 'jwt-dotnet/jwt',
    install: 'dotnet add package JWT',
    signs: 'yes',
    verifies: 'yes',
    encrypts: 'no',
    checks: { iss: 'no', sub: 'no', aud: 'no', exp: 'yes', nbf: 'yes', iat: 'no', jti: 'no', typ: 'no' },
    algorithms: [...HS, ...RS, ...ES],
    source: 'src/JWT/JwtValidator.cs and src/JWT/Algorithms at c12db35 (2026-08-12)',
  },
  // Seen at a commit of 2024: what was added since is not shown.
  {
    language: 'C#',
    name: 'Microsoft.IdentityModel (System.IdentityModel.Tokens.Jwt)',
    repository: 'AzureAD/azure-activedirectory-identitymodel-extensions-for-dotnet',
    install: 'dotnet add package Microsoft.IdentityModel.JsonWebTokens',
    signs: 'yes',
    verifies: 'yes',
    encrypts: 'yes',
    checks: { iss: 'yes', sub: 'no', aud: 'yes', exp: 'yes', nbf: 'yes', iat: 'no', jti: 'no', typ: 'yes' },
    algorithms: [...HS, ...RS, ...PS, ...ES],
    source: 'TokenValidationParameters.cs, Validators.cs and SecurityAlgorithms.cs at c6b3b6a4 (2024-10-24)',
  },
  // The README ticks iat and jti, but the source only looks whether they are there. typ, if present, must
  // be JWT.
  {
    language: 'C++',
    name: 'cpp-jwt',
    repository: 'arun11299/cpp-jwt',
    install: 'vcpkg install cpp-jwt',
    signs: 'yes',
    verifies: 'yes',
    encrypts: 'no',
    checks: { iss: 'yes', sub: 'yes', aud: 'yes', exp: 'yes', nbf: 'yes', iat: 'no', jti: 'no', typ: 'yes' },
    algorithms: [...HS, ...RS, ...ES],
    source: 'README.md and include/jwt/impl/jwt.ipp at 7f24eb4 (2025-09-08)',
  },
  {
    language: 'C++',
    name: 'jwt-cpp',
    repository: 'Thalhammer/jwt-cpp',
    install: 'vcpkg install jwt-cpp',
    signs: 'yes',
    verifies: 'yes',
    encrypts: 'no',
    checks: {
      iss: 'yes',
      sub: 'yes',
      aud: 'yes',
      exp: 'yes',
      nbf: 'yes',
      iat: 'yes',
      jti: 'yes',
      typ: 'yes',
    },
    algorithms: [...HS, ...RS, ...PS, ...ES, 'ES256K', 'EdDSA'],
    source: 'README.md and include/jwt-cpp/jwt.h at 0a503e7 (2026-04-02)',
  },
  // iat is checked against the max-age option.
  {
    language: 'Clojure',
    name: 'buddy-sign',
    repository: 'funcool/buddy-sign',
    install: 'buddy/buddy-sign {:mvn/version "3.6.1-359"}',
    signs: 'yes',
    verifies: 'yes',
    encrypts: 'yes',
    checks: { iss: 'yes', sub: 'yes', aud: 'yes', exp: 'yes', nbf: 'yes', iat: 'yes', jti: 'no', typ: 'no' },
    algorithms: [...HS, ...RS, ...PS, ...ES, 'EdDSA'],
    source: 'src/buddy/sign/jwt.clj and jws.clj at ccf6cdb (2024-07-19)',
  },
  {
    language: 'Crystal',
    name: 'jwt',
    repository: 'crystal-community/jwt',
    install: 'shard.yml: jwt: { github: crystal-community/jwt }',
    signs: 'yes',
    verifies: 'yes',
    encrypts: 'no',
    checks: { iss: 'yes', sub: 'yes', aud: 'yes', exp: 'yes', nbf: 'yes', iat: 'no', jti: 'no', typ: 'yes' },
    algorithms: [...HS, ...RS, ...PS, ...ES, 'ES256K', 'EdDSA'],
    source: 'README.md and src/jwt.cr at 429c9b3 (2025-10-20)',
  },
  {
    language: 'Dart',
    name: 'dart_jsonwebtoken',
    repository: 'jonasroussel/dart_jsonwebtoken',
    install: 'dart pub add dart_jsonwebtoken',
    signs: 'yes',
    verifies: 'yes',
    encrypts: 'no',
    checks: {
      iss: 'yes',
      sub: 'yes',
      aud: 'yes',
      exp: 'yes',
      nbf: 'yes',
      iat: 'yes',
      jti: 'yes',
      typ: 'yes',
    },
    algorithms: [...HS, ...RS, ...PS, ...ES, 'ES256K', 'EdDSA'],
    source: 'lib/src/jwt.dart and lib/src/algorithms.dart at 8a4472d (2026-04-19)',
  },
  {
    language: 'Dart',
    name: 'jose',
    repository: 'appsup-dart/jose',
    install: 'dart pub add jose',
    signs: 'yes',
    verifies: 'yes',
    encrypts: 'yes',
    checks: { iss: 'yes', sub: 'no', aud: 'yes', exp: 'yes', nbf: 'no', iat: 'no', jti: 'no', typ: 'no' },
    algorithms: [...HS, ...RS, ...ES, 'ES256K'],
    source: 'README.md, lib/src/jwt.dart and lib/src/jwa.dart at a0885b1 (2025-09-16)',
  },
  // The README ticks iat and typ too. The source only looks whether iat is there and not after exp, and has
  // no typ check.
  {
    language: 'Delphi',
    name: 'delphi-jose-jwt',
    repository: 'paolo-rossi/delphi-jose-jwt',
    install: 'boss install github.com/paolo-rossi/delphi-jose-jwt',
    signs: 'yes',
    verifies: 'yes',
    encrypts: 'no',
    checks: { iss: 'yes', sub: 'yes', aud: 'yes', exp: 'yes', nbf: 'yes', iat: 'no', jti: 'yes', typ: 'no' },
    algorithms: [...HS, ...RS, ...ES, 'ES256K'],
    source: 'README.md, JOSE.Consumer.pas and JOSE.Consumer.Validators.pas at bd5b92d (2025-02-19)',
  },
  // iss, aud, exp and nbf are checked by default_claims; sub, iat and jti by a function given to add_claim.
  {
    language: 'Elixir',
    name: 'Joken',
    repository: 'joken-elixir/joken',
    install: 'mix.exs: {:joken, "~> 2.6"}',
    signs: 'yes',
    verifies: 'yes',
    encrypts: 'no',
    checks: { iss: 'yes', sub: 'yes', aud: 'yes', exp: 'yes', nbf: 'yes', iat: 'yes', jti: 'yes', typ: 'no' },
    algorithms: [...HS, ...RS, ...PS, ...ES, 'EdDSA'],
    source: 'lib/joken/config.ex and lib/joken/signer.ex at 7bc6bb9 (2025-12-14)',
  },
  // Verifies signatures only. Joken adds claim checks on top.
  {
    language: 'Erlang',
    name: 'erlang-jose',
    repository: 'potatosalad/erlang-jose',
    install: 'rebar.config: {jose, "~> 1.11"}',
    signs: 'yes',
    verifies: 'yes',
    encrypts: 'yes',
    checks: { iss: 'no', sub: 'no', aud: 'no', exp: 'no', nbf: 'no', iat: 'no', jti: 'no', typ: 'no' },
    algorithms: [...HS, ...RS, ...PS, ...ES, 'ES256K', 'EdDSA'],
    source: 'README.md, src/jws and src/jwt/jose_jwt.erl at c8b669c (2025-11-20)',
  },
  {
    language: 'Go',
    name: 'go-jose',
    repository: 'go-jose/go-jose',
    install: 'go get github.com/go-jose/go-jose/v4',
    signs: 'yes',
    verifies: 'yes',
    encrypts: 'yes',
    checks: { iss: 'yes', sub: 'yes', aud: 'yes', exp: 'yes', nbf: 'yes', iat: 'yes', jti: 'yes', typ: 'no' },
    algorithms: [...HS, ...RS, ...PS, ...ES, 'EdDSA'],
    source: 'shared.go, jwt/validation.go and jwt/builder.go at 8d4e64d (2026-06-22)',
  },
  {
    language: 'Go',
    name: 'golang-jwt',
    repository: 'golang-jwt/jwt',
    install: 'go get github.com/golang-jwt/jwt/v5',
    signs: 'yes',
    verifies: 'yes',
    encrypts: 'no',
    checks: { iss: 'yes', sub: 'yes', aud: 'yes', exp: 'yes', nbf: 'yes', iat: 'yes', jti: 'no', typ: 'no' },
    algorithms: [...HS, ...RS, ...PS, ...ES, 'EdDSA'],
    source: 'validator.go, parser_option.go and the signing methods at 1a11d37 (2026-07-06)',
  },
  // Seen at a commit of 2024, before version 3 was final. ES256K needs a build tag.
  {
    language: 'Go',
    name: 'jwx',
    repository: 'lestrrat-go/jwx',
    install: 'go get github.com/lestrrat-go/jwx/v3',
    signs: 'yes',
    verifies: 'yes',
    encrypts: 'yes',
    checks: {
      iss: 'yes',
      sub: 'yes',
      aud: 'yes',
      exp: 'yes',
      nbf: 'yes',
      iat: 'yes',
      jti: 'yes',
      typ: 'unknown',
    },
    algorithms: [...HS, ...RS, ...PS, ...ES, 'ES256K', 'EdDSA'],
    source: 'jwt/validate.go, jwt/options.go and jwa on branch develop/v3 at 56abeea8 (2024-10-09)',
  },
  // Its README warns that ECDSA signing is open to timing attacks: use it for verification only.
  {
    language: 'Haskell',
    name: 'jose',
    repository: 'frasertweedale/hs-jose',
    install: 'cabal: build-depends: jose',
    signs: 'yes',
    verifies: 'yes',
    encrypts: 'no',
    checks: { iss: 'yes', sub: 'no', aud: 'yes', exp: 'yes', nbf: 'yes', iat: 'yes', jti: 'no', typ: 'no' },
    algorithms: [...HS, ...RS, ...PS, ...ES, 'ES256K', 'EdDSA'],
    source: 'README.md, src/Crypto/JWT.hs and Crypto/JOSE/JWA/JWS.hs at 1d834e5 (2025-08-28)',
  },
  // Signs with Ed25519 under the newer name "Ed25519"; it refuses "EdDSA", so EdDSA is not listed.
  {
    language: 'Java',
    name: 'FusionAuth JWT',
    repository: 'FusionAuth/fusionauth-jwt',
    install: 'Maven: io.fusionauth:fusionauth-jwt',
    signs: 'yes',
    verifies: 'yes',
    encrypts: 'no',
    checks: { iss: 'no', sub: 'no', aud: 'no', exp: 'yes', nbf: 'yes', iat: 'no', jti: 'no', typ: 'no' },
    algorithms: [...HS, ...RS, ...PS, ...ES],
    source: 'README.md, JWTDecoder.java and domain/Algorithm.java at 7a5ef8b (2026-04-21)',
  },
  {
    language: 'Java',
    name: 'java-jwt',
    repository: 'auth0/java-jwt',
    install: 'Maven: com.auth0:java-jwt',
    signs: 'yes',
    verifies: 'yes',
    encrypts: 'no',
    checks: { iss: 'yes', sub: 'yes', aud: 'yes', exp: 'yes', nbf: 'yes', iat: 'yes', jti: 'yes', typ: 'no' },
    algorithms: [...HS, ...RS, ...PS, ...ES],
    source: 'README.md, interfaces/Verification.java and algorithms/Algorithm.java at 8920eed (2026-07-13)',
  },
  // Also needs jjwt-impl and a JSON module such as jjwt-jackson at run time. iat is compared with a given
  // date.
  {
    language: 'Java',
    name: 'JJWT',
    repository: 'jwtk/jjwt',
    install: 'Maven: io.jsonwebtoken:jjwt-api',
    signs: 'yes',
    verifies: 'yes',
    encrypts: 'yes',
    checks: { iss: 'yes', sub: 'yes', aud: 'yes', exp: 'yes', nbf: 'yes', iat: 'yes', jti: 'yes', typ: 'no' },
    algorithms: [...HS, ...RS, ...PS, ...ES, 'EdDSA'],
    source:
      'README.adoc, JwtParserBuilder.java, Jwts.java and DefaultJwtParser.java at 401ba26e (2026-06-18)',
  },
  // Lives on Bitbucket, so repository is a full address. Seen in a GitHub copy of 0.9.4-SNAPSHOT. jti:
  // presence only.
  {
    language: 'Java',
    name: 'jose4j',
    repository: 'https://bitbucket.org/b_c/jose4j',
    install: 'Maven: org.bitbucket.b_c:jose4j',
    signs: 'yes',
    verifies: 'yes',
    encrypts: 'yes',
    checks: { iss: 'yes', sub: 'yes', aud: 'yes', exp: 'yes', nbf: 'yes', iat: 'yes', jti: 'no', typ: 'yes' },
    algorithms: [...HS, ...RS, ...PS, ...ES, 'ES256K', 'EdDSA'],
    source: 'JwtConsumerBuilder.java and AlgorithmIdentifiers.java in turalsalamov/jose4j (2023-04-07)',
  },
  // Lives on Bitbucket, so repository is a full address. Seen in a GitHub copy of 9.20. iss, sub, iat and
  // jti are checked by exact match with a given value.
  {
    language: 'Java',
    name: 'Nimbus JOSE + JWT',
    repository: 'https://bitbucket.org/connect2id/nimbus-jose-jwt',
    install: 'Maven: com.nimbusds:nimbus-jose-jwt',
    signs: 'yes',
    verifies: 'yes',
    encrypts: 'yes',
    checks: {
      iss: 'yes',
      sub: 'yes',
      aud: 'yes',
      exp: 'yes',
      nbf: 'yes',
      iat: 'yes',
      jti: 'yes',
      typ: 'yes',
    },
    algorithms: [...HS, ...RS, ...PS, ...ES, 'ES256K', 'EdDSA'],
    source: 'JWSAlgorithm.java and DefaultJWTClaimsVerifier.java in Mu-L/nimbus-jose-jwt (2022-02-08)',
  },
  {
    language: 'Java',
    name: 'Vert.x JWT Auth',
    repository: 'eclipse-vertx/vertx-auth',
    install: 'Maven: io.vertx:vertx-auth-jwt',
    signs: 'yes',
    verifies: 'yes',
    encrypts: 'no',
    checks: { iss: 'yes', sub: 'no', aud: 'yes', exp: 'yes', nbf: 'yes', iat: 'yes', jti: 'no', typ: 'no' },
    algorithms: [...HS, ...RS, ...PS, ...ES, 'ES256K', 'EdDSA'],
    source: 'JWTAuthProviderImpl.java, User.java, impl/jose/JWK.java and JWS.java at 787254a6 (2026-06-22)',
  },
  // iat is checked against the maxAge option.
  {
    language: 'JavaScript',
    name: 'fast-jwt',
    repository: 'nearform/fast-jwt',
    install: 'npm install fast-jwt',
    signs: 'yes',
    verifies: 'yes',
    encrypts: 'no',
    checks: {
      iss: 'yes',
      sub: 'yes',
      aud: 'yes',
      exp: 'yes',
      nbf: 'yes',
      iat: 'yes',
      jti: 'yes',
      typ: 'yes',
    },
    algorithms: [...HS, ...RS, ...PS, ...ES, 'EdDSA'],
    source: 'src/verifier.js and src/crypto.js at 20728b7 (2026-08-04, version 6.3.2)',
  },
  // iat is checked against the maxTokenAge option. ML-DSA depends on the runtime.
  {
    language: 'JavaScript',
    name: 'jose',
    repository: 'panva/jose',
    install: 'npm install jose',
    signs: 'yes',
    verifies: 'yes',
    encrypts: 'yes',
    checks: { iss: 'yes', sub: 'yes', aud: 'yes', exp: 'yes', nbf: 'yes', iat: 'yes', jti: 'no', typ: 'yes' },
    algorithms: [...HS, ...RS, ...PS, ...ES, 'EdDSA', ...ML_DSA],
    source: 'README.md, src/lib/jws_algorithms.ts and jwt_claims_set.ts at afbc6649 (2026-08-21, 6.2.10)',
  },
  // iat is checked against the maxAge option.
  {
    language: 'JavaScript',
    name: 'jsonwebtoken',
    repository: 'auth0/node-jsonwebtoken',
    install: 'npm install jsonwebtoken',
    signs: 'yes',
    verifies: 'yes',
    encrypts: 'no',
    checks: { iss: 'yes', sub: 'yes', aud: 'yes', exp: 'yes', nbf: 'yes', iat: 'yes', jti: 'yes', typ: 'no' },
    algorithms: [...HS, ...RS, ...PS, ...ES],
    source: 'README.md and verify.js at bc28861 (2023-08-30, version 9.0.2)',
  },
  {
    language: 'JavaScript',
    name: 'jsrsasign',
    repository: 'kjur/jsrsasign',
    install: 'npm install jsrsasign',
    signs: 'yes',
    verifies: 'yes',
    encrypts: 'no',
    checks: { iss: 'yes', sub: 'yes', aud: 'yes', exp: 'yes', nbf: 'yes', iat: 'yes', jti: 'yes', typ: 'no' },
    algorithms: [...HS, ...RS, ...PS, ...ES],
    source: 'src/jws-3.3.js at 5d67719 (2026-04-18)',
  },
  // Each claim is checked by a validator that the caller names for it.
  {
    language: 'Lua',
    name: 'lua-resty-jwt',
    repository: 'cdbattags/lua-resty-jwt',
    install: 'luarocks install lua-resty-jwt',
    signs: 'yes',
    verifies: 'yes',
    encrypts: 'yes',
    checks: { iss: 'yes', sub: 'yes', aud: 'yes', exp: 'yes', nbf: 'yes', iat: 'yes', jti: 'yes', typ: 'no' },
    algorithms: [...HS, ...RS, ...PS, ...ES, 'EdDSA'],
    source: 'README.md, lib/resty/jwt.lua and jwt-validators.lua at 3973e40 (2026-03-03)',
  },
  {
    language: 'OCaml',
    name: 'jose',
    repository: 'ulrikstrid/ocaml-jose',
    install: 'opam install jose',
    signs: 'yes',
    verifies: 'yes',
    encrypts: 'yes',
    checks: { iss: 'no', sub: 'no', aud: 'no', exp: 'yes', nbf: 'no', iat: 'no', jti: 'no', typ: 'no' },
    algorithms: ['HS256', 'RS256', ...ES, 'EdDSA'],
    source: 'jose/Jose.mli, jose/Jwa.ml, jose/Jws.ml and CHANGES.md at caee538 (2025-02-13)',
  },
  {
    language: 'Perl',
    name: 'Crypt::JWT',
    repository: 'DCIT/perl-Crypt-JWT',
    install: 'cpanm Crypt::JWT',
    signs: 'yes',
    verifies: 'yes',
    encrypts: 'yes',
    checks: {
      iss: 'yes',
      sub: 'yes',
      aud: 'yes',
      exp: 'yes',
      nbf: 'yes',
      iat: 'yes',
      jti: 'yes',
      typ: 'yes',
    },
    algorithms: [...HS, ...RS, ...PS, ...ES, 'ES256K', 'EdDSA'],
    source: 'README.md and lib/Crypt/JWT.pm at 5e5d539 (2026-05-16)',
  },
  // iat is checked only when nbf is missing.
  {
    language: 'PHP',
    name: 'firebase/php-jwt',
    repository: 'firebase/php-jwt',
    install: 'composer require firebase/php-jwt',
    signs: 'yes',
    verifies: 'yes',
    encrypts: 'no',
    checks: { iss: 'no', sub: 'no', aud: 'no', exp: 'yes', nbf: 'yes', iat: 'yes', jti: 'no', typ: 'no' },
    algorithms: [...HS, ...RS, 'ES256', 'ES384', 'ES256K', 'EdDSA'],
    source: 'src/JWT.php at 32b5ea0 (2026-04-01)',
  },
  // sub, jti and typ are checked with IsEqualChecker. ES256K is in the separate experimental package.
  {
    language: 'PHP',
    name: 'JWT Framework',
    repository: 'web-token/jwt-framework',
    install: 'composer require web-token/jwt-library',
    signs: 'yes',
    verifies: 'yes',
    encrypts: 'yes',
    checks: {
      iss: 'yes',
      sub: 'yes',
      aud: 'yes',
      exp: 'yes',
      nbf: 'yes',
      iat: 'yes',
      jti: 'yes',
      typ: 'yes',
    },
    algorithms: [...HS, ...RS, ...PS, ...ES, 'EdDSA'],
    source: 'src/Library/Checker and src/Library/Signature/Algorithm at 47e32851 (2024-10-16)',
  },
  {
    language: 'PHP',
    name: 'lcobucci/jwt',
    repository: 'lcobucci/jwt',
    install: 'composer require lcobucci/jwt',
    signs: 'yes',
    verifies: 'yes',
    encrypts: 'no',
    checks: { iss: 'yes', sub: 'yes', aud: 'yes', exp: 'yes', nbf: 'yes', iat: 'yes', jti: 'yes', typ: 'no' },
    algorithms: [...HS, ...RS, ...ES, 'EdDSA'],
    source: 'docs/supported-algorithms.md, src/Signer and src/Validation at 8d060ff (2024-10-23)',
  },
  // Its authlib.jose module is deprecated in favour of joserfc.
  {
    language: 'Python',
    name: 'Authlib',
    repository: 'authlib/authlib',
    install: 'pip install Authlib',
    signs: 'yes',
    verifies: 'yes',
    encrypts: 'yes',
    checks: { iss: 'yes', sub: 'yes', aud: 'yes', exp: 'yes', nbf: 'yes', iat: 'yes', jti: 'yes', typ: 'no' },
    algorithms: [...HS, ...RS, ...PS, ...ES, 'ES256K', 'EdDSA'],
    source: 'authlib/jose/rfc7519/claims.py, rfc7518/jws_algs.py and rfc8037 at 772bc72f (2026-08-11)',
  },
  {
    language: 'Python',
    name: 'joserfc',
    repository: 'authlib/joserfc',
    install: 'pip install joserfc',
    signs: 'yes',
    verifies: 'yes',
    encrypts: 'yes',
    checks: { iss: 'yes', sub: 'yes', aud: 'yes', exp: 'yes', nbf: 'yes', iat: 'yes', jti: 'yes', typ: 'no' },
    algorithms: [...HS, ...RS, ...PS, ...ES, 'ES256K', 'EdDSA'],
    source: 'src/joserfc/_rfc7519/claims.py and src/joserfc/jwa.py at 7facdee (2026-07-13)',
  },
  // It checks a claim named typ, not the header parameter typ. iat is compared with a given value.
  {
    language: 'Python',
    name: 'JWCrypto',
    repository: 'latchset/jwcrypto',
    install: 'pip install jwcrypto',
    signs: 'yes',
    verifies: 'yes',
    encrypts: 'yes',
    checks: { iss: 'yes', sub: 'yes', aud: 'yes', exp: 'yes', nbf: 'yes', iat: 'yes', jti: 'yes', typ: 'no' },
    algorithms: [...HS, ...RS, ...PS, ...ES, 'ES256K', 'EdDSA'],
    source: 'jwcrypto/jwt.py, jwcrypto/jws.py and jwcrypto/jwa.py at eb7c266 (2026-06-24)',
  },
  // All but HMAC need the cryptography package. jti must be a string, but is compared with nothing.
  {
    language: 'Python',
    name: 'PyJWT',
    repository: 'jpadilla/pyjwt',
    install: 'pip install PyJWT',
    signs: 'yes',
    verifies: 'yes',
    encrypts: 'no',
    checks: { iss: 'yes', sub: 'yes', aud: 'yes', exp: 'yes', nbf: 'yes', iat: 'yes', jti: 'no', typ: 'no' },
    algorithms: [...HS, ...RS, ...PS, ...ES, 'ES256K', 'EdDSA'],
    source: 'jwt/algorithms.py and jwt/api_jwt.py at dcc27a9 (2026-03-31)',
  },
  // For iat and jti it checks the type alone.
  {
    language: 'Python',
    name: 'python-jose',
    repository: 'mpdavis/python-jose',
    install: 'pip install "python-jose[cryptography]"',
    signs: 'yes',
    verifies: 'yes',
    encrypts: 'yes',
    checks: { iss: 'yes', sub: 'yes', aud: 'yes', exp: 'yes', nbf: 'yes', iat: 'no', jti: 'no', typ: 'no' },
    algorithms: [...HS, ...RS, ...ES],
    source: 'jose/constants.py, jose/jwt.py and jose/jwe.py at 018b310 (2025-05-28)',
  },
  // Checks the signature only, no claims.
  {
    language: 'Ruby',
    name: 'json-jwt',
    repository: 'nov/json-jwt',
    install: 'gem install json-jwt',
    signs: 'yes',
    verifies: 'yes',
    encrypts: 'yes',
    checks: { iss: 'no', sub: 'no', aud: 'no', exp: 'no', nbf: 'no', iat: 'no', jti: 'no', typ: 'no' },
    algorithms: [...HS, ...RS, ...PS, ...ES, 'ES256K'],
    source: 'lib/json/jwt.rb, lib/json/jws.rb and lib/json/jwe.rb at 543d928 (2025-08-09)',
  },
  // EdDSA is in the separate gem jwt-eddsa.
  {
    language: 'Ruby',
    name: 'ruby-jwt',
    repository: 'jwt/ruby-jwt',
    install: 'gem install jwt',
    signs: 'yes',
    verifies: 'yes',
    encrypts: 'no',
    checks: { iss: 'yes', sub: 'yes', aud: 'yes', exp: 'yes', nbf: 'yes', iat: 'yes', jti: 'yes', typ: 'no' },
    algorithms: [...HS, ...RS, ...PS, ...ES, 'ES256K'],
    source: 'README.md, lib/jwt/claims and lib/jwt/jwa at a2cb2723 (2026-08-03, version 3.2.1)',
  },
  // For sub and jti it checks presence alone.
  {
    language: 'Rust',
    name: 'biscuit',
    repository: 'lawliet89/biscuit',
    install: 'cargo add biscuit',
    signs: 'yes',
    verifies: 'yes',
    encrypts: 'yes',
    checks: { iss: 'yes', sub: 'no', aud: 'yes', exp: 'yes', nbf: 'yes', iat: 'yes', jti: 'no', typ: 'no' },
    algorithms: [...HS, ...RS, ...PS, 'ES256', 'ES384'],
    source: 'doc/supported.md, src/lib.rs and src/jwa.rs at a644389 (2026-04-05)',
  },
  {
    language: 'Rust',
    name: 'josekit',
    repository: 'hidekatsu-izuno/josekit-rs',
    install: 'cargo add josekit',
    signs: 'yes',
    verifies: 'yes',
    encrypts: 'yes',
    checks: { iss: 'yes', sub: 'yes', aud: 'yes', exp: 'yes', nbf: 'yes', iat: 'yes', jti: 'yes', typ: 'no' },
    algorithms: [...HS, ...RS, ...PS, ...ES, 'ES256K', 'EdDSA'],
    source: 'README.md and src/jwt/jwt_payload_validator.rs at 8fc5c14 (2025-05-21)',
  },
  {
    language: 'Rust',
    name: 'jsonwebtoken',
    repository: 'Keats/jsonwebtoken',
    install: 'cargo add jsonwebtoken --features aws_lc_rs',
    signs: 'yes',
    verifies: 'yes',
    encrypts: 'no',
    checks: { iss: 'yes', sub: 'yes', aud: 'yes', exp: 'yes', nbf: 'yes', iat: 'no', jti: 'no', typ: 'no' },
    algorithms: [...HS, ...RS, ...PS, 'ES256', 'ES384', 'EdDSA'],
    source: 'README.md, src/algorithms.rs and src/validation.rs at 6086da7 (2026-06-21)',
  },
  {
    language: 'Rust',
    name: 'jwt-simple',
    repository: 'jedisct1/rust-jwt-simple',
    install: 'cargo add jwt-simple',
    signs: 'yes',
    verifies: 'yes',
    encrypts: 'yes',
    checks: { iss: 'yes', sub: 'yes', aud: 'yes', exp: 'yes', nbf: 'yes', iat: 'yes', jti: 'no', typ: 'yes' },
    algorithms: [...HS, ...RS, ...PS, 'ES256', 'ES384', 'ES256K', 'EdDSA', ...ML_DSA],
    source: 'README.md, src/common.rs and src/claims.rs at 1887cdf (2026-07-30)',
  },
  // exp and nbf are checked on decoding; iss and aud with JwtClaim.isValid.
  {
    language: 'Scala',
    name: 'jwt-scala',
    repository: 'jwt-scala/jwt-scala',
    install: 'sbt: "com.github.jwt-scala" %% "jwt-core" % "11.0.4"',
    signs: 'yes',
    verifies: 'yes',
    encrypts: 'no',
    checks: { iss: 'yes', sub: 'no', aud: 'yes', exp: 'yes', nbf: 'yes', iat: 'no', jti: 'no', typ: 'no' },
    algorithms: [...HS, ...RS, ...ES, 'EdDSA'],
    source: 'README.md, JwtAlgorithm.scala, JwtClaim.scala and JwtCore.scala at b1c0f3a (2026-06-23)',
  },
  {
    language: 'Swift',
    name: 'JWTKit',
    repository: 'vapor/jwt-kit',
    install: 'swift package add-dependency https://github.com/vapor/jwt-kit.git --from 5.0.0',
    signs: 'yes',
    verifies: 'yes',
    encrypts: 'no',
    checks: { iss: 'no', sub: 'no', aud: 'yes', exp: 'yes', nbf: 'yes', iat: 'no', jti: 'no', typ: 'no' },
    algorithms: [...HS, ...RS, ...PS, ...ES, 'EdDSA', 'ML-DSA-65', 'ML-DSA-87'],
    source: 'README.md and Sources/JWTKit/Claims and MLDSA at b5f82fb (2025-10-30)',
  },
  {
    language: 'Swift',
    name: 'Swift-JWT',
    repository: 'Kitura/Swift-JWT',
    install: 'Package.swift: .package(url: "https://github.com/Kitura/Swift-JWT.git", from: "4.0.0")',
    signs: 'yes',
    verifies: 'yes',
    encrypts: 'no',
    checks: { iss: 'no', sub: 'no', aud: 'no', exp: 'yes', nbf: 'yes', iat: 'yes', jti: 'no', typ: 'no' },
    algorithms: [...HS, ...RS, ...PS, ...ES],
    source: 'README.md and Sources/SwiftJWT/JWT.swift at 29fe084 (2024-11-18)',
  },
];
