/** What each scope of OpenID Connect tells of a person. */
export const PERSONAL_CLAIMS = {
  openid: ['sub'],
  email: ['email', 'email_verified'],
  profile: ['name'],
} as const;
