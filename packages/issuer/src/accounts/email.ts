/** Characters (RFC 5321 §4.5.3.1.3). */
const MAX_EMAIL = 254;
const MAX_LOCAL = 64;

/**
 * An email address as accounts are known by it: in lower case. What cannot be an address is refused; whether it is one only
 * a mail to it can tell.
 */
export function normalEmail(text: string): string | undefined {
  const email = text.trim().normalize('NFKC').toLowerCase();
  const at = email.lastIndexOf('@');
  if (email.length > MAX_EMAIL || at < 1 || at > MAX_LOCAL) return undefined;
  return LOCAL.test(email.slice(0, at)) && DOMAIN.test(email.slice(at + 1)) ? email : undefined;
}

/** No spaces, controls, quotes or brackets: such addresses exist, and are not worth what they do to mail headers and pages. */
const LOCAL = /^[^\s\p{C}@"'<>()[\]\\,;:]+$/u;
const DOMAIN =
  /^(?=.{1,253}$)[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?(?:\.[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?)*$/u;
