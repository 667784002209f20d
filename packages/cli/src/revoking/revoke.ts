import type { Config, Revocation } from '@portcullis/guard';
import { accessTokenRing, revoke as revokeTokens, untilNow } from '@portcullis/issuer';
import type { Store } from '@portcullis/store';
import { decodeUnverified } from '@portcullis/token';
import type { ConfigOption } from '../configuration/locate.ts';
import { CliError } from '../errors.ts';
import { readable } from '../inspecting/readable.ts';
import { tokenInput } from '../inspecting/token-input.ts';
import { withStore } from '../storage/open.ts';
import { printable } from '../terminal/printable.ts';
import type { Session } from '../terminal/terminal.ts';

export interface RevokeOptions extends ConfigOption {
  readonly jti?: string;
  readonly client?: string;
  readonly subject?: string;
  readonly session?: string;
  readonly key?: string;
  readonly all?: boolean;
  readonly issuer?: string;
  readonly issuedBefore?: string;
  readonly reason?: string;
}

const WAYS = ['jti', 'client', 'subject', 'session', 'key'] as const;

export async function revoke(
  session: Session,
  token: string | undefined,
  options: RevokeOptions,
): Promise<void> {
  const given = WAYS.filter((way) => options[way] !== undefined);
  if (given.length + Number(options.all ?? false) + Number(token !== undefined) !== 1) {
    throw new CliError(
      'usage',
      'say what to revoke, in one way: a token, or one of --jti, --client, --subject, --session, --key and --all',
    );
  }
  refuseSenseless(token, given[0], options);
  const issuedBefore = readTime(options.issuedBefore);
  const named = token === undefined ? undefined : claimsOf(await tokenInput(session, token));
  await withStore(session, options, async ({ configuration, store, operator }) => {
    const issuer = issuerOf(configuration.config, named?.issuer ?? options.issuer ?? operator.issuer);
    const revocation: Revocation = named?.revocation(issuer.url) ?? {
      issuer: issuer.url,
      ...what(options, given[0]),
      ...beforeOf(given[0], issuedBefore, Date.now()),
    };
    await revokeTokens(store, revocation, {
      ...operator,
      ...(issuer.longestToken !== undefined && { longestToken: issuer.longestToken }),
      ...(options.reason !== undefined && { reason: options.reason }),
    });
    session.note(
      `portcullis: revoked ${inWords(revocation)}; gateways that run refuse it within milliseconds`,
    );
    if (revocation.issuer === operator.issuer && !(await isKnown(store, configuration.config, revocation))) {
      session.note(
        `portcullis: WARNING: there is no ${revocation.by} ${printable(revocation.value)} here; is it spelled so?`,
      );
    }
  });
}

/** @throws CliError for what says nothing, or what would be ignored */
function refuseSenseless(
  token: string | undefined,
  way: (typeof WAYS)[number] | undefined,
  options: RevokeOptions,
): void {
  if (way !== undefined && options[way]?.trim() === '') throw new CliError('usage', `--${way} is empty`);
  const single = token !== undefined || way === 'jti';
  if (single && options.issuedBefore !== undefined) {
    throw new CliError('usage', 'one token is revoked whenever it was issued: leave --issued-before out');
  }
  if (token !== undefined && options.issuer !== undefined) {
    throw new CliError('usage', 'the token says whose it is: leave --issuer out');
  }
}

/** Clients and keys of our own are known: what is revoked of others may be a slip of the pen. */
async function isKnown(store: Store, config: Config, { by, value }: Revocation): Promise<boolean> {
  if (by === 'client') return (await store.clients.find(value)) !== undefined;
  if (by !== 'key') return true;
  return (await store.keys.list(accessTokenRing(config.environment))).some(({ kid }) => kid === value);
}

function what(
  options: RevokeOptions,
  way: (typeof WAYS)[number] | undefined,
): Pick<Revocation, 'by' | 'value'> {
  return way === undefined ? { by: 'issuer', value: '' } : { by: way, value: options[way] ?? '' };
}

/** Who comes again may have new tokens: of a client, a subject and an issuer those end that were issued until now. */
function beforeOf(
  way: (typeof WAYS)[number] | undefined,
  issuedBefore: number | undefined,
  now: number,
): Pick<Revocation, 'issuedBefore'> {
  if (issuedBefore !== undefined) return { issuedBefore };
  return way === 'client' || way === 'subject' || way === undefined ? { issuedBefore: untilNow(now) } : {};
}

/** What a token says names it; whether it is genuine does not matter to who wants it refused. */
function claimsOf(token: string): { issuer: string; revocation: (issuer: string) => Revocation } {
  const { claims } = readable(() => decodeUnverified(token), 'usage');
  const { iss, jti, exp } = claims;
  if (typeof iss !== 'string' || typeof jti !== 'string') {
    throw new CliError(
      'refused',
      'the token has no iss or no jti, by which it could be named; revoke its client or subject',
    );
  }
  const until = typeof exp === 'number' ? { until: exp } : {};
  return { issuer: iss, revocation: (issuer) => ({ issuer, by: 'jti', value: jti, ...until }) };
}

/** @throws CliError when the configuration trusts no such issuer */
function issuerOf(
  { issuer, issuers }: Config,
  named: string,
): { readonly url: string; readonly longestToken?: number } {
  if (named === issuer?.url) return { url: named };
  const trusted = issuers.find((one) => one.name === named || one.issuer === named);
  if (trusted?.issuer === issuer?.url && issuer !== undefined) return { url: issuer.url };
  if (trusted !== undefined) return { url: trusted.issuer, longestToken: trusted.maxLifetime };
  const known = issuers.map((one) => `${one.name} (${one.issuer})`).join(', ');
  throw new CliError(
    'notFound',
    `no issuer ${printable(named)} in the configuration; there are: ${known || 'none'}`,
  );
}

function readTime(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d.*(?:Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : Number.NaN;
  if (time > Date.now()) {
    throw new CliError(
      'usage',
      `--issued-before ${printable(text)} is yet to come: every token until then would be refused. Leave it out to end those issued until now`,
    );
  }
  if (!Number.isNaN(time)) return time / 1000;
  throw new CliError(
    'usage',
    `--issued-before ${printable(text)} is no time; write it as 2026-11-25T12:00:00Z`,
  );
}

function inWords({ by, value, issuer, issuedBefore }: Revocation): string {
  const before =
    issuedBefore === undefined ? '' : ` issued before ${new Date(issuedBefore * 1000).toISOString()}`;
  if (by === 'issuer') return `all tokens of ${printable(issuer)}${before}`;
  return by === 'jti' ? `the token ${printable(value)}` : `all tokens${before} of ${by} ${printable(value)}`;
}
