/**
 * How somebody proved who they are (RFC 8176): `pwd` a password, `otp` a code of an authenticator application, `kba` a
 * recovery code, `hwk` a passkey, `fed` another provider's word; `mfa` where there were several.
 */
export type AuthenticationMethod = 'pwd' | 'otp' | 'kba' | 'hwk' | 'fed';

/**
 * How sure we are, from the least: one factor; two; something that cannot be phished (OpenID Connect EAP ACR Values §1.3).
 */
export const ACR_VALUES = ['1fa', '2fa', 'phr'] as const;
export type Acr = (typeof ACR_VALUES)[number];

/** What is shown by each: something that one knows, or has; another provider's word is worth a password. */
const FACTORS = { pwd: 'knows', fed: 'knows', otp: 'has', kba: 'has', hwk: 'has' } as const;

/** What the methods used come to. */
export function acrOf(methods: readonly AuthenticationMethod[]): Acr {
  // It is opened by what one knows or is.
  if (methods.includes('hwk')) return 'phr';
  return isMultiple(methods) ? '2fa' : '1fa';
}

function isMultiple(methods: readonly AuthenticationMethod[]): boolean {
  return methods.includes('hwk') || new Set(methods.map((method) => FACTORS[method])).size > 1;
}

/** The `amr` of a token. */
export function amrOf(methods: readonly AuthenticationMethod[]): string[] {
  return [...methods, ...(isMultiple(methods) ? ['mfa'] : [])];
}

/** Whether a level that was reached is as good as one that is asked for. */
export function reaches(reached: string | undefined, asked: string): boolean {
  const level = ACR_VALUES.indexOf(asked as Acr);
  return level !== -1 && ACR_VALUES.indexOf(reached as Acr) >= level;
}
