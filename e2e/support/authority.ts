import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { After } from './after.ts';
import { requireDebian } from './debian.ts';

/** As PEM, and the files they are in. */
export interface Issued {
  readonly cert: string;
  readonly key: string;
  readonly certFile: string;
  readonly keyFile: string;
}

export interface IssueOptions {
  /** As OpenSSL writes subject alternative names. */
  readonly names: readonly string[];
  readonly days?: number;
  readonly algorithm?: readonly string[];
  /** Encrypts the private key. */
  readonly passphrase?: string;
}

/** A certificate authority of its own for one test, with OpenSSL. */
export interface Authority {
  /** The authority's certificate as PEM. */
  readonly ca: string;
  readonly caFile: string;
  issue(options: IssueOptions): Issued;
}

const P256 = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'];

export function createAuthority(t: After, name = 'Test CA'): Authority {
  requireDebian(['openssl']);
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-ca-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const at = (file: string): string => join(folder, file);
  const openssl = (...args: string[]): void => {
    execFileSync('openssl', args, { stdio: 'pipe', cwd: folder });
  };
  openssl(
    ...['req', '-x509', '-nodes', ...P256, '-keyout', 'ca.key', '-out', 'ca.pem', '-days', '30'],
    ...['-subj', `/CN=${name}`, '-addext', 'basicConstraints=critical,CA:TRUE'],
  );
  let issued = 0;
  return {
    ca: readFileSync(at('ca.pem'), 'utf8'),
    caFile: at('ca.pem'),
    issue({ names, days = 30, algorithm = P256, passphrase }) {
      issued += 1;
      const file = `leaf${issued}`;
      writeFileSync(at(`${file}.ext`), `subjectAltName=${names.join(',')}\n`);
      const secret = passphrase === undefined ? ['-nodes'] : ['-passout', `pass:${passphrase}`];
      openssl(
        ...['req', ...secret, ...algorithm, '-keyout', `${file}.key`, '-out', `${file}.csr`],
        ...['-subj', `/CN=leaf ${issued}`],
      );
      openssl(
        ...['x509', '-req', '-in', `${file}.csr`, '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial'],
        ...['-out', `${file}.pem`, '-days', String(days), '-extfile', `${file}.ext`],
      );
      return {
        cert: readFileSync(at(`${file}.pem`), 'utf8'),
        key: readFileSync(at(`${file}.key`), 'utf8'),
        certFile: at(`${file}.pem`),
        keyFile: at(`${file}.key`),
      };
    },
  };
}
