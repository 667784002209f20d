import type { Configuration } from '@portcullis/guard';
import { JWKS_PATH, startDevelopmentIssuer } from '../issuer/development-issuer.ts';
import { publicKeysOf } from '../issuer/public-keys.ts';
import { ringFileOf } from '../keyring/which-ring.ts';
import type { Session } from '../terminal/terminal.ts';
import type { RunningParts } from './running-parts.ts';

/** Starts the development issuer where the configuration has an issuer section. */
export async function startIssuer(
  session: Session,
  configuration: Configuration,
  parts: RunningParts,
): Promise<void> {
  const ring = ringFileOf(configuration);
  if (ring === undefined) return;
  const jwks = publicKeysOf(ring);
  await jwks(); // a ring that is missing or damaged is told now, not at the first request
  const { line } = configuration.locate(['listen', 'issuer']);
  const issuer = await startDevelopmentIssuer(
    {
      ...configuration.config.listen.issuer,
      changedBy: `listen.issuer (${configuration.file}:${line}), and with it every URL that names the port`,
    },
    configuration.config.issuer?.url ?? '',
    jwks,
  );
  parts.add(() => issuer.close());
  session.note(
    `portcullis: WARNING: the development issuer serves keys at ${issuer.url}${JWKS_PATH}. It is for development: ` +
      `whoever can read ${ring} can make tokens. Take the issuer section out in production.`,
  );
}
