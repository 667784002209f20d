import { execFileSync } from 'node:child_process';
import { requireDebian } from './debian.ts';

/** Debian's own Python, for which its packages are; not one that stands before it on the PATH. */
const PYTHON = '/usr/bin/python3';

/** Makes keys and tokens with PyJWT and cryptography; what it is asked comes as JSON in argv, for stdin is the script. */
const SCRIPT = `
import json, sys, time, jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

ask = json.loads(sys.argv[1])

# Two keys in turn serve all RSA algorithms: to make one takes long.
rsa_keys = [rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2)]

def key_for(alg):
    if alg.startswith('HS'):
        return ask['secret'], None
    if alg.startswith('ES'):
        key = ec.generate_private_key({'ES256': ec.SECP256R1, 'ES384': ec.SECP384R1, 'ES512': ec.SECP521R1}[alg]())
    elif alg == 'EdDSA':
        key = ed25519.Ed25519PrivateKey.generate()
    else:
        key = rsa_keys.pop(0)
        rsa_keys.append(key)
    return key, key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()

def token(alg, key, changes, headers):
    claims = {'iss': 'https://%s.test' % alg, 'sub': 'py', 'iat': int(time.time()), 'exp': int(time.time()) + 300, **ask['claims'], **changes}
    return jwt.encode(claims, key, algorithm=alg, headers=headers)

made = {}
for alg in ask['algorithms']:
    key, pem = key_for(alg)
    other, _ = key_for(alg)
    made[alg] = {
        'pem': pem,
        'good': token(alg, key, {}, {'typ': 'at+jwt'}),
        'untyped': token(alg, key, {}, None),
        'expired': token(alg, key, {'iat': 1, 'exp': 2}, {'typ': 'at+jwt'}),
        'stranger': token(alg, other if pem else ask['secret'] + 'x', {}, {'typ': 'at+jwt'}),
        'unsigned': jwt.encode({'iss': 'https://%s.test' % alg, **ask['claims']}, None, algorithm='none'),
    }
print(json.dumps({'version': jwt.__version__, 'made': made}))
`;

/** What PyJWT made for one algorithm; the issuer is `https://<algorithm>.test`. */
export interface PyTokens {
  /** The public key; null for a shared secret. */
  readonly pem: string | null;
  readonly good: string;
  /** With PyJWT's own typ, `JWT`. */
  readonly untyped: string;
  readonly expired: string;
  /** Signed with another key. */
  readonly stranger: string;
  readonly unsigned: string;
}

/** Keys and tokens made by PyJWT (Debian's python3-jwt), by algorithm. */
export function makeWithPyJwt(
  algorithms: readonly string[],
  secret: string,
  claims: Readonly<Record<string, unknown>>,
): Map<string, PyTokens> {
  requireDebian(['python3', 'python3-jwt', 'python3-cryptography']);
  const ask = JSON.stringify({ algorithms, secret, claims });
  const printed = execFileSync(PYTHON, ['-', ask], { input: SCRIPT }).toString();
  const { made }: { made: Record<string, PyTokens> } = JSON.parse(printed);
  return new Map(Object.entries(made));
}
