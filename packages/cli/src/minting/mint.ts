import type { Config } from '@portcullis/guard';
import { type JwtClaims, KeyError, type PrivateJwk, sign } from '@portcullis/token';
import { loadConfiguration } from '../configuration/load.ts';
import { chooseConfigurationFile } from '../configuration/locate.ts';
import { CliError } from '../errors.ts';
import { chooseKey } from '../keyring/ring.ts';
import type { RingOptions } from '../keyring/which-ring.ts';
import { openRing } from '../keyring/which-ring.ts';
import type { JsonOption, Session } from '../terminal/terminal.ts';
import type { AudienceOptions } from './audience.ts';
import { chooseAudience } from './audience.ts';
import { accessTokenClaims } from './claims.ts';
import { MAX_LIFETIME, parseLifetime } from './lifetime.ts';

export interface MintOptions extends RingOptions, AudienceOptions, JsonOption {
  readonly client: string;
  readonly subject?: string;
  readonly scope?: readonly string[];
  readonly role?: readonly string[];
  readonly lifetime?: string;
  readonly claim?: readonly string[];
  readonly issuer?: string;
  readonly kid?: string;
}

const DEFAULT_LIFETIME = 600;

/** Signs an access token with the development key ring and prints it, alone on its line. */
export async function mint(session: Session, options: MintOptions): Promise<void> {
  const config = await configurationFor(session, options);
  const issuer = options.issuer ?? config?.issuer?.url;
  if (issuer === undefined) {
    throw new CliError(
      'configuration',
      'the configuration has no issuer section; name the issuer with --issuer',
    );
  }
  const claims = accessTokenClaims(
    {
      issuer,
      audience: chooseAudience(config, options),
      client: options.client,
      subject: options.subject,
      scopes: options.scope ?? [],
      roles: options.role ?? [],
      lifetime: lifetime(config, options),
      extra: options.claim ?? [],
    },
    Date.now() / 1000,
  );
  const key = chooseKey(await openRing(session, options), options.kid);
  const token = await signWith(key, claims);
  if (options.json) session.printJson({ token, kid: key.kid, claims });
  else session.print(token);
}

async function signWith(key: PrivateJwk, claims: JwtClaims): Promise<string> {
  try {
    return await sign(claims, { key });
  } catch (error) {
    if (!(error instanceof KeyError)) throw error;
    throw new CliError('configuration', `the ring's key cannot be used: ${error.message}`, { cause: error });
  }
}

/** A token described in full on the command line needs no configuration. */
async function configurationFor(session: Session, options: MintOptions): Promise<Config | undefined> {
  const complete =
    options.ring !== undefined && options.issuer !== undefined && options.audience !== undefined;
  if (complete && options.config === undefined) return undefined;
  const file = chooseConfigurationFile(session, options);
  return (await loadConfiguration(file, session.terminal.env)).config;
}

function lifetime(config: Config | undefined, options: MintOptions): number {
  if (options.lifetime !== undefined) return parseLifetime(options.lifetime);
  return Math.min(Math.ceil(config?.issuer?.accessToken.lifetime ?? DEFAULT_LIFETIME), MAX_LIFETIME);
}
