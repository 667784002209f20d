import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { After } from './after.ts';
import { requireDebian } from './debian.ts';
import type { Certificate } from './nginx.ts';

/** A certificate for 127.0.0.1, and the authority that signed it; nobody trusts that one unless told to. */
export interface OwnAuthority extends Certificate {
  /** Path of the authority's certificate, for NODE_EXTRA_CA_CERTS. */
  readonly authority: string;
}

/** Makes both, in a folder that goes with the test. */
export function createAuthority(t: After): OwnAuthority {
  requireDebian(['openssl']);
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-ca-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const at = (name: string): string => join(folder, name);
  const openssl = (...args: string[]): void => {
    execFileSync('openssl', args, { stdio: 'pipe' });
  };
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  openssl(
    'req',
    '-x509',
    ...newKey,
    '-keyout',
    at('ca.key'),
    '-out',
    at('ca.pem'),
    '-subj',
    '/CN=own',
    '-days',
    '2',
  );
  openssl('req', ...newKey, '-keyout', at('server.key'), '-out', at('server.csr'), '-subj', '/CN=issuer');
  writeFileSync(at('extensions'), 'subjectAltName=IP:127.0.0.1\n');
  const signed = [
    '-CA',
    at('ca.pem'),
    '-CAkey',
    at('ca.key'),
    '-CAcreateserial',
    '-extfile',
    at('extensions'),
  ];
  openssl('x509', '-req', '-in', at('server.csr'), ...signed, '-out', at('server.pem'), '-days', '2');
  return { certificate: at('server.pem'), key: at('server.key'), authority: at('ca.pem') };
}
