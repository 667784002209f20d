import { MAX_PASSWORD, MIN_PASSWORD, type PasswordFault } from './accounts/password-policy.ts';
import type { Mail } from './mail/mailer.ts';

/** All that people read on pages; below is what mails say. A translation is another file like this one. */
export const TEXT = {
  language: 'en',
  continue: 'Continue',
  cancel: 'Cancel',
  email: 'Email address',
  password: 'Password',
  name: 'Name',

  signIn: {
    title: 'Sign in',
    to: (client: string) => `to continue to ${client}`,
    again: 'Please sign in again to go on.',
    stay: 'Stay signed in on this device',
    submit: 'Sign in',
    forgot: 'Forgot your password?',
    register: 'Create an account',
    wrong: 'That email address and password do not belong together.',
    tooMany: (seconds: number) =>
      `Too many attempts. Wait ${waiting(seconds)}, or set a new password by email; devices on which you signed in before are not held up.`,
    busy: 'Too many people are signing in at the moment. Please try again in a few seconds.',
  },

  newPassword: 'New password',

  forgot: {
    title: 'Set a new password',
    lead: 'Tell us your email address, and we send you a link by which you choose a new password.',
    submit: 'Send the link',
  },

  register: {
    title: 'Create an account',
    lead: 'We send you a link to this address by which you finish.',
    submit: 'Go on',
    done: 'Your account is ready. Go back to the application and sign in.',
    closed: 'Accounts are made by an administrator here.',
  },

  finishRegistration: {
    title: 'Finish your registration',
    lead: 'Choose a password, and your account is made.',
    submit: 'Create the account',
  },

  mailSent: {
    title: 'Look into your mail',
    lead: 'If that can be done for this address, a mail is on its way. It may take a minute; look among unwanted mail, too.',
  },

  setPassword: {
    title: 'Choose a password',
    lead: 'With it you sign in from now on. Wherever you are signed in, you are signed out.',
    first: 'With it you sign in from now on.',
    submit: 'Save the password',
    hint: 'At least 10 characters; a few words make a good one.',
    repeated: 'The same again',
    differ: 'The two are not the same.',
    done: 'Your password is set. Go back to the application and sign in.',
  },

  linkGone: {
    title: 'This link is good no more',
    lead: 'It was used before, or is too old.',
    again: 'Ask for another one',
  },

  code: {
    title: 'Second step',
    lead: 'Enter the code that your authenticator application shows, or one of your recovery codes.',
    label: 'Code',
    submit: 'Go on',
    over: 'Sign in as somebody else',
    wrong: 'This code is not right, or was used before.',
    tooMany: (seconds: number) => `Too many attempts. Wait ${waiting(seconds)}.`,
    warning: 'Somebody signed in with your password, and then entered wrong codes many times.',
  },

  provider: {
    by: (title: string) => `Sign in with ${title}`,
    refused: 'Signing in there did not work. Please try again, or sign in another way.',
    unverified: 'Your email address is not confirmed there, so that nobody here knows who you are.',
    unknown: 'There is no account for you here. Ask whoever runs this for one.',
    otherwise: 'There is an account with your address. Sign in to it with your passkey.',
    joinTitle: 'Create an account?',
    join: (email: string, title: string) =>
      `An account for ${email} is made, to which you sign in with ${title}.`,
    joinSubmit: 'Create the account',
    linkTitle: 'Is this your account?',
    link: (email: string, title: string) =>
      `There is an account for ${email}. Enter its password once, and from then on you can sign in to it with ${title}, too.`,
    linkSubmit: 'Link and sign in',
    linked: 'Other ways to sign in',
  },

  passkey: {
    signIn: 'Sign in with a passkey',
    title: 'Add a passkey',
    lead: 'Your device asks for your fingerprint, face, PIN or security key, and keeps the passkey.',
    name: 'What to call it',
    unnamed: 'Passkey',
    submit: 'Make the passkey',
    made: 'The passkey is made. Everybody else who was signed in is signed out.',
    notMade: 'The passkey could not be made. Please try again.',
    refused: 'This passkey does not open an account here.',
    noAnswer: 'No passkey was given. You can try again.',
    unusable: 'Passkeys need JavaScript, and a browser that knows them.',
  },

  authenticator: {
    title: 'Set up an authenticator',
    lead: 'Scan this picture with an authenticator application, and enter the code that it shows.',
    picture: 'A QR code; the key below says the same.',
    byHand: 'Or enter this key by hand:',
    submit: 'Confirm',
  },

  recovery: {
    title: 'Your recovery codes',
    lead: 'Keep these where you find them without your authenticator. Each lets you in once. They are not shown again.',
  },

  verifyEmail: {
    title: 'Confirm your address',
    lead: 'Your account will use this address from now on.',
    submit: 'Confirm',
    done: 'Your address is confirmed.',
  },

  restoreEmail: {
    title: 'Take your address back',
    lead: 'Your account will use this address again, everybody is signed out, and you choose a new password.',
    submit: 'Take it back',
  },

  account: {
    open: 'Open your account',
    title: 'Your account',
    profile: 'About you',
    save: 'Save',
    saved: 'Saved.',
    nameEmpty: 'Tell us what to call you.',
    noEmail: 'This is no email address.',
    newEmail: 'New email address',
    changeEmail: 'Change the address',
    currentPassword: 'Current password',
    changePassword: 'Change the password',
    wrongPassword: 'The current password is not right.',
    passwordChanged: 'Your password was changed. Everybody else who was signed in is signed out.',
    authenticator: 'Authenticator application',
    authenticatorLead:
      'A code from your phone beside the password: who has the password alone does not get in.',
    authenticatorOn: (codes: number) =>
      `Set up. ${codes} recovery ${codes === 1 ? 'code is' : 'codes are'} left.`,
    setUp: 'Set up',
    factorRemoved: 'Removed. Everybody else who was signed in is signed out.',
    factorsChanged: 'The ways to sign in to your account were changed.',
    passkeys: 'Passkeys',
    passkeysLead: 'Sign in with your fingerprint, face or security key. A passkey cannot be phished.',
    passkeyUsed: (made: string, used: string | undefined) =>
      `Made ${made}, ${used === undefined ? 'not used yet' : `last used ${used}`}`,
    addPasskey: 'Add a passkey',
    remove: 'Remove',
    lastWayIn: 'This is the only way in that you have. Set a password first.',
    removeNamed: (name: string) => `Remove ${name}`,
    sessions: 'Where you are signed in',
    thisOne: 'this one',
    seen: (address: string, since: string, last: string) => `${address}, since ${since}, last seen ${last}`,
    end: 'Sign out',
    endNamed: (device: string) => `Sign out of ${device}`,
    endOthers: 'Sign out everywhere else',
    consents: 'Applications with access to your account',
    withdraw: 'Take back',
    withdrawNamed: (name: string) => `Take back what ${name} may do`,
  },

  done: {
    title: 'One moment',
    lead: 'You are being sent on.',
    follow: 'Go on now',
  },

  consent: {
    title: 'Allow access?',
    lead: (client: string) => `${client} asks for access to your account.`,
    as: (email: string) => `You are signed in as ${email}.`,
    itMay: 'It will be able to:',
    api: (name: string) => `use ${name}:`,
    scopes: {
      openid: 'know who you are',
      email: 'see your email address',
      profile: 'see your name',
      offline_access: 'go on while you are away',
    } as Readonly<Record<string, string>>,
    allow: 'Allow',
    deny: 'Do not allow',
    later: 'You can take this back on your account page.',
  },

  signOut: {
    title: 'Sign out?',
    lead: 'You will be signed out here and in the applications that you use by this account.',
    yes: 'Sign out',
    no: 'Stay signed in',
    doneTitle: 'Signed out',
    done: 'You are signed out. You can close this page.',
    again: 'Sign in again',
  },

  errors: {
    title: 'This did not work',
    expired:
      'This page has expired, was finished already, or your browser does not keep its cookies. Go back to the application and start again.',
    crossSite: 'This form was not sent from our own page. Go back and try again.',
    notFound: 'There is no such page.',
    method: 'This page cannot be asked for in this way.',
    fault: 'Something went wrong on our side. Please try again in a moment.',
    client: (reason: string) => `The application asked for something that cannot be done: ${reason}.`,
    reference: (id: string) => `If you ask for help, tell this reference: ${id}`,
  },
} as const;

