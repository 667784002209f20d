import type { Config } from '@portcullis/guard';
import { accessTokenRing, KeyRing, masterKeySource, revoke, ringPolicyOf } from '@portcullis/issuer';
import type { StoredKey } from '@portcullis/store';
import { type Algorithm, isAlgorithm } from '@portcullis/token';
import type { ConfigOption } from '../configuration/locate.ts';
import { CliError } from '../errors.ts';
import { type Workplace, withStore } from '../storage/open.ts';
import { columns } from '../terminal/columns.ts';
import { printable } from '../terminal/printable.ts';
import type { JsonOption, Session } from '../terminal/terminal.ts';

export interface RotateKeyOptions extends ConfigOption {
  readonly alg?: string;
  readonly now?: boolean;
}

/** Lets the next key sign, while the one before goes on verifying. */
export async function rotateKey(session: Session, options: RotateKeyOptions): Promise<void> {
  await withStore(session, options, async (place) => {
    const policy = ringPolicyOf(place.configuration.config);
    const alg = algorithmOf(options.alg, place.configuration.config, policy.algorithms);
    const publishedFirst = options.now ? 0 : policy.publishedFirst;
    const rotated = await ringOf(place).rotate(alg, { ...policy, publishedFirst }, place.operator.now);
    if ('notBefore' in rotated) {
      throw new CliError(
        'refused',
        `the next key was published a moment ago, and others may not have it before ${new Date(rotated.notBefore).toISOString()}: ` +
          'try again then, or take it at once with --now (gateways of Portcullis fetch an unknown key by themselves)',
      );
    }
    await note(place, rotated.events);
    const current = rotated.events.find(({ type }) => type === 'key.current');
    session.print(current?.kid ?? '');
    session.note(
      'portcullis: this key signs from now on; the one before stays published until its tokens have expired',
    );
  });
}

/** Distrusts a key at once: out of the key set, and every token under it refused. */
export async function revokeKey(session: Session, kid: string, options: ConfigOption): Promise<void> {
  await withStore(session, options, async (place) => {
    const { store, operator } = place;
    // The tokens first: were it cut short between the two, it could be done once more.
    const known = (await store.keys.list(ringName(place))).some((key) => key.kid === kid);
    if (!known)
      throw new CliError('notFound', `the issuer has no key ${printable(kid)}; see "portcullis keys list"`);
    await revoke(store, { issuer: operator.issuer, by: 'key', value: kid }, operator);
    await note(place, (await ringOf(place).revoke(kid, operator.now)) ?? []);
    session.note(`portcullis: ${printable(kid)} is trusted no more, and every token under it is refused`);
  });
}

export async function listIssuerKeys(session: Session, options: ConfigOption & JsonOption): Promise<void> {
  const keys = await withStore(session, options, (place) => place.store.keys.list(ringName(place)));
  if (options.json) return session.printJson({ keys: keys.map(told) });
  const rows = keys.map((key) => [key.kid, key.alg, key.state, new Date(key.changedAt).toISOString()]);
  session.print(...columns([['KID', 'ALG', 'STATE', 'SINCE'], ...rows]));
}

function told({ kid, alg, state, createdAt, changedAt }: StoredKey): object {
  return { kid, alg, state, createdAt, changedAt };
}

function ringName({ configuration }: Workplace): string {
  return accessTokenRing(configuration.config.environment);
}

function ringOf(place: Workplace): KeyRing {
  const masterKey = masterKeySource(place.configuration);
  return new KeyRing({ keys: place.store.keys, masterKey, ring: ringName(place) });
}

async function note(
  { store, operator }: Workplace,
  events: readonly { type: string; kid: string; alg: string }[],
): Promise<void> {
  const { actor, now } = operator;
  for (const { type, kid, alg } of events) {
    await store.audit.append({ at: now, type, outcome: 'success', actor, detail: { kid, alg } });
  }
}

function algorithmOf(
  named: string | undefined,
  { issuer }: Config,
  known: ReadonlySet<Algorithm>,
): Algorithm {
  const alg = named ?? issuer?.keys.algorithm;
  if (isAlgorithm(alg) && known.has(alg)) return alg;
  throw new CliError(
    'usage',
    `--alg ${printable(named ?? '')}: the issuer signs with ${[...known].join(', ')}`,
  );
}
