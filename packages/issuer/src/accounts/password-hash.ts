import { randomBytes, timingSafeEqual } from 'node:crypto';
import { type Asker, argon2id } from './argon2-threads.ts';
import { normalPassword } from './password-policy.ts';

/** OWASP's advice for argon2id (Password Storage Cheat Sheet): 19 MiB, two passes, one lane. */
const MEMORY = 19_456;
const PASSES = 2;
const LANES = 1;
const SALT_BYTES = 16;
const TAG_BYTES = 32;
/** Nobody may make us work for longer, whatever the store says. */
const MAX_MEMORY = 1_048_576;
const MAX_PASSES = 16;
/** A command at the console has the threads for itself. */
const OURSELVES: Asker = { name: '', known: true };

interface Parameters {
  readonly memory: number;
  readonly passes: number;
  readonly lanes: number;
  readonly salt: Buffer;
  readonly tag: Buffer;
}

/** @returns argon2id in the PHC string format; @throws {PasswordsBusy} */
export async function hashPassword(given: string, asker: Asker = OURSELVES): Promise<string> {
  const password = normalPassword(given);
  const salt = randomBytes(SALT_BYTES);
  const parameters = {
    memory: MEMORY,
    passes: PASSES,
    lanes: LANES,
    salt,
    tagBytes: TAG_BYTES,
  };
  const tag = await derive(password, parameters, asker);
  return `$argon2id$v=19$m=${MEMORY},t=${PASSES},p=${LANES}$${encoded(salt)}$${encoded(tag)}`;
}

/**
 * Whether this is the password; takes as long where there is none to compare with.
 *
 * @throws {PasswordsBusy}
 */
export async function isPassword(
  given: string,
  hash: string | undefined,
  asker: Asker = OURSELVES,
): Promise<boolean> {
  const password = normalPassword(given);
  const known = hash === undefined ? undefined : parse(hash);
  const { memory, passes, lanes, salt, tag } = known ?? NOBODY;
  const derived = await derive(password, { memory, passes, lanes, salt, tagBytes: tag.length }, asker);
  return timingSafeEqual(derived, tag) && known !== undefined;
}

/** Whether a hash was made with less work than is asked for today. */
export function isWeak(hash: string): boolean {
  const known = parse(hash);
  return known === undefined || known.memory < MEMORY || known.passes < PASSES;
}

const NOBODY: Parameters = {
  memory: MEMORY,
  passes: PASSES,
  lanes: LANES,
  salt: randomBytes(SALT_BYTES),
  tag: randomBytes(TAG_BYTES),
};

const PHC =
  /^\$argon2id\$v=19\$m=(\d{1,8}),t=(\d{1,3}),p=(\d{1,3})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/;

function parse(hash: string): Parameters | undefined {
  const [, memory, passes, lanes, salt = '', tag = ''] = PHC.exec(hash) ?? [];
  const parameters = {
    memory: Number(memory),
    passes: Number(passes),
    lanes: Number(lanes),
    salt: Buffer.from(salt, 'base64'),
    tag: Buffer.from(tag, 'base64'),
  };
  const { memory: kib, passes: rounds, lanes: threads } = parameters;
  // RFC 9106 §3.1, and no more than we are willing to do.
  const usable =
    threads >= 1 && kib >= 8 * threads && kib <= MAX_MEMORY && rounds >= 1 && rounds <= MAX_PASSES;
  return usable ? parameters : undefined;
}

function derive(
  password: string,
  { memory, passes, lanes, salt, tagBytes }: Omit<Parameters, 'tag'> & { readonly tagBytes: number },
  asker: Asker,
): Promise<Buffer> {
  const parameters = { nonce: salt, parallelism: lanes, tagLength: tagBytes, memory, passes };
  return argon2id({ message: password, ...parameters }, asker);
}

/** As the PHC string format writes it: base64 without padding. */
function encoded(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('=', '');
}