const FAULTS: Readonly<Record<PasswordFault, string>> = {
  too_short: `A password needs at least ${MIN_PASSWORD} characters. A few words make a good one.`,
  too_long: `A password may have at most ${MAX_PASSWORD} characters.`,
  common: 'This password is on the lists of those that are tried first. Please choose another one.',
  personal: 'This password is close to your name or email address. Please choose another one.',
};

export function passwordFaultText(fault: PasswordFault): string {
  return FAULTS[fault];
}

function waiting(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} seconds`;
  return `${Math.ceil(seconds / 60)} minutes`;
}

/** What our mails say. */
export const LETTERS = {
  resetPassword: (to: string, site: string, link: string): Mail => ({
    to,
    subject: `Set a new password for ${site}`,
    text: `Somebody, most likely you, asked for a new password for your account at ${site}.

Open this link within an hour to choose one:

${link}

If it was not you, there is nothing to do: your password stays as it is.
`,
  }),

  register: (to: string, site: string, link: string): Mail => ({
    to,
    subject: `Finish your registration at ${site}`,
    text: `Open this link within an hour to choose a password and finish your registration at ${site}:

${link}

If you did not ask for it, there is nothing to do: no account is made.
`,
  }),

  alreadyRegistered: (to: string, site: string, link: string): Mail => ({
    to,
    subject: `You have an account at ${site}`,
    text: `Somebody, most likely you, wanted to register at ${site} with this address. There is an account for it already.

If you do not know its password, set a new one here:

${link}
`,
  }),

  verifyEmail: (to: string, site: string, link: string): Mail => ({
    to,
    subject: `Confirm your new address for ${site}`,
    text: `Open this link within a day to use this address for your account at ${site}:

${link}

If you did not ask for it, there is nothing to do.
`,
  }),

  moved: (to: string, site: string, link: string): Mail => ({
    to,
    subject: `The address of your account at ${site} was changed`,
    text: `Your account at ${site} uses another email address now.

If it was not you, take it back within a week. Everybody is signed out by that, and you choose a new password:

${link}
`,
  }),

  changed: (to: string, site: string, what: string, link: string): Mail => ({
    to,
    subject: `Your account at ${site} was changed`,
    text: `${what}

If it was not you, set a new password at once, which signs everybody else out:

${link}
`,
  }),
} as const;
