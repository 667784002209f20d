/** What each exit code of `portcullis` says. The codes are stable; scripts may rely on them. */
export const EXIT_CODES = {
  ok: { code: 0, meaning: 'done; the token was accepted, the configuration is valid' },
  refused: { code: 1, meaning: 'refused: the token did not pass, or what was asked is not allowed' },
  usage: { code: 2, meaning: 'the command line is wrong' },
  configuration: { code: 3, meaning: 'the configuration or the key ring is invalid or missing' },
  notFound: { code: 4, meaning: 'what was asked for does not exist (request id, key id, API)' },
  unavailable: {
    code: 5,
    meaning: 'something outside stood in the way (port taken, file or key set out of reach)',
  },
  internal: { code: 70, meaning: 'a fault in portcullis itself, or a Node that is too old' },
} as const;

export type Exit = keyof typeof EXIT_CODES;

/** The table as `portcullis --help` shows it. */
export function exitCodesHelp(): string {
  const rows = Object.values(EXIT_CODES).map(({ code, meaning }) => `  ${String(code).padEnd(4)}${meaning}`);
  return ['Exit codes:', ...rows].join('\n');
}
