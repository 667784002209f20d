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

/** What the methods used come to. */
export function acrOf(methods: readonly AuthenticationMethod[]): Acr {
  if (methods.includes('hwk')) return 'phr';
  return methods.length > 1 ? '2fa' : '1fa';
}

/** The `amr` of a token. */
export function amrOf(methods: readonly AuthenticationMethod[]): string[] {
  // A passkey is something one has, and is opened by what one knows or is.
  const several = methods.length > 1 || methods.includes('hwk');
  return [...methods, ...(several ? ['mfa'] : [])];
}

/** Whether a level that was reached is as good as one that is asked for. */
export function reaches(reached: string | undefined, asked: string): boolean {
  const level = ACR_VALUES.indexOf(asked as Acr);
  return level !== -1 && ACR_VALUES.indexOf(reached as Acr) >= level;
}
