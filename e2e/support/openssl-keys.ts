import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What openssl prints for this command line, with this input. */
export function openssl(args: readonly string[], input = ''): string {
  return execFileSync('openssl', [...args], { input, stdio: ['pipe', 'pipe', 'ignore'] }).toString();
}

/** A self-signed certificate for this private key, by openssl. */
export function certificateFor(
  privatePem: string,
  subject: string,
  names: string,
  extensions: readonly string[] = [],
): string {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-certificate-'));
  try {
    const [key, out] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
    execFileSync('tee', [key], { input: privatePem, stdio: ['pipe', 'ignore', 'ignore'] });
    openssl([
      'req',
      '-x509',
      '-key',
      key,
      '-out',
      out,
      '-days',
      '30',
      '-subj',
      subject,
      '-addext',
      `subjectAltName=${names}`,
      ...extensions.flatMap((extension) => ['-addext', extension]),
    ]);
    return readFileSync(out, 'utf8');
  } finally {
    rmSync(folder, { recursive: true });
  }
}
