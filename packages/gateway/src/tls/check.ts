import { dirname, resolve } from 'node:path';
import { type ConfigProblem, type Configuration, problemAt } from '@portcullis/guard';
import { TlsFileError } from './pem-file.ts';
import { openServedCertificate } from './served-certificate.ts';
import { openUpstreamTls } from './upstream-tls.ts';

/** Which certificates and keys that a configuration names cannot be used, each with its line. */
export async function checkTls(configuration: Configuration): Promise<readonly ConfigProblem[]> {
  const { config, file } = configuration;
  const problems: ConfigProblem[] = [];
  const at = (path: string): string => resolve(dirname(file), path);
  const attempt = async (path: readonly (string | number)[], open: () => Promise<unknown>): Promise<void> => {
    try {
      await open();
    } catch (error) {
      if (!(error instanceof TlsFileError)) throw error;
      problems.push(problemAt(configuration, [...path, error.key], error.message));
    }
  };
  const { tls } = config.gateway;
  for (const [index, { cert, key, passphrase }] of (tls?.certificates ?? []).entries()) {
    await attempt(['gateway', 'tls', 'certificates', index], () =>
      openServedCertificate({ cert: at(cert), key: at(key), passphrase }, tls?.minVersion ?? 'TLSv1.2'),
    );
  }
  for (const [apiIndex, api] of config.apis.entries()) {
    for (const [index, upstream] of api.upstreams.entries()) {
      await attempt(['apis', apiIndex, 'upstreams', index, 'tls'], () => openUpstreamTls(upstream, at));
    }
  }
  return problems;
}
