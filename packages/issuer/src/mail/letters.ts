import type { Mail } from './mailer.ts';

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
