import { createHash } from 'node:crypto';
import type { ApiConfig, Configuration } from '@portcullis/guard';
import { fileBeside } from '../file-beside.ts';
import { readKeyPair } from './key-pair.ts';
import { readPemFile } from './pem-file.ts';
import { CIPHERS, OLDEST_VERSION, type TlsVersion } from './protocol.ts';

export type UpstreamConfig = ApiConfig['upstreams'][number];

/** How one upstream is spoken to over TLS. */
export interface UpstreamTls {
  /** The same for the same authorities, certificate, key and name. */
  readonly id: string;
  /** For `tls.connect`. */
  readonly options: {
    readonly rejectUnauthorized: true;
    readonly minVersion: TlsVersion;
    readonly ciphers: string;
    readonly ca?: string;
    readonly cert?: string;
    readonly key?: string;
    readonly passphrase?: string;
  };
  readonly serverName: string | undefined;
}

/**
 * Reads what the upstreams with an https url need, by upstream.
 *
 * @throws TlsFileError
 */
export async function openAllUpstreamTls({ config, file }: Configuration): Promise<{
  readonly byUpstream: ReadonlyMap<UpstreamConfig, UpstreamTls>;
  /** Full paths of all files that were read. */
  readonly files: readonly string[];
}> {
  const byUpstream = new Map<UpstreamConfig, UpstreamTls>();
  const files: string[] = [];
  for (const upstream of config.apis.flatMap((api) => api.upstreams)) {
    if (!upstream.url.startsWith('https:')) continue;
    byUpstream.set(upstream, await openUpstreamTls(upstream, file));
    const { ca, cert, key } = upstream.tls ?? {};
    for (const path of [ca, cert, key]) if (path !== undefined) files.push(fileBeside(file, path));
  }
  return { byUpstream, files };
}

/**
 * Reads what one upstream's `tls` names.
 *
 * @throws TlsFileError
 */
export async function openUpstreamTls({ tls }: UpstreamConfig, configFile: string): Promise<UpstreamTls> {
  const { ca, cert, key, passphrase, serverName } = tls ?? {};
  const own =
    cert === undefined || key === undefined
      ? undefined
      : await readKeyPair({
          cert: fileBeside(configFile, cert),
          key: fileBeside(configFile, key),
          passphrase,
        });
  const authorities = ca === undefined ? undefined : await readPemFile('ca', fileBeside(configFile, ca));
  const material = { ...(authorities !== undefined && { ca: authorities }), ...own?.pem };
  return {
    id: createHash('sha256')
      .update(JSON.stringify([material, serverName]))
      .digest('base64url'),
    // Said outright: NODE_TLS_REJECT_UNAUTHORIZED=0 in the environment would turn it off.
    options: { rejectUnauthorized: true, minVersion: OLDEST_VERSION, ciphers: CIPHERS, ...material },
    serverName,
  };
}
