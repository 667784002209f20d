import { MAX_PASSWORD, MIN_PASSWORD, type PasswordFault } from '../accounts/password-policy.ts';

/** All that people read. A translation is another file like this one. */
export const TEXT = {
  language: 'en',
  skip: 'Skip to content',
  continue: 'Continue',
  cancel: 'Cancel',
  back: 'Back',
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
    otherAccount: 'You are signed in as somebody else. Signing in here ends that.',
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

  mailSent: {
    title: 'Look into your mail',
    lead: 'If that can be done for this address, a mail is on its way. It may take a minute; look among unwanted mail, too.',
  },

  setPassword: {
    title: 'Choose a password',
    lead: 'With it you sign in from now on. Wherever you are signed in, you are signed out.',
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

  account: {
    open: 'Open your account',
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
    unmet: 'This needs a stronger way of signing in than your account has. Set one up on your account page.',
  },

  signOut: {
    title: 'Sign out?',
    lead: 'You will be signed out here and in the applications that you use by this account.',
    yes: 'Sign out',
    no: 'Stay signed in',
    doneTitle: 'Signed out',
    done: 'You are signed out. You can close this page.',
  },

  errors: {
    title: 'This did not work',
    expired: 'This page has expired or was finished already. Go back to the application and start again.',
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
