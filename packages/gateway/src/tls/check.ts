import { type ConfigProblem, type Configuration, problemAt } from '@portcullis/guard';
import { listenerKeyPairs } from './key-pair.ts';
import { TlsFileError } from './pem-file.ts';
import { OLDEST_VERSION } from './protocol.ts';
import { openServedCertificate } from './served-certificate.ts';
import { openUpstreamTls } from './upstream-tls.ts';

/** Which certificates and keys that a configuration names cannot be used, each with its line. */
export async function checkTls(configuration: Configuration): Promise<readonly ConfigProblem[]> {
  const { config, file } = configuration;
  const { tls } = config.gateway;
  const problems: ConfigProblem[] = [];
  const attempt = async (path: readonly (string | number)[], open: () => Promise<unknown>): Promise<void> => {
    try {
      await open();
    } catch (error) {
      if (!(error instanceof TlsFileError)) throw error;
      problems.push(problemAt(configuration, [...path, error.key], error.message));
    }
  };
  for (const [index, files] of listenerKeyPairs(configuration).entries()) {
    await attempt(['gateway', 'tls', 'certificates', index], () =>
      openServedCertificate(files, tls?.minVersion ?? OLDEST_VERSION),
    );
  }
  for (const [apiIndex, api] of config.apis.entries()) {
    for (const [index, upstream] of api.upstreams.entries()) {
      await attempt(['apis', apiIndex, 'upstreams', index, 'tls'], () => openUpstreamTls(upstream, file));
    }
  }
  return problems;
}
