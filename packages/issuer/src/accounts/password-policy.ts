/** Characters, as people count them (NIST SP 800-63B §3.1.1.2). */
export const MIN_PASSWORD = 10;
export const MAX_PASSWORD = 256;

/** Why a password is not taken. */
export type PasswordFault = 'too_short' | 'too_long' | 'common' | 'personal';

/**
 * A password as it is hashed and compared: the same however a keyboard composes its characters (NIST SP 800-63B §3.1.1.2).
 */
export function normalPassword(password: string): string {
  return password.normalize('NFKC');
}

/**
 * What is wrong with a password that somebody chooses; undefined for a good one. There are no rules of composition: they make
 * passwords worse.
 *
 * @param about what others know of whose it is: their email and name
 */
export async function passwordFault(
  password: string,
  about: readonly string[],
): Promise<PasswordFault | undefined> {
  const normal = normalPassword(password);
  const length = [...normal].length;
  if (length < MIN_PASSWORD) return 'too_short';
  if (length > MAX_PASSWORD) return 'too_long';
  if (isCommon(normal.toLowerCase(), await commonPasswords())) return 'common';
  const words = about
    .flatMap((text) => text.toLowerCase().split(/[^\p{L}\p{N}]+/u))
    .filter((word) => word.length >= 3);
  const rest = words.reduce((left, word) => left.replaceAll(word, ''), normal.toLowerCase());
  const own = rest.replace(/[^\p{L}\p{N}]/gu, '');
  return rest !== normal.toLowerCase() && [...own].length < MIN_PASSWORD / 2 ? 'personal' : undefined;
}

/** A known password, also with digits and marks around it or repeated, or one character over and over. */
function isCommon(password: string, common: ReadonlySet<string>): boolean {
  const core = password.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, '');
  if (common.has(password) || (core !== '' && core.length >= password.length / 2 && common.has(core)))
    return true;
  if (new Set(password).size <= 2) return true;
  for (let size = 1; size <= password.length / 2; size += 1) {
    const part = password.slice(0, size);
    if (part.repeat(Math.ceil(password.length / size)).startsWith(password) && (size < 4 || common.has(part)))
      return true;
  }
  return false;
}

let loaded: Promise<ReadonlySet<string>> | undefined;

/** Those that are tried first: half a megabyte, for which no command waits that needs none. */
function commonPasswords(): Promise<ReadonlySet<string>> {
  loaded ??= import('@zxcvbn-ts/language-common').then(
    ({ dictionary }) => new Set(dictionary['passwords-common'] as readonly string[]),
  );
  return loaded;
}
